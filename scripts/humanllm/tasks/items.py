"""The items of item selection: all titles of a category, and what each user is known to own.

A row of the list of items:
    {"community": "Books", "item_id": "B00..", "item_title": "The Winter Garden", "count": 7}
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KEYS = ["community", "item_id"]
COLUMNS = [*KEYS, "item_title"]


def one_line(title: str | None) -> str:
    """A title without line breaks and runs of blanks; "" for none."""
    return " ".join((title or "").split())


def list_items(paths: Iterable[Path]) -> tuple[pa.Table, int, int]:
    """Items by category with their titles and numbers of reviews, sorted; and the reviews read and used.

    Memory grows with the items, not with the reviews: each table is grouped before the next is read.
    """
    read, parts = 0, []
    for path in paths:
        reviews = pq.read_table(path, columns=COLUMNS)
        read += len(reviews)
        titled = reviews.filter(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(reviews["item_title"])), 0))
        parts.append(titled.group_by(KEYS).aggregate([("item_title", "min"), ("item_title", "count")]))
    names = [*KEYS, "item_title", "count"]
    joined = pa.concat_tables(parts).rename_columns(names)
    grouped = joined.group_by(KEYS).aggregate([("item_title", "min"), ("count", "sum")]).rename_columns(names)
    items = grouped.sort_by([(name, "ascending") for name in KEYS])
    return items, read, pc.sum(items["count"]).as_py() or 0


class Items:
    """Titles by category, held as Arrow arrays: millions of items in little more than their text."""

    def __init__(self, items: Path) -> None:
        """`items`: the list of items. What users own is told by `read_owned`."""
        table = pq.read_table(items, columns=COLUMNS).combine_chunks()
        self._categories: dict[str, pa.Table] = {
            name: table.filter(pc.equal(table["community"], name)) for name in pc.unique(table["community"]).to_pylist()
        }
        self._owned: dict[str, set[str]] = {}  # ids and titles: one product may be sold under several ids

    def read_owned(self, reviews: Path) -> None:
        """What a bucket's users own, from all their surviving `reviews`; what was known of other users is forgotten."""
        self._owned = {}
        for row in pq.read_table(reviews, columns=["user", "item_id", "item_title"]).to_pylist():
            self._owned.setdefault(row["user"], set()).update((row["item_id"], one_line(row["item_title"]).casefold()))

    def negatives(self, user: str, category: str, gold: str, count: int, rng: random.Random) -> list[str] | None:
        """`count` distinct titles of the category, none of them `gold` or of an item the user owns; None: too few."""
        table = self._categories.get(category)
        if table is None:
            return None
        owned = self._owned.get(user, set())
        seen = owned | {gold.casefold()}
        found: list[str] = []
        for index in _shuffled(len(table), rng):
            title = one_line(table["item_title"][index].as_py())
            if title.casefold() not in seen and table["item_id"][index].as_py() not in owned:
                seen.add(title.casefold())
                found.append(title)
                if len(found) == count:
                    return found
        return None


def _shuffled(size: int, rng: random.Random) -> Iterable[int]:
    """0 .. size-1 in random order, no list of them made: the first few are all that is wanted."""
    swapped: dict[int, int] = {}
    for left in range(size):
        right = rng.randrange(left, size)
        yield swapped.get(right, right)
        swapped[right] = swapped.get(left, left)
