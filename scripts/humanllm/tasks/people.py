"""The people of one bucket, each with the records and the products that a task is built from.

A record here is a row of clean/ (its text is `clean_text`), a product a row of genome/ with `content` parsed:
    {"id": "user:persona:5d..", "user": "9f3a..", "kind": "persona", "time": 1086000000, "record_ids": [...],
     "content": {"persona": "A gardener who ..."}}
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.grouped import Grouped
from humanllm.tables import Row, by_time

RECORD_COLUMNS = [
    *("id", "user", "source", "bucket", "kind", "time", "place", "community"),
    *("parent_id", "item_id", "item_title", "clean_text", "clean_parent", "clean_part"),
]
PRODUCT_COLUMNS = ["id", "user", "source", "bucket", "kind", "time", "record_ids", "content"]


class Products:
    """The genome's tables of a source (genome/{product}/{source}.parquet), read bucket by bucket."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._tables = Grouped(paths, PRODUCT_COLUMNS)

    def of(self, bucket: int) -> list[Row]:
        """The products of the bucket's users."""
        return [row for table in self._tables.read(bucket) for row in table.to_pylist()]


@dataclass
class Person:
    """One user: records by time, products by kind."""

    user: str
    records: list[Row] = field(default_factory=list)
    products: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def before(self, time: int, kinds: frozenset[str] | None = None) -> list[Row]:
        """The records strictly earlier than `time` (of these kinds), oldest first."""
        return [row for row in self.records if row["time"] < time and (kinds is None or row["kind"] in kinds)]

    def targets(self, kinds: frozenset[str]) -> list[Row]:
        """The records of the later part, which tasks may ask for."""
        return [row for row in self.records if row["clean_part"] == "target" and row["kind"] in kinds]

    def about(self, kind: str, time: int) -> Row | str:
        """The persona, profile or style that was known before `time`, or the reason why there is none."""
        found = self.products.get(kind, [])
        if not found:
            return f"no_{kind}"
        return next((row for row in found if row["time"] < time), f"{kind}_not_before")


def read_columns(path: Path, columns: list[str]) -> list[Row]:
    """These columns of a whole table; InputError on one that is missing."""
    with pq.ParquetFile(path) as file:
        missing = [name for name in columns if name not in file.schema_arrow.names]
        if missing:
            raise InputError(f"{path} lacks the columns {', '.join(missing)}: delete it and run again")
        rows: list[Row] = file.read(columns=columns).to_pylist()
    return rows


def read_people(clean: Path, products: Iterable[Row]) -> Iterator[Person]:
    """Every user of a bucket, in the order of their ids. A bucket is small enough to be held in memory whole."""
    people: dict[str, Person] = {}
    for row in sorted(read_columns(clean, RECORD_COLUMNS), key=by_time):
        people.setdefault(row["user"], Person(row["user"])).records.append(row)
    for row in sorted(products, key=lambda row: row["id"]):
        row["content"] = json.loads(row["content"])
        people.setdefault(row["user"], Person(row["user"])).products[row["kind"]].append(row)
    for user in sorted(people):
        yield people[user]
