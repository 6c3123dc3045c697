"""Counts beside every output: in = kept + dropped (with a reason) + dead (a model's reply that failed).

A `.stats.json`:
    {"dead": {}, "dropped": {"short": 2}, "in": 12, "kept": 10, "stage": "ingest_dump"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from humanllm.files import write_json


def counted(names: Iterable[str]) -> dict[str, int]:
    """{name: how often it comes}, by name: a fact that can be added up over buckets."""
    return dict(sorted(Counter(names).items()))


def by_task(outcomes: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """What became of each task's samples, given as (task, reason or ""): {"social_qa": {"in": 9, "dropped": {..}}}."""
    found: dict[str, Counter[str]] = {}
    for task, reason in outcomes:
        found.setdefault(task, Counter())[reason] += 1
    return {
        task: {"in": counts.total(), "dropped": {reason: n for reason, n in sorted(counts.items()) if reason}}
        for task, counts in sorted(found.items())
    }


class Tally:
    """Counts the records of one run of `stage`; `write` refuses a sum that does not hold."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.taken = 0
        self.kept = 0
        self.dropped: Counter[str] = Counter()
        self.dead: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()  # what happened inside records: no part of the sum

    def take(self, count: int = 1) -> None:
        self.taken += count

    def keep(self, count: int = 1) -> None:
        self.kept += count

    def drop(self, reason: str, count: int = 1) -> None:
        self.dropped[reason] += count

    def die(self, reason: str, count: int = 1) -> None:
        self.dead[reason] += count

    def note(self, what: str, count: int = 1) -> None:
        self.noted[what] += count

    def check(self) -> None:
        out = self.kept + self.dropped.total() + self.dead.total()
        if self.taken != out:
            raise AssertionError(
                f"{self.stage}: {self.taken} records in, but {self.kept} kept + {self.dropped.total()} dropped"
                f" + {self.dead.total()} dead = {out}: a record was lost or counted twice; please report this"
            )

    def as_dict(self, **more: Any) -> dict[str, Any]:
        """The counts, with `more` facts of the stage (never a person's text)."""
        self.check()
        counts: dict[str, Any] = {
            "stage": self.stage,
            "in": self.taken,
            "kept": self.kept,
            "dropped": {reason: n for reason, n in sorted(self.dropped.items()) if n},
            "dead": {reason: n for reason, n in sorted(self.dead.items()) if n},
        }
        return counts | more

    def write(self, path: str | Path, /, **more: Any) -> None:
        """Check the sum and write it to `path` as JSON."""
        write_json(path, self.as_dict(**more))
