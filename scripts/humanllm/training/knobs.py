"""How a job is laid out: a number for each `auto`, and the update of the training that it goes on with.

A saved training keeps its ZeRO stage, the parts that its sequences are cut into and the sequences of an update; the
job's ranks share these out anew:
    14 sequences an update on 2 ranks = 2 x 7 x 1, later on 7 = 7 x 2 x 1; 4 ranks cannot
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.training.attention import attention
from humanllm.training.fit import GIB, USABLE, Pass, choose_stage, fits, memory_of, needed, shape_of
from humanllm.training.sequences import Facts, Size
from humanllm.training.settings import AUTO, Batches, Settings, batches, divisors, parts_for, shared_out


def goes_on(settings: Settings, saved: dict[str, Any], digest: str, weights: dict[str, str]) -> bool:
    """Whether `saved`, the manifest of whole checkpoints, is of these data, base weights and knobs."""
    if saved["data"]["digest"] != digest or saved["base"]["sha256"] != weights:
        return False
    wanted = settings.that_matter()
    if settings.zero_stage == AUTO:
        wanted["zero_stage"] = saved["settings"]["zero_stage"]
    return bool(saved["settings"] == wanted)


def with_stage(settings: Settings, model: Path, size: Size, saved: dict[str, Any] | None) -> Settings:
    """A number for `auto` as the ZeRO stage. Raises InputError when no stage, or the saved one, fits the memory."""
    stage = settings.zero_stage if settings.zero_stage != AUTO else _stage(settings, model, size, saved)
    return replace(settings, zero_stage=int(stage))


def parts_of(settings: Settings, size: Size, saved: dict[str, Any] | None) -> int:
    """Into how many each sequence is cut."""
    return int(saved["data"]["parts"]) if saved else parts_for(_singly(settings), size.sequences, size.samples)


def with_micro_batch(
    settings: Settings, model: Path, longest: int, facts: Facts, saved: dict[str, Any] | None
) -> tuple[Settings, Batches]:
    """A rank's share of an update in passes as large as they may be. `longest`: tokens of an uncut sequence.

    Raises InputError when the ranks cannot share the saved training's update.
    """
    if saved:
        taken = int(saved["batch"]["sequences"])
        _demand_shares(settings.ranks, taken)
    else:
        taken = batches(_singly(settings), facts.sequences, facts.samples).sequences
    allowed = _allowed(settings, model, longest / facts.parts, longest)
    micro = max(one for one in divisors(taken // settings.ranks) if one == 1 or allowed(one))
    settings = replace(settings, micro_batch=micro)
    return settings, shared_out(settings, taken, facts.sequences, facts.samples)


def _singly(settings: Settings) -> Settings:
    """With `auto` as one sequence a pass, which comes nearest to the samples asked."""
    return replace(settings, micro_batch=1) if settings.micro_batch == AUTO else settings


def _stage(settings: Settings, model: Path, size: Size, saved: dict[str, Any] | None) -> int:
    shape, memory = shape_of(model), memory_of(settings.device, settings.ranks)
    one = Pass(size.longest, settings.precision, settings.gradient_checkpointing)
    if not saved:
        return choose_stage(shape, settings.ranks, memory, one)
    stage = int(saved["settings"]["zero_stage"])
    if not fits(shape, stage, 1, settings.ranks, memory, one):
        least = needed(shape, stage, 1, settings.ranks, one) / GIB
        raise InputError(
            f"the saved training is of ZeRO stage {stage}, which needs {least:.0f} GiB on each of {settings.ranks}"
            f" ranks and has {USABLE * memory / GIB:.0f} usable of {memory / GIB:.0f}: give as many or as large GPUs as"
            f" before, or set training.zero_stage to {stage} to try all the same; the checkpoints are kept"
        )
    return stage


def _allowed(settings: Settings, model: Path, tokens: float, longest: int) -> Callable[[int], bool]:
    """Whether a rank may compute so many sequences of about `tokens` at a time.

    A number in the knob is the most. By `auto` they must fit; SDPA computes the attention over the whole row, other
    samples' part too, so that its row is no longer than the `longest` of the packed sequences.
    """
    if settings.micro_batch != AUTO:
        return lambda micro: micro <= int(settings.micro_batch)
    shape, memory = shape_of(model), memory_of(settings.device, settings.ranks)
    one = Pass(tokens, settings.precision, settings.gradient_checkpointing)
    flash = attention(settings) != "sdpa"

    def allowed(micro: int) -> bool:
        short = flash or micro * tokens <= longest
        return short and fits(shape, int(settings.zero_stage), micro, settings.ranks, memory, one)

    return allowed


def _demand_shares(ranks: int, taken: int) -> None:
    if taken % ranks:
        numbers = ", ".join(map(str, divisors(taken)))
        raise InputError(
            f"an update of the saved training takes {taken} sequences, which {ranks} ranks cannot share evenly: set"
            f" training.ranks to one of {numbers}; the checkpoints are kept"
        )
