"""Bytes that a run leaves: tables by the sample's bytes a row, replies by their texts, models by their parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from humanllm.estimates import BYTES_A_TOKEN
from humanllm.planning.flow import Flow
from humanllm.planning.rates import Rates
from humanllm.planning.sample import Sample
from humanllm.planning.training import Lesson, Set
from humanllm.planning.work import Work
from humanllm.settings import Config

A_LINE = 220  # bytes of a journal's line beside the text: key, id, model, counts
WEIGHTS = 2  # bytes of a parameter in bf16
STATE = 16  # and in a checkpoint: fp32 weights, two moments of Adam, bf16 weights twice; once, thus 14, under ZeRO-3
KEPT_STATES = 2  # checkpoints of a training at a time: the newest complete one and the next
PACKED = 3  # bytes of a packed token: ids and labels of 4 bytes each, compressed


def tables(flows: Iterable[Flow], sample_of: dict[str, Sample]) -> dict[str, float]:
    """{folder: bytes} of what the stages write, over all sources."""
    found: dict[str, float] = {}
    for flow in flows:
        for folder, volume in flow.volumes.items():
            if folder in ("raw", "users"):
                continue
            size, rows = sample_of[flow.source].bytes_of(folder, flow.sampled)
            if rows:
                top = folder.split("/")[0]
                found[top] = found.get(top, 0.0) + size / rows * volume
    return found


def journal(works: Iterable[Work]) -> float:
    """Bytes of the replies while their jobs run; packed (.gz) they take about a third."""
    return sum((work.output or 0.0) * BYTES_A_TOKEN + work.calls * A_LINE for work in works)


def training(sets: Sequence[Set], lessons: Sequence[Lesson], config: Config, rates: Rates) -> dict[str, float]:
    """{folder: bytes} of the training sets, the packed tokens, and the models."""
    variants = {lesson.variant: lesson.tokens or 0.0 for lesson in lessons}
    test = 1 / (1 - config["sft"]["test_share"])
    found = {"sft": sum(variants.values()) * test * BYTES_A_TOKEN} if sets else {}
    if any(lesson.tokens for lesson in lessons):
        found["packed"] = sum(lesson.tokens or 0.0 for lesson in lessons) * PACKED
    sizes = [rates.of(lesson.student).parameters or 0.0 for lesson in lessons]
    found["checkpoints"] = found["merged"] = sum(sizes) * WEIGHTS
    found["training state, a student at a time"] = max(sizes, default=0.0) * STATE * KEPT_STATES
    return found
