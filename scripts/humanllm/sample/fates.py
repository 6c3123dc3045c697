"""What the sample says of itself: how many raw records of each kind it wrote, and what each is there for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]
GOOD = "good"


class Batch:
    """The rows of one kind of dump with what should become of each: "good", or why a rule must drop it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[tuple[int, Any]] = []  # with the time that orders them
        self.fates: Counter[str] = Counter()

    def add(self, row: Any, time: int, fate: str = GOOD) -> None:
        self.rows.append((time, row))
        self.fates[fate] += 1

    def ordered(self) -> list[Any]:
        """The rows by time, as dumps have them; rows of one time stay in their order."""
        return [row for _, row in sorted(self.rows, key=lambda pair: pair[0])]

    def counts(self) -> dict[str, int]:
        """{"blogger.blogs": 189, "blogger.blogs:good": 180, "blogger.blogs:empty": 2, ...}."""
        total = {self.name: len(self.rows)}
        return total | {f"{self.name}:{fate}": count for fate, count in sorted(self.fates.items())}


def merged(*counts: Mapping[str, int]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in counts:
        total.update(part)
    return dict(sorted(total.items()))
