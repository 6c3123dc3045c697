"""Filtered tables made by hand, and the stages from them to a bucket's records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from humanllm.copies import Limits as CopyLimits
from humanllm.copies import find_copies
from humanllm.gather import Given, Limits, gather
from humanllm.lookups import find_parents
from humanllm.shards import BucketWriter
from humanllm.sketches import sketch_texts
from humanllm.staying import Staying
from humanllm.tables import DROPPED, FILTERED, RECORD, Row, read_rows
from humanllm.users import item_codes
from plain_hashes import bucket_of, code_of

MIB = 1 << 20
FILLER = [f"word{number}" for number in range(40)]


def hashed(name: str) -> str:
    return blake2b(name.encode(), digest_size=16).hexdigest()


def words(end: str) -> str:
    """40 words of which the last one is `end`: 35 of 37 grams are shared."""
    return " ".join([*FILLER[:-1], end])


def filtered(name: str, user: str = "anna", text: str | None = None, **more: Any) -> Row:
    """The record `name` of a person, with a text like no other one's."""
    kind = more.get("kind", "submissions")
    source = "amazon" if kind == "reviews" else "reddit"
    given = {"source": source, "kind": kind, "time": 0, "place": 0, "dump": "d", "row": 0, "title": None}
    own = " ".join(f"{word}{name}" for word in FILLER) if text is None else text
    row = given | {"id": f"{source}:{kind}:{hashed(name)}", "user": hashed(user), "text": own} | more
    item = item_codes(pl.Series([row.get("item_id")], dtype=pl.String))[0]
    row |= {"id_code": code_of(hashed(name)), "user_code": code_of(row["user"]), "item_code": item}
    return row | {"bucket": bucket_of(row["user"], row.pop("buckets", 1))}


def write(path: Path, rows: Sequence[Row], schema: pa.Schema = FILTERED, limit: int = MIB) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with BucketWriter(path, schema, limit) as writer:
        for row in rows:
            writer.write(pa.Table.from_pylist([row], schema=schema))
    return path


@dataclass
class Run:
    """The stages over filtered tables."""

    folder: Path
    tables: list[Path]
    threshold: float = 0.8
    min_records: int = 1
    max_records: int | None = None
    min_characters: int = 0
    memory: int = 100 * MIB
    core: Path | None = None
    posts: list[Path] = field(default_factory=list)
    titles: Path | None = None

    def parents(self) -> Path | None:
        if not self.posts:
            return None
        found = self.folder / "parents.parquet"
        find_parents(self.posts, self.tables, found, self.folder / "parents.json")
        return found

    def copies(self) -> Path:
        sketches = []
        for number, table in enumerate(self.tables):
            sketches.append(self.folder / f"sketch{number}.parquet")
            staying = Staying(self.core, self.parents(), self.min_characters)
            sketch_texts(table, staying, sketches[-1], self.folder / "sketch.json")
        output = self.folder / "copies.parquet"
        limits = CopyLimits(self.threshold, self.min_records, self.max_records)
        find_copies(sketches, limits, output, self.folder / "copies.json")
        return output

    def bucket(self, number: int = 0) -> tuple[list[Row], list[Row]]:
        """Records and dropped ones."""
        kept, dropped = self.folder / f"{number}.parquet", self.folder / f"{number}.dropped.parquet"
        given = Given(self.tables, self.copies(), self.core, self.parents(), self.titles)
        gather(
            given,
            number,
            Limits(self.min_records, self.max_records, self.min_characters),
            self.memory,
            kept,
            dropped,
            self.folder / f"{number}.json",
        )
        return read_rows(kept, RECORD), read_rows(dropped, DROPPED)


def outcome(folder: Path, *tables: Sequence[Row], **knobs: Any) -> tuple[list[str], dict[str, str]]:
    """Ids kept, in order, and the reasons of the others by their id."""
    paths = [write(folder / f"t{number}.parquet", rows) for number, rows in enumerate(tables)]
    kept, dropped = Run(folder, paths, **knobs).bucket()
    return [row["id"] for row in kept], {row["id"]: row["drop_reason"] for row in dropped}
