"""How many records, products and samples a run will have, scaled from a sample's shares, by source.

flow["blogger"].volumes
    {"raw": 681288, "records": 419000, "rewritten": 415000, ..., "synthesized/user": 36000, "tasks/social_qa": 410000}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from humanllm.planning.counts import Count
from humanllm.planning.measure import PRODUCTS, READS, Step, folders, steps
from humanllm.planning.sample import Sample, rows_of
from humanllm.settings import Config


@dataclass
class Flow:
    """One source. A stage that the sample has not reached has no volume."""

    source: str
    sampled: str  # the source of the sample whose shares are taken: itself, or its stand-in
    sample: Sample
    order: str  # of cleaning
    steps: list[Step]
    raw: int  # texts of the sample
    records: int
    users: int
    length: float = 0.0  # mean characters of a record's text in the run that is planned
    passing: float | None = None  # share of the scored records whose labels pass the cut
    volumes: dict[str, float] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)  # rows of a folder for each row of the one before

    def calls(self, step: Step) -> float | None:
        """How often the stage will ask: by the rows that it reads, or (user products) by users."""
        people = self.users_of(step.buckets) if step.part == "user" and step.rule == "synthesize_product" else 0
        if people and "users" in self.volumes:
            return step.calls * self.volumes["users"] / people
        reads = folders(step.rule, step.part, self.order)[0]
        volume = self.volumes.get(reads)
        return None if volume is None else step.calls * volume / step.of

    def characters(self, step: Step, calls: float) -> float:
        """What its prompts will be filled with: by the rows that it reads, and how long this source's texts are."""
        grown = calls / step.calls if step.calls else 0.0
        if volume := self.volumes.get(folders(step.rule, step.part, self.order)[0]):
            grown = volume / step.of
        characters, records = self.sample.characters(self.sampled, step.buckets)
        stretch = self.length * records / characters if characters else 1.0
        return step.prompt.characters * grown * stretch

    def users_of(self, buckets: Iterable[int]) -> int:
        return int(self.sample.counts("records", self.sampled, buckets).facts.get("users", 0))


def flow_of(sample: Sample, sampled: str, source: str, count: Count, config: Config, prompts: Path, limit: int) -> Flow:
    """The source's flow by the shares of `sampled` in the sample."""
    raw, records = sample.ingested(sampled, raw_only=True), sample.counts("records", sampled)
    measured = list(steps(sample, sampled, config, prompts, limit))
    order = config["cleaning"]["order"]
    users = records.facts.get("users", 0)
    found = Flow(source, sampled, sample, order, measured, raw.taken, records.kept, users)
    _start(found, sample, count)
    for step in measured:
        if step.rule == "synthesize_product":
            _make(found, step)
        else:
            _pass(found, *folders(step.rule, step.part, order), step.kept)
        if step.rule in ("rewrite_text", "score_quality"):
            _pass(found, READS[order]["select_records"], "clean", _share(sample, "clean", sampled))
    found.passing = _passing(sample, sampled)
    for product in PRODUCTS:
        _pass(found, f"judged/{product}", f"genome/{product}", _share(sample, f"genome/{product}", sampled))
    for task in sorted(path.parent.name for path in (sample.folder / "tasks").glob(f"*/{sampled}.parquet")):
        _pass(found, "clean", f"tasks/{task}", _samples(sample, task, sampled))
    return found


def _start(flow: Flow, sample: Sample, count: Count) -> None:
    """Raw texts, filtered ones, records and users."""
    every, gathered = sample.ingested(flow.sampled), sample.counts("records", flow.sampled)
    if flow.raw:
        flow.shares["filtered"] = every.kept / flow.raw  # comments go with the posts
    if gathered.taken:
        flow.shares["records"] = gathered.kept / gathered.taken
    if count.raw is not None and flow.raw:
        flow.volumes |= {"raw": count.raw, "filtered": count.raw * flow.shares["filtered"]}
        if gathered.taken:
            flow.volumes["records"] = flow.volumes["filtered"] * flow.shares["records"]
    if count.records is not None:
        flow.volumes["records"] = count.records
    if "records" in flow.volumes and gathered.kept:
        flow.volumes["users"] = flow.volumes["records"] * flow.users / gathered.kept
    characters, records = sample.characters(flow.sampled)
    flow.length = characters / records if records else 0.0
    if count.records and count.characters:
        flow.length = count.characters / count.records


def _make(flow: Flow, step: Step) -> None:
    """The products that come of the questions asked."""
    calls = flow.calls(step)
    if step.kept is not None:
        flow.shares[f"synthesized/{step.part}"] = step.kept
        if calls is not None:
            flow.volumes[f"synthesized/{step.part}"] = calls * step.kept


def _pass(flow: Flow, reads: str, writes: str, share: float | None) -> None:
    """What comes out of a stage, where it is known what goes in."""
    if share is not None:
        flow.shares[writes] = share
        if reads in flow.volumes:
            flow.volumes[writes] = flow.volumes[reads] * share


def _share(sample: Sample, stage: str, source: str) -> float | None:
    done = sample.counts(stage, source)
    return done.kept / done.taken if done.taken else None


def _passing(sample: Sample, source: str) -> float | None:
    done = sample.counts("clean", source)
    reasons = done.facts.get("dropped", {})
    failed = sum(count for reason, count in reasons.items() if reason == "harmful" or reason.startswith("quality_"))
    return 1 - failed / done.taken if done.taken else None


def _samples(sample: Sample, task: str, source: str) -> float | None:
    """A task's samples for each clean record."""
    rows = sum(map(rows_of, sample.tables("clean", source).values()))
    return sample.counts(f"tasks/{task}", source).kept / rows if rows else None


def missing(flows: Iterable[Flow], counts: dict[str, Count]) -> list[str]:
    """What cannot be planned, in words."""
    planned = {flow.source: flow for flow in flows}
    notes = [
        f"{source}: the sample has no records of it, so nothing is planned for it; --stand-in {source}=<source of the"
        " sample> takes another one's figures"
        for source in counts
        if source not in planned
    ]
    stages = ("rewritten", "scored", "clean", *(f"judged/{product}" for product in PRODUCTS))
    for source, flow in planned.items():
        gone = [stage for stage in stages if stage not in flow.volumes]
        if gone:
            notes.append(f"{source}: the sample has not reached {', '.join(gone)}: what follows is not planned")
        if not any(name.startswith("tasks/") for name in flow.volumes):
            notes.append(
                f"{source}: the sample has not reached the tasks: neither its training samples nor what is asked of the"
                " test set are planned (run `make sft` on the sample to its end)"
            )
    return notes
