"""What other people's records and the dumps' metadata add to a record, laid out by user bucket for `gather_users`.

A row of parents/, the post that comments of bucket 3 answer, and one of titles/, of an item that its users bought:
    {"bucket": 3, "parent_id": "reddit:submissions:5d1c...", "parent_text": "How do I ...\n\nMy tomatoes ..."}
    {"bucket": 3, "item_code": 77b0..., "item_title": "A kettle"}

Memory: 12 bytes for each bucket and post or item in it, 32 while they are sorted, and the rows of one bucket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.grouped import Grouped
from humanllm.readers.amazon import ITEM_FIELDS, ITEM_NEEDS
from humanllm.readers.draft import clean
from humanllm.readers.opening import as_far_as_it_goes
from humanllm.readers.raw import batches
from humanllm.shards import BucketWriter
from humanllm.stats import Tally
from humanllm.tables import FILTERED, RECORD
from humanllm.users import item_codes

Codes = npt.NDArray[np.uint64]

PARENT = pa.schema([FILTERED.field("bucket"), FILTERED.field("parent_id"), RECORD.field("parent_text")])
TITLE = pa.schema([FILTERED.field("bucket"), FILTERED.field("item_code"), RECORD.field("item_title")])
READ = 16_384  # posts at a time
WRITTEN = 65_536  # rows of a row group at most
CODE = "_code"


class Wanted:
    """Which buckets ask for which codes."""

    def __init__(self, asked: Iterable[tuple[int, Codes]]) -> None:
        parts: dict[int, list[Codes]] = {}
        for bucket, codes in asked:
            parts.setdefault(bucket, []).append(np.unique(codes))
        own = {bucket: np.unique(np.concatenate(found)) for bucket, found in parts.items()}
        codes = np.concatenate([np.empty(0, dtype=np.uint64), *own.values()])
        buckets = np.repeat(np.array([*own], dtype=np.int32), [len(found) for found in own.values()])
        order = np.argsort(codes, kind="stable")
        self.codes, self.buckets = codes[order], buckets[order]

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows`, each once for every bucket that asks for its CODE."""
        codes = rows[CODE].to_numpy()
        first = np.searchsorted(self.codes, codes, side="left")
        counts = np.searchsorted(self.codes, codes, side="right") - first
        ends = np.cumsum(counts)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + counts, counts)
        found = rows[np.repeat(np.arange(len(rows)), counts)]
        return found.with_columns(bucket=pl.Series(self.buckets[at], dtype=pl.Int32))


class Shelf:
    """Rows by bucket, of those that share a key only the longest: set down as they come, sorted at the end."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.schema = path, schema
        self.key, self.value = schema.names[1:]
        self.writer = BucketWriter(path, schema)

    def put(self, rows: pl.DataFrame) -> None:
        self.writer.write(rows.select(self.schema.names))

    def _sorted(self, shelved: Grouped, bucket: int) -> pl.DataFrame:
        """Of a key's values the longest, of equally long ones the greatest: the dumps' order tells nothing."""
        rows = pl.concat([pl.DataFrame(pl.from_arrow(part)) for part in shelved.read(bucket)])
        longest = rows.sort(self.key, pl.col(self.value).str.len_bytes(), self.value, descending=[False, True, True])
        return longest.unique(self.key, keep="first", maintain_order=True)

    def finish(self, output: Path) -> int:
        """Write what was put here, one row a bucket and key; how many rows that is."""
        self.writer.__exit__(None, None, None)
        shelved = Grouped([self.path], self.schema.names)
        count = 0
        with publish(output) as temporary, BucketWriter(temporary, self.schema) as writer:
            for bucket in shelved.buckets:
                rows = self._sorted(shelved, bucket)
                count += len(rows)
                for part in rows.iter_slices(WRITTEN):
                    writer.write(part)
                    writer.flush()
        return count


@contextmanager
def shelf_beside(output: Path, schema: pa.Schema) -> Iterator[Shelf]:
    """A shelf in a file that is gone at the end."""
    path = output.with_name(f".{output.name}.shelf")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield Shelf(path, schema)
    finally:
        path.unlink(missing_ok=True)


def _answered(comments: Sequence[Path]) -> Iterator[tuple[int, Codes]]:
    """The code_of the posts that each bucket's comments answer."""
    for bucket, table in Grouped(comments, ["parent_id"]).each():
        hashes = pl.Series(table["parent_id"]).drop_nulls().str.split(":").list.last()
        yield bucket, hashes.str.slice(0, 16).str.to_integer(base=16, dtype=pl.UInt64).to_numpy()


