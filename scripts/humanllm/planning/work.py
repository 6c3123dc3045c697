"""Jobs, calls, tokens and hours of the stages that ask a model.

Work(rule="rewrite_text", source="blogger", part="", model="llama-3.3-70b", jobs=8, gpus=8, calls=419000, ...).hours
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from humanllm.planning.flow import Flow
from humanllm.planning.measure import Step
from humanllm.planning.rates import Rate, Rates
from humanllm.preview import model_of
from humanllm.settings import Config


@dataclass(frozen=True)
class Work:
    """What one rule does for one source, product or system. A job takes `gpus` GPUs."""

    rule: str
    source: str  # or the system asked
    part: str  # product or benchmark
    model: str
    jobs: int
    gpus: int
    calls: float
    prompt: float
    cached: float
    output: float | None
    rate: Rate
    rests_on: int  # sampled calls

    @property
    def load_hours(self) -> float:
        """Hours of all its jobs in which a model is being loaded."""
        return self.jobs * self.rate.load_minutes / 60 if self.calls else 0.0

    @property
    def hours(self) -> float | None:
        """Hours of all its jobs together; None when the model's rate or the length of its replies is not known."""
        if self.rate.prompt is None or self.rate.output is None or self.output is None:
            return None
        return (
            self.load_hours
            + (self.prompt - self.cached) / self.rate.prompt / 3600
            + self.output / self.rate.output / 3600
        )

    @property
    def gpu_hours(self) -> float | None:
        return None if self.hours is None else self.hours * self.gpus


def asked(flow: Flow, config: Config, rates: Rates) -> list[Work]:
    """The model stages of a source."""
    pairs = ((step, flow.calls(step)) for step in flow.steps)
    return [_work(step, calls, flow, config, rates) for step, calls in pairs if calls is not None]


def _work(step: Step, calls: float, flow: Flow, config: Config, rates: Rates) -> Work:
    spec, characters = model_of(step.rule, config), flow.characters(step, calls)
    grown = calls / step.calls if step.calls else 0.0
    if step.rule == "rewrite_text" and step.prompt.characters:
        grown = characters / step.prompt.characters  # a rewriting is as long as its text
    prompt = step.prompt.at(calls, characters)
    return Work(
        step.rule,
        flow.source,
        step.part,
        spec.name,
        jobs=config["sources"][flow.source]["buckets"],
        gpus=spec.gpus,
        calls=calls,
        prompt=prompt,
        cached=min(prompt, step.cached.at(calls, characters)),
        output=None if step.output is None else step.output * grown,
        rate=rates.of(spec.name),
        rests_on=step.calls,
    )


def scaled(work: Work, share: float) -> Work:
    """The same work with `share` of its calls."""
    output = None if work.output is None else work.output * share
    return replace(
        work, calls=work.calls * share, prompt=work.prompt * share, cached=work.cached * share, output=output
    )


def total(works: Iterable[Work], name: str) -> float | None:
    """The sum of a figure; None as soon as one is not known."""
    values = [getattr(work, name) for work in works]
    return None if any(value is None for value in values) else sum(values)


def wall_hours(works: Sequence[Work], nodes: int, gpus_a_node: int) -> float | None:
    """Hours until all jobs of one rule are done: the mean over all places for jobs, but never less than the longest."""
    if not works or (hours := total(works, "hours")) is None:
        return None
    gpus = max(work.gpus for work in works)
    places = nodes * (max(1, gpus_a_node // gpus) if gpus else 1)
    return max(hours / places, max((work.hours or 0.0) / max(work.jobs, 1) for work in works))
