"""Tables written in pieces of bounded memory: records in row groups by user bucket, dropped records in order.

A bucket's job reads only its own row groups of each dump's table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.tables import DROPPED, Row

ROW_COST = 2000  # bytes of a row in memory beside its text, about
LIMIT = 256 << 20  # bytes held before they are written


def _size(row: Row) -> int:
    return ROW_COST + sum(len(row.get(name) or "") for name in ("title", "text", "parent_text"))


class _Writer(ABC):
    """A parquet file in the making; the same rows in the same order give the same bytes."""

    def __init__(self, path: Path, schema: pa.Schema, limit: int = LIMIT) -> None:
        self.schema = schema
        self.limit = limit
        self.held = 0
        # No reader asks for the minimum and maximum of another column, and they would hold pieces of text.
        statistics: Any = ["bucket"] if "bucket" in schema.names else False
        self.file = pq.ParquetWriter(path, schema, compression="zstd", write_statistics=statistics)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.flush()
        self.file.close()

    def _count(self, row: Row) -> None:
        self.held += _size(row)
        if self.held >= self.limit:
            self.flush()

    @abstractmethod
    def flush(self) -> None:
        """Write what is held."""


class BucketWriter(_Writer):
    """Rows with a `bucket`: a row group never mixes two buckets."""

    def __init__(self, path: Path, schema: pa.Schema, limit: int = LIMIT) -> None:
        super().__init__(path, schema, limit)
        self.rows: dict[int, list[Row]] = defaultdict(list)

    def write(self, row: Row) -> None:
        self.rows[row["bucket"]].append(row)
        self._count(row)

    def flush(self) -> None:
        for bucket in sorted(self.rows):
            self.file.write_table(pa.Table.from_pylist(self.rows[bucket], schema=self.schema), row_group_size=1 << 30)
        self.rows.clear()
        self.held = 0


class DroppedWriter(_Writer):
    """Dropped records in the order in which they come."""

    def __init__(self, path: Path, limit: int = LIMIT // 8) -> None:
        super().__init__(path, DROPPED, limit)
        self.rows: list[Row] = []

    def write(self, row: Row) -> None:
        self.rows.append(row)
        self._count(row)

    def flush(self) -> None:
        if self.rows:
            self.file.write_table(pa.Table.from_pylist(self.rows, schema=self.schema))
        self.rows = []
        self.held = 0


def _groups(file: pq.ParquetFile, bucket: int) -> list[int]:
    """The row groups of `bucket`, by their statistics."""
    metadata = file.metadata
    column = file.schema_arrow.get_field_index("bucket")
    found = (metadata.row_group(group).column(column).statistics for group in range(metadata.num_row_groups))
    return [group for group, statistics in enumerate(found) if statistics and statistics.min == bucket]


def read_bucket(path: Path, bucket: int, schema: pa.Schema) -> Iterator[Row]:
    """The rows of one bucket of a table that a BucketWriter wrote. Raises InputError if it lacks a column."""
    with pq.ParquetFile(path) as file:
        if missing := [name for name in schema.names if name not in file.schema_arrow.names]:
            raise InputError(f"{path} lacks the columns {', '.join(missing)}: delete it and run again")
        for group in _groups(file, bucket):
            yield from file.read_row_group(group, columns=schema.names).to_pylist()
