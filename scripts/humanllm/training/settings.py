"""The knobs of one training, and what follows from them and the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from humanllm.errors import InputError

AUTO = "auto"
FREE = ("save_minutes", "ranks", "micro_batch", "gradient_checkpointing")
NEAR = 0.1  # share by which an update may miss the samples asked
MOST_PARTS = 8


@dataclass(frozen=True)
class Settings:
    """One training's knobs (paper 4.1; config `training`)."""

    learning_rate: float
    batch_size: int  # samples an update, over all ranks
    epochs: int
    warmup_ratio: float  # of all updates
    precision: str  # bf16 or fp32
    gradient_checkpointing: bool
    zero_stage: int | str  # 0 to 3, or auto: see fit.py
    micro_batch: int | str  # packed sequences a rank and forward pass, or auto
    ranks: int
    seed: int
    device: str  # cuda or cpu
    save_minutes: float

    def that_matter(self) -> dict[str, Any]:
        """The knobs that a resumed training must share with the one it goes on from.

        How an update's sequences are shared out and computed is none of them, as long as they are as many.
        """
        return {name: value for name, value in asdict(self).items() if name not in FREE}


@dataclass(frozen=True)
class Batches:
    """How an update is made up: `accumulation` passes of `micro_batch` sequences on each of `ranks`."""

    accumulation: int
    sequences: int  # an update
    samples: float  # an update, on average
    updates: int  # an epoch

    def line(self, settings: Settings, total: int) -> str:
        """For people: 2000 sequences, 63.8 samples an update (64 asked): 16 sequences = 8 ranks x 1 x 2 passes; ..."""
        return (
            f"{total} sequences, {self.samples:.1f} samples an update ({settings.batch_size} asked): {self.sequences}"
            f" sequences = {settings.ranks} ranks x {settings.micro_batch} x {self.accumulation} passes;"
            f" {self.updates} updates an epoch"
        )


def batches(settings: Settings, sequences: int, samples: int) -> Batches:
    """Keep the batch of `settings.batch_size` samples (paper: 64) although a packed sequence holds several.

    An update takes batch_size / (samples a sequence) sequences, rounded to a multiple of ranks * micro_batch, at least
    one: 64 samples, 4 a sequence, 8 ranks make 16 sequences. The number that came out is said and stands in the record.
    """
    if not sequences or not samples:
        raise InputError("the packed table holds no sequence: see the stats of pack_tokens and sample_sft")
    together = settings.ranks * int(settings.micro_batch)
    wanted = settings.batch_size * sequences / samples
    return shared_out(settings, max(1, round(wanted / together)) * together, sequences, samples)


def shared_out(settings: Settings, taken: int, sequences: int, samples: int) -> Batches:
    """An update of `taken` of `sequences`, which ranks * micro_batch divides."""
    passes = taken // (settings.ranks * int(settings.micro_batch))
    return Batches(passes, taken, taken * samples / sequences, -(-sequences // taken))


def divisors(number: int) -> list[int]:
    return [one for one in range(1, number + 1) if number % one == 0]


def parts_for(settings: Settings, sequences: int, samples: int) -> int:
    """Into how many each packed sequence is cut, so that an update comes within NEAR of the samples asked.

    16 samples a sequence and 8 ranks are 128 samples at the least; halves make them 64. A batch is one row of tokens
    without padding, so that shorter ones waste nothing.
    """
    misses = {
        parts: abs(batches(settings, sequences * parts, samples).samples / settings.batch_size - 1)
        for parts in range(1, MOST_PARTS + 1)
    }
    return next((parts for parts, miss in misses.items() if miss <= NEAR), min(misses, key=lambda parts: misses[parts]))