def _posts(path: Path) -> Iterator[pl.DataFrame]:
    title, text = pl.col("title").fill_null(""), pl.col("text").fill_null("")
    words = pl.concat_str(title, pl.lit("\n\n"), text).str.strip_chars()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(READ, columns=["id", "id_code", "title", "text"], use_threads=False):
            rows = pl.DataFrame(pl.from_arrow(batch))
            yield rows.select(parent_id="id", parent_text=words, **{CODE: "id_code"})


def find_parents(posts: Sequence[Path], comments: Sequence[Path], output: Path, stats: Path) -> Tally:
    """Write the text of every post that a comment answers, once for each bucket that has such a comment."""
    tally = Tally("find_parents")
    wanted = Wanted(_answered(comments))
    with shelf_beside(output, PARENT) as shelf:
        for path in posts:
            for rows in _posts(path):
                found = wanted.of(rows)
                asked = int(rows[CODE].is_in(found[CODE].unique().implode()).sum())
                tally.take(len(rows))
                tally.keep(asked)
                tally.drop("unanswered", len(rows) - asked)
                shelf.put(found)
        tally.write(stats, asked=len(wanted.codes), found=shelf.finish(output))
    return tally


def _items(path: Path, accept_truncated: bool, tally: Tally, facts: Counter[str]) -> Iterator[pl.DataFrame]:
    """The named items of a dump of metadata. Raises InputError if it has none, or holds reviews."""
    named = 0
    found = batches(path, ITEM_FIELDS, ITEM_NEEDS)
    for batch in as_far_as_it_goes(found, accept_truncated, facts):
        tally.take(len(batch.rows) + len(batch.unreadable))
        tally.drop("unreadable", len(batch.unreadable))
        items = batch.rows.filter(pl.col("parent_asin").is_not_null() & pl.col("user_id").is_null())
        tally.drop("no_item", len(batch.rows) - len(items))
        rows = items.filter(pl.col("title").is_not_null())
        named += len(rows)
        titled = rows.with_columns(item_title=clean(rows["title"])).filter(pl.col("item_title") != "")
        tally.drop("untitled", len(items) - len(titled))
        yield titled.select("item_title", item_codes(titled["parent_asin"]).alias(CODE))
    if not named:
        raise InputError(
            f"{path} holds no row with {', '.join(ITEM_NEEDS)} and without user_id; check that it is the right dump"
        )


def find_titles(metadata: Sequence[Path], core: Path, accept_truncated: bool, output: Path, stats: Path) -> Tally:
    """Write the titles of the k-core's items, once for each bucket that has reviews of them."""
    tally, facts = Tally("find_titles"), Counter[str]()
    bought = Grouped([core], ["item_code"])
    wanted = Wanted((bucket, table["item_code"].to_numpy()) for bucket, table in bought.each())
    with shelf_beside(output, TITLE) as shelf:
        for path in metadata:
            for rows in _items(path, accept_truncated, tally, facts):
                found = wanted.of(rows)
                asked = int(rows[CODE].is_in(found[CODE].unique().implode()).sum())
                tally.keep(asked)
                tally.drop("outside_kcore", len(rows) - asked)
                shelf.put(found.rename({CODE: "item_code"}))
        tally.write(stats, asked=len(wanted.codes), found=shelf.finish(output), **facts)
    return tally
