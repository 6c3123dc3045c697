"""Samples and tokens of the training sets, and the hours that the students take to learn them.

Set(variant="full", samples=1210000, tokens=610000000), Lesson(student="llama-3.1-8b", variant="full", hours=41.9, ...)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from humanllm.estimates import estimate
from humanllm.planning.flow import Flow
from humanllm.planning.measure import Step
from humanllm.planning.rates import Rates
from humanllm.planning.sample import Sample
from humanllm.settings import Config
from humanllm.tables import iterate_rows

PAPER_HOURS = {"students": "8B", "hours": 120.0, "on": "8 x A100 40 GB, 3 epochs of 1.2 million samples"}


@dataclass(frozen=True)
class Set:
    """One task of one source: what is sampled of it."""

    task: str
    source: str
    made: float
    samples: float  # after the cap
    tokens: float  # of one sample, the mean
    answer: float  # of its answer
    rests_on: int


@dataclass(frozen=True)
class Lesson:
    """One student on one training set. None: no task's samples are known to the sample, or (hours) no rate is."""

    student: str
    variant: str
    samples: float | None
    tokens: float | None  # of one epoch
    gpus: int
    hours: float | None


def sets_of(flows: Iterable[Flow], sample_of: dict[str, Sample], config: Config, limit: int) -> list[Set]:
    """What each task and source gives to the full set: its cap, or all that there is."""
    found = []
    for flow in flows:
        for task, cap in config["sft"]["caps"].items():
            volume = flow.volumes.get(f"tasks/{task}")
            lengths = _lengths(sample_of[flow.source], task, flow.sampled, config["sft"]["max_tokens"], limit)
            if volume and lengths:
                whole, answer = (sum(part) / len(lengths) for part in zip(*lengths, strict=True))
                found.append(Set(task, flow.source, volume, min(cap, volume), whole, answer, len(lengths)))
    return found


def _lengths(sample: Sample, task: str, source: str, most: int, limit: int) -> list[tuple[int, int]]:
    """(tokens, those of the answer) of the sampled samples that are short enough."""
    found: list[tuple[int, int]] = []
    for path in sample.tables(f"tasks/{task}", source).values():
        for row in iterate_rows(path):
            tokens = estimate(row["system"], row["prompt"], row["answer"])
            if tokens <= most:
                found.append((tokens, estimate(row["answer"])))
        if len(found) >= limit:
            break
    return found


def enough(sets: Sequence[Set]) -> dict[str, float]:
    """{source: the share of its users that would fill every cap}; 1 where a cap is not reached by all of them."""
    shares: dict[str, float] = {}
    for one in sets:
        shares[one.source] = max(shares.get(one.source, 0.0), one.samples / one.made)
    return shares


def lessons(sets: Sequence[Set], texts: tuple[float, float], config: Config, rates: Rates) -> list[Lesson]:
    """Every student on every variant. `texts`: (clean records, tokens of one): what variant raw is made of."""
    training = config["training"]
    found = []
    for variant in config["variants"]:
        samples, tokens = _volume(variant, sets, texts, config)
        for student in config["students"]:
            rate = rates.of(student).training
            hours = (
                tokens * training["epochs"] / rate / training["ranks"] / 3600 if rate and tokens is not None else None
            )
            found.append(Lesson(student, variant, samples, tokens, training["ranks"], hours))
    return found


def _volume(
    variant: str, sets: Sequence[Set], texts: tuple[float, float], config: Config
) -> tuple[float, float] | tuple[None, None]:
    """(samples, tokens) of one epoch of a variant's training side; None where the sample has none of its tasks."""
    share = 1 - config["sft"]["test_share"]
    tasks = config["ablations"][variant] if variant in ("t1", "t2") else [one.task for one in sets]
    ours = [one for one in sets if one.task in tasks]
    if not ours:
        return None, None
    samples = share * sum(one.samples for one in ours)
    tokens = share * sum(one.samples * one.tokens for one in ours)
    if variant == "gen":  # general conversations beside ours, taken to be as long as ours
        part = 1 - sum(one["share"] for one in config["ablations"]["gen"].values())
        return samples / part, tokens / part
    if variant == "raw":
        count = min(samples, share * texts[0])
        return count, count * texts[1]
    return samples, tokens


def sampled_texts(steps: Iterable[tuple[Flow, Step]]) -> float:
    """Mean tokens of a clean text: what a rewriting puts out."""
    pairs = [(step.output, step.calls) for _, step in steps if step.rule == "rewrite_text" and step.output]
    calls = sum(count for _, count in pairs)
    return sum(output for output, _ in pairs) / calls if calls else 0.0
