"""A bucket's users with all their records, by user and time, without what they or others said before.

A record leaves by the first of these reasons: duplicate_record (the same one in two dumps: the longest text stays),
outside_kcore and duplicate_purchase (Amazon), no_parent_post (a comment whose post is not among the records), brief and
surplus (what the preset `official` leaves out of reviews), duplicate_text, copied_text, near_duplicate, near_copy (by
`find_copies`, over all users of the source, among what the rules before leave), and few_records (its user has too few
left). What is left, with what other tables know of it:
    {"id": "reddit:comments:5d1c...", "user": "9f3a...", "time": 1546300800, "text": "Use sand.",
     "parent_id": "reddit:submissions:77b0...", "parent_text": "How do I ...", ...}

A bucket that is larger than the memory allowed is worked off in ranges of its users' codes, one after another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from pathlib import Path

import polars as pl
import pyarrow as pa

from humanllm.copies import COPY
from humanllm.files import publish
from humanllm.grouped import Grouped
from humanllm.kcore import CORE
from humanllm.lookups import PARENT, TITLE
from humanllm.shards import TableWriter, as_arrow
from humanllm.sifting import BY_TIME, Sieve, place_in
from humanllm.stats import Tally
from humanllm.tables import DROPPED, FILTERED, RECORD

COLUMNS = [*(name for name in RECORD.names if name in FILTERED.names), "id_code", "user_code", "item_code"]
GROUP = 16_384  # rows of a row group, whatever the memory
EXPANSION = 5  # the memory that rows take on their way through, in bytes of theirs
CODES = 1 << 64

Range = tuple[int, int]


@dataclass(frozen=True)
class Given:
    """The tables that a source's records are made of; a source without purchases, comments or items lacks some."""

    tables: Sequence[Path]
    copies: Path
    core: Path | None = None
    parents: Path | None = None
    titles: Path | None = None


@dataclass(frozen=True)
class Limits:
    """What a source's users and records must keep to."""

    min_records: int
    max_records: int | None = None
    min_characters: int = 0


class Pages(TableWriter):
    """A table in row groups of equal length: however its rows were brought here, the bytes are the same."""

    def write(self, table: pa.Table | pl.DataFrame) -> None:
        self.held.append(as_arrow(table, self.schema))
        while sum(map(len, self.held)) >= GROUP:
            rows = pa.concat_tables(self.held)
            self.write_group(rows.slice(0, GROUP))
            self.held = [rows.slice(GROUP)]

    def write_group(self, table: pa.Table) -> None:
        super().write_group(table.combine_chunks())


class Beside:
    """A table of facts about the records of a bucket, by a key; one that the source lacks knows nothing."""

    def __init__(self, path: Path | None, bucket: int, schema: pa.Schema) -> None:
        self.schema, self.bucket = schema, bucket
        self.table = Grouped([path] if path else [], schema.names)
        self.bytes = self.table.bytes(bucket)

    def about(self, records: pl.DataFrame) -> pl.DataFrame:
        """The rows with the keys of these records."""
        key = self.schema.names[1]
        asked = records[key].drop_nulls().unique().implode()
        parts = [pa.Table.from_batches([], self.schema)]
        for part in self.table.read(self.bucket):
            parts.append(part.filter(pl.Series(part[key]).is_in(asked).to_arrow()))
        return pl.DataFrame(pa.concat_tables(parts))


