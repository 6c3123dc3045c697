"""The knobs of one training, and what follows from them and the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from humanllm.errors import InputError

FREE = ("save_minutes", "ranks", "micro_batch")


@dataclass(frozen=True)
class Settings:
    """One training's knobs (paper 4.1; config `training`)."""

    learning_rate: float
    batch_size: int  # samples an update, over all ranks
    epochs: int
    warmup_ratio: float  # of all updates
    precision: str  # bf16 or fp32
    gradient_checkpointing: bool
    zero_stage: int
    micro_batch: int  # packed sequences a rank and forward pass
    ranks: int
    seed: int
    device: str  # cuda or cpu
    save_minutes: float

    def that_matter(self) -> dict[str, Any]:
        """The knobs that a resumed training must share with the one it goes on from.

        The number of ranks is none of them, as long as an update takes as many sequences.
        """
        return {name: value for name, value in asdict(self).items() if name not in FREE}


@dataclass(frozen=True)
class Batches:
    """How an update is made up: `accumulation` passes of `micro_batch` sequences on each of `ranks`."""

    accumulation: int
    sequences: int  # an update
    samples: float  # an update, on average
    updates: int  # an epoch


def batches(settings: Settings, sequences: int, samples: int) -> Batches:
    """Keep the batch of `settings.batch_size` samples (paper: 64) although a packed sequence holds several.

    An update takes batch_size / (samples a sequence) sequences, rounded to a multiple of ranks * micro_batch, at least
    one: 64 samples, 4 a sequence, 8 ranks make 16 sequences. Where sequences hold many samples the least update is
    larger than asked; the number that came out stands in the training's record.
    """
    if not sequences or not samples:
        raise InputError("the packed table holds no sequence: see the stats of pack_tokens and sample_sft")
    together = settings.ranks * settings.micro_batch
    wanted = settings.batch_size * sequences / samples
    accumulation = max(1, round(wanted / together))
    taken = accumulation * together
    return Batches(accumulation, taken, taken * samples / sequences, -(-sequences // taken))
