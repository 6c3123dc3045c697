"""Tables written in pieces of bounded memory, with row groups by user bucket: a bucket's job reads only its own.

Tables come in and go out as columns: a row of Python objects costs more than all the work on it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

LIMIT = 256 << 20  # bytes held before they are written
GROUP = 32_768  # rows of a bucket in a row group at most
REPEATED = ["source", "kind", "dump", "community", "rating", "extra", "drop_reason"]  # columns worth a dictionary
# What zstd makes no smaller, or is too small for it: a page costs 50 us however little it holds.
BARE = {"source", "kind", "dump", "bucket", "id_code", "item_code", "drop_reason"}


def as_arrow(table: pa.Table | pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """The table in the types of the schema, with its texts alone: polars' rows may hold on to a larger frame's.

    By a reader, for `cast` of the table itself would import pyarrow.compute, 0.03 s of every start.
    """
    own = table if isinstance(table, pa.Table) else table.to_arrow(compat_level=pl.CompatLevel.oldest())
    return own.to_reader().cast(schema).read_all()


def no_rows(schema: pa.Schema) -> pa.Table:
    """A table without rows; `schema.empty_table` would import pandas for it."""
    return pa.Table.from_batches([], schema)


class TableWriter:
    """A parquet file in the making; the same tables in the same order give the same bytes."""

    def __init__(self, path: Path, schema: pa.Schema, limit: int = LIMIT) -> None:
        self.path = path
        self.schema = schema
        self.limit = limit
        self.held: list[pa.Table] = []
        self.bytes = 0
        # No reader asks for the minimum and maximum of another column, and they would hold pieces of text.
        statistics: Any = ["bucket"] if "bucket" in schema.names else False
        repeated = [name for name in REPEATED if name in schema.names]
        compression = {name: "none" if name in BARE else "zstd" for name in schema.names}
        # Without `store_schema` a dictionary's words are read as the strings that they are.
        self.file = pq.ParquetWriter(
            path,
            schema,
            compression=compression,
            write_statistics=statistics,
            use_dictionary=repeated,
            store_schema=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.finish()
        self.file.close()

    def write(self, table: pa.Table | pl.DataFrame) -> None:
        """Add the rows of `table`, which has the columns of the schema in its order."""
        self.held.append(as_arrow(table, self.schema))
        self.bytes += self.held[-1].nbytes
        if self.bytes >= self.limit:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if self.held:
            self.write_group(pa.concat_tables(self.held))
        self.held, self.bytes = [], 0

    def finish(self) -> None:
        """Write what is left."""
        self.flush()

    def write_group(self, table: pa.Table) -> None:
        """Write the rows at once, as a row group of their own, before any that are held."""
        self.file.write_table(table, row_group_size=max(1, len(table)))


class Spill:
    """Rows by bucket in a file without a name, which is gone when it is closed, however that comes."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.file = TemporaryFile(dir=folder)  # noqa: SIM115 - `close` closes it
        self.writer = pa.ipc.new_file(self.file, schema)
        self.places: dict[int, list[int]] = defaultdict(list)
        self.count = 0
        self.reader: pa.RecordBatchFileReader | None = None

    def put(self, bucket: int, rows: pa.Table) -> None:
        (batch,) = rows.combine_chunks().to_batches()
        self.writer.write_batch(batch)
        self.places[bucket].append(self.count)
        self.count += 1

    def end(self) -> None:
        """Nothing more will be put."""
        self.writer.close()
        self.reader = pa.ipc.open_file(self.file)

    def rows(self, bucket: int) -> Iterator[pa.Table]:
        """What was put of a bucket, in its order, after the `end`."""
        assert self.reader
        for place in self.places[bucket]:
            yield pa.Table.from_batches([self.reader.get_batch(place)])

    def close(self) -> None:
        self.file.close()


class Sorted(NamedTuple):
    """A table sorted by bucket, and where each bucket's rows begin and end."""

    rows: pa.Table
    ends: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, table: pa.Table | pl.DataFrame, schema: pa.Schema) -> Sorted:
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(pl.from_arrow(table))
        ordered = frame.sort("bucket", maintain_order=True)
        buckets = ordered["bucket"].to_numpy()
        found, starts = np.unique(buckets, return_index=True)
        ends = zip(starts.tolist(), [*starts[1:].tolist(), len(buckets)], strict=False)
        return cls(as_arrow(ordered, schema), dict(zip(found.tolist(), ends, strict=False)))

    def of_bucket(self, bucket: int) -> pa.Table:
        start, end = self.ends[bucket]
        return self.rows.slice(start, end - start)


class BucketWriter(TableWriter):
    """A table by `bucket`, a row group never of two of them.

    What does not fit the limit waits in a file beside, by bucket, so that the groups are as few and as large as can be:
    each costs its reader 16 KB of memory, and every bucket's job reads the footers of all tables.
    """

    def __init__(self, path: Path, schema: pa.Schema, limit: int = LIMIT) -> None:
        super().__init__(path, schema, limit)
        self.sorted: list[Sorted] = []
        self.spill: Spill | None = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            super().__exit__(kind, error, at)
        finally:
            if self.spill:
                self.spill.close()

    def write(self, table: pa.Table | pl.DataFrame) -> None:
        self.sorted.append(Sorted.of(table, self.schema))
        self.bytes += self.sorted[-1].rows.nbytes
        if self.bytes >= self.limit:
            self.flush()

    def _buckets(self) -> set[int]:
        """Those of the rows that are held."""
        return {bucket for part in self.sorted for bucket in part.ends}

    def _held(self, bucket: int) -> pa.Table:
        held = (part.of_bucket(bucket) for part in self.sorted if bucket in part.ends)
        return pa.concat_tables([no_rows(self.schema), *held])

    def flush(self) -> None:
        """Set aside what is held."""
        self.spill = self.spill or Spill(self.path.parent, self.schema)
        for bucket in sorted(self._buckets()):
            self.spill.put(bucket, self._held(bucket))
        self.sorted, self.bytes = [], 0

    def finish(self) -> None:
        buckets = self._buckets()
        if self.spill:
            self.spill.end()
            buckets |= self.spill.places.keys()
        for bucket in sorted(buckets):
            self._write_bucket(bucket)

    def _write_bucket(self, bucket: int) -> None:
        """The groups of a bucket: of what was set aside, then of what is held."""
        waiting = no_rows(self.schema)
        aside = self.spill.rows(bucket) if self.spill else iter(())
        for rows in itertools.chain(aside, [self._held(bucket)]):
            waiting = pa.concat_tables([waiting, rows])
            while len(waiting) > GROUP:
                self._group(waiting.slice(0, GROUP))
                waiting = waiting.slice(GROUP)
        self._group(waiting)

    def _group(self, rows: pa.Table) -> None:
        if len(rows):
            self.write_group(rows)
