from __future__ import annotations

import errno
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humanllm.errors import InputError
from humanllm.grouped import Grouped
from record_data import filtered, write


def test_buckets_of_several_tables(tmp_path: Path) -> None:
    rows = [filtered(f"r{number}", f"u{number}", buckets=2) for number in range(9)]
    tables = Grouped([write(tmp_path / "a", rows[:5], limit=1), write(tmp_path / "b", rows[5:])], ["id"])
    assert tables.buckets == [0, 1]
    for bucket in (0, 1):
        ids = [one for table in tables.read(bucket) for one in table["id"].to_pylist()]
        assert sorted(ids) == sorted(row["id"] for row in rows if row["bucket"] == bucket)
        assert tables.bytes(bucket) > 0
    assert (tables.bytes(7), list(tables.read(7)), tables.buckets) == (0, [], [0, 1])
    assert sum(len(table) for _, table in tables.each()) == 9


def test_of_a_bucket_that_comes_next_only_what_was_asked_for_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [filtered(f"r{number}", f"u{number}", buckets=2) for number in range(9)]
    path = write(tmp_path / "a", rows, limit=1)
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda file, start, size, advice: asked.append((start, start + size)))
    tables = Grouped([path], ["id", "source"])
    tables.fetch_later(1, 1)  # nothing comes later
    tables.fetch_later(0, 1)
    (group,) = (group for group in map(pq.read_metadata(path).row_group, range(2)) if group.column(4).statistics.min)
    chunks = {chunk.path_in_schema: chunk for chunk in map(group.column, range(group.num_columns))}
    starts = [chunks["id"].data_page_offset, chunks["source"].dictionary_page_offset]
    sizes = [chunks[name].total_compressed_size for name in ("id", "source")]
    assert asked == [(start, start + size) for start, size in zip(starts, sizes, strict=True)]


def test_a_file_system_need_not_take_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.EINVAL, "no advice")

    monkeypatch.setattr(os, "posix_fadvise", refuse)
    tables = Grouped([write(tmp_path / "a", [filtered("r", "u", buckets=1)])], ["id"])
    tables.fetch_later(0, 0)
    assert sum(len(table) for table in tables.read(0)) == 1


def test_a_table_that_does_not_fit_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"bucket": [0, 1], "id": ["a", "b"]}), tmp_path / "mixed")
    with pytest.raises(InputError, match="mixed is not laid out by user bucket: delete it and run again"):
        Grouped([tmp_path / "mixed"], ["id"])
    with pytest.raises(InputError, match="mixed lacks the columns text: delete it and run again"):
        Grouped([tmp_path / "mixed"], ["text"])
