"""Tables written in pieces of bounded memory, with row groups by user bucket: a bucket's job reads only its own.

Tables come in and go out as columns: a row of Python objects costs more than all the work on it.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

LIMIT = 160 << 20  # bytes held before they are written
REPEATED = ["source", "kind", "dump", "community", "drop_reason"]  # columns worth a dictionary


class TableWriter:
    """A parquet file in the making; the same tables in the same order give the same bytes."""

    def __init__(self, path: Path, schema: pa.Schema, limit: int = LIMIT) -> None:
        self.schema = schema
        self.limit = limit
        self.held: list[pl.DataFrame] = []
        self.bytes = 0
        # No reader asks for the minimum and maximum of another column, and they would hold pieces of text.
        statistics: Any = ["bucket"] if "bucket" in schema.names else False
        repeated = [name for name in REPEATED if name in schema.names]
        self.file = pq.ParquetWriter(
            path, schema, compression="zstd", write_statistics=statistics, use_dictionary=repeated
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.flush()
        self.file.close()

    def write(self, table: pa.Table | pl.DataFrame) -> None:
        """Add the rows of `table`, which has the columns of the schema in its order."""
        # By way of Arrow, since rows left over from a larger frame hold on to all its text.
        own = table if isinstance(table, pa.Table) else table.to_arrow(compat_level=pl.CompatLevel.oldest())
        self.held.append(pl.DataFrame(pl.from_arrow(own)))
        self.bytes += own.nbytes
        if self.bytes >= self.limit:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if self.held:
            self._write(pl.concat(self.held))
        self.held, self.bytes = [], 0

    def _write(self, frame: pl.DataFrame) -> None:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(self.schema)
        self.file.write_table(table, row_group_size=max(1, len(frame)))


class BucketWriter(TableWriter):
    """A table with a `bucket`: a row group never mixes two of them."""

    def _write(self, frame: pl.DataFrame) -> None:
        for part in frame.sort("bucket", maintain_order=True).partition_by("bucket", maintain_order=True):
            super()._write(part)
