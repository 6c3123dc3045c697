"""Bucketed tables as one: their footers are read once, and a bucket's rows come piece by piece.

A table's row groups by bucket, as its footer tells them:
    {3: {Path("filtered/reddit/submissions-RS_2019-01.parquet"): [3, 131]}}
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError


def _buckets(path: Path, metadata: pq.FileMetaData, column: int) -> Iterator[int | None]:
    """The bucket of each row group, None of one without rows. Raises InputError if it is not told."""
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        statistics = group.column(column).statistics
        if group.num_rows and not (statistics and statistics.min == statistics.max):
            raise InputError(f"{path} is not laid out by user bucket: delete it and run again")
        yield statistics.min if group.num_rows else None


class Grouped:
    """Tables whose row groups are of one bucket each. Raises InputError if one lacks one of `columns`."""

    def __init__(self, paths: Sequence[Path], columns: Sequence[str]) -> None:
        self.columns = list(columns)
        self.footers = {path: pq.read_metadata(path) for path in paths}
        self.groups: dict[int, dict[Path, list[int]]] = defaultdict(lambda: defaultdict(list))
        for path, footer in self.footers.items():
            names = footer.schema.to_arrow_schema().names
            if missing := [name for name in ["bucket", *columns] if name not in names]:
                raise InputError(f"{path} lacks the columns {', '.join(missing)}: delete it and run again")
            for group, bucket in enumerate(_buckets(path, footer, names.index("bucket"))):
                if bucket is not None:
                    self.groups[bucket][path].append(group)

    @property
    def buckets(self) -> list[int]:
        return sorted(self.groups)

    def bytes(self, bucket: int) -> int:
        """What the bucket's rows take before they are compressed."""
        own = ((self.footers[path], group) for path, groups in self._of(bucket).items() for group in groups)
        return sum(footer.row_group(group).total_byte_size for footer, group in own)

    def _of(self, bucket: int) -> dict[Path, list[int]]:
        return self.groups.get(bucket, {})

    def fetch_later(self, bucket: int, places: int) -> None:
        """Have the system read the bucket that comes so many places later, while this one is worked on."""
        for later in self.buckets[self.buckets.index(bucket) + places :][:1]:
            self._fetch(later)

    def _fetch(self, bucket: int) -> None:
        for path, groups in self._of(bucket).items():
            with path.open("rb") as file:
                for chunk in self._chunks(path, groups):
                    start = chunk.dictionary_page_offset or chunk.data_page_offset
                    with suppress(OSError):  # a file system need not take advice
                        os.posix_fadvise(file.fileno(), start, chunk.total_compressed_size, os.POSIX_FADV_WILLNEED)

    def _chunks(self, path: Path, groups: Sequence[int]) -> Iterator[pq.ColumnChunkMetaData]:
        for group in map(self.footers[path].row_group, groups):
            chunks = map(group.column, range(group.num_columns))
            yield from (chunk for chunk in chunks if chunk.path_in_schema in self.columns)

    def read(self, bucket: int, columns: Sequence[str] = ()) -> Iterator[pa.Table]:
        """The bucket's row groups, one in memory at a time, with `columns` or all that were asked for."""
        for path, groups in self._of(bucket).items():
            with pq.ParquetFile(path, metadata=self.footers[path]) as file:
                for group in groups:
                    yield file.read_row_group(group, columns=list(columns) or self.columns, use_threads=False)

    def each(self, columns: Sequence[str] = ()) -> Iterator[tuple[int, pa.Table]]:
        """All row groups with their buckets, bucket by bucket."""
        for bucket in self.buckets:
            for table in self.read(bucket, columns):
                yield bucket, table