class Bucket:
    """What the tables hold of one bucket's users."""

    def __init__(self, given: Given, number: int) -> None:
        self.given, self.number = given, number
        self.tables = Grouped(given.tables, COLUMNS)
        self.core = Beside(given.core, number, CORE)
        self.copies = Beside(given.copies, number, COPY)
        self.parents = Beside(given.parents, number, PARENT)
        self.titles = Beside(given.titles, number, TITLE)

    def ranges(self, memory: int) -> list[Range]:
        """Ranges of user codes, the ends included, whose records fit so many bytes."""
        beside = (self.core, self.copies, self.parents, self.titles)
        size = self.tables.bytes(self.number) + sum(table.bytes for table in beside)
        parts = max(1, ceil(size * EXPANSION / memory))
        return [(start, end - 1) for start, end in pairwise(CODES * part // parts for part in range(parts + 1))]

    def records(self, codes: Range) -> pl.DataFrame:
        """All records of the users in the range."""
        parts = [pa.Table.from_batches([], pa.schema([FILTERED.field(name) for name in COLUMNS]))]
        for part in self.tables.read(self.number):
            first, last = (pl.lit(code, pl.UInt64) for code in codes)
            inside = pl.Series(part["user_code"]).is_between(first, last)
            parts.append(part if inside.all() else part.filter(inside.to_arrow()))
        return pl.DataFrame(pa.concat_tables(parts))


class Sifted:
    """The records of a range in order, with their reasons and what the tables beside know of them."""

    def __init__(self, bucket: Bucket, codes: Range, limits: Limits) -> None:
        self.rows = bucket.records(codes)
        self.parents, self.titles = bucket.parents.about(self.rows), bucket.titles.about(self.rows)
        self.parent_at = place_in(self.rows, self.parents, "parent_id")
        sieve = self._sifted(bucket, limits)
        self.why = sieve.why
        keys = self.rows.select(BY_TIME).with_columns(rank=sieve.rank)
        self.order = keys.select(pl.arg_sort_by(keys.columns)).to_series()

    def _sifted(self, bucket: Bucket, limits: Limits) -> Sieve:
        sieve = Sieve(self.rows)
        sieve.repeated()
        if bucket.given.core:
            sieve.outside(bucket.core.about(self.rows)["id_code"])
        sieve.unanswering(self.parent_at)
        sieve.brief(limits.min_characters)
        sieve.surplus(limits.max_records)
        sieve.copied(bucket.copies.about(self.rows))
        sieve.few(limits.min_records)
        return sieve

    def _pieces(self, stays: pl.Series) -> Iterator[pl.Series]:
        chosen = self.order.filter(stays.gather(self.order))
        return (chosen.slice(start, GROUP) for start in range(0, len(chosen), GROUP))

    def kept(self) -> Iterator[pl.DataFrame]:
        """Rows of RECORD."""
        title_at = place_in(self.rows, self.titles, "item_code")
        for at in self._pieces(self.why.is_null()):
            text = self.parents["parent_text"].gather(self.parent_at.gather(at))
            title = self.titles["item_title"].gather(title_at.gather(at))
            yield self.rows[at].with_columns(parent_text=text, item_title=title).select(RECORD.names)

    def dropped(self) -> Iterator[pl.DataFrame]:
        """Rows of DROPPED."""
        none = [pl.lit(None, pl.String).alias("dump"), pl.lit(None, pl.Int64).alias("row")]
        for at in self._pieces(self.why.is_not_null()):
            yield self.rows[at].with_columns(*none, drop_reason=self.why.gather(at)).select(DROPPED.names)


@dataclass
class Counts:
    tally: Tally = field(default_factory=lambda: Tally("gather_users"))
    users: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, sifted: Sifted) -> None:
        stayed = sifted.rows.select("user_code", "kind").filter(sifted.why.is_null())
        self.users += stayed["user_code"].n_unique()
        self.kinds.update(dict(stayed["kind"].value_counts().iter_rows()))
        self.tally.take(len(sifted.rows))
        self.tally.keep(len(stayed))
        for why, count in sifted.why.drop_nulls().value_counts().iter_rows():
            self.tally.drop(why, count)


def _write(sifted: Sifted, keep: Pages, drop: Pages, counts: Counts) -> None:
    for rows in sifted.kept():
        keep.write(rows)
    for rows in sifted.dropped():
        drop.write(rows)
    counts.add(sifted)


def gather(given: Given, number: int, limits: Limits, memory: int, output: Path, dropped: Path, stats: Path) -> Tally:
    """Write the records of bucket `number`, those dropped here, and the counts. A bucket may end up empty.

    `memory`: bytes that the records may take at a time.
    """
    counts, bucket = Counts(), Bucket(given, number)
    with publish(output) as kept_part, publish(dropped) as gone_part:
        with Pages(kept_part, RECORD) as keep, Pages(gone_part, DROPPED) as drop:
            for codes in bucket.ranges(memory):
                _write(Sifted(bucket, codes, limits), keep, drop, counts)
        counts.tally.check()
    counts.tally.write(stats, users=counts.users, kinds=dict(counts.kinds))
    return counts.tally
