from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humanllm import shards
from humanllm.errors import InputError
from humanllm.grouped import Grouped
from humanllm.shards import BucketWriter, TableWriter
from humanllm.tables import DROPPED, FILTERED, RECORD, read_rows

ROWS = [{"id": str(number), "bucket": number % 3, "text": "x" * 1000} for number in range(10)]


def write(path: Path, limit: int, by: int = 1) -> None:
    """The rows, `by` at a time."""
    with BucketWriter(path, RECORD, limit) as writer:
        for start in range(0, len(ROWS), by):
            writer.write(pa.Table.from_pylist(ROWS[start : start + by], schema=RECORD))


def ids(path: Path, bucket: int) -> list[str]:
    return [id for table in Grouped([path], ["id"]).read(bucket) for id in table["id"].to_pylist()]


@pytest.mark.parametrize("limit", [1, 7000, 1 << 30])
def test_a_bucket_is_read_whole_and_in_order_however_often_it_was_flushed(limit: int, tmp_path: Path) -> None:
    write(tmp_path / "a", limit)
    assert ids(tmp_path / "a", 0) == ["0", "3", "6", "9"]
    assert ids(tmp_path / "a", 1) == ["1", "4", "7"]
    assert ids(tmp_path / "a", 5) == []
    metadata = pq.read_metadata(tmp_path / "a")
    column = RECORD.names.index("bucket")
    groups = [metadata.row_group(group).column(column).statistics for group in range(metadata.num_row_groups)]
    assert all(group.min == group.max for group in groups)
    assert metadata.num_row_groups == 3


def test_the_row_groups_of_a_large_bucket_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "GROUP", 2)
    for limit in (1, 7000, 1 << 30):
        write(tmp_path / "a", limit)
        assert ids(tmp_path / "a", 0) == ["0", "3", "6", "9"]
        metadata = pq.read_metadata(tmp_path / "a")
        assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [2, 2, 2, 1, 2, 1]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_the_limit_changes_no_byte(tmp_path: Path) -> None:
    for limit in (1, 7000, 1 << 30):
        write(tmp_path / f"{limit}", limit)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_only_the_bucket_has_its_least_and_most_in_the_file(tmp_path: Path) -> None:
    """Of a text they would be a piece of it."""
    write(tmp_path / "a", 1 << 30)
    group = pq.read_metadata(tmp_path / "a").row_group(0)
    told = [group.column(place).path_in_schema for place in range(len(RECORD)) if group.column(place).statistics]
    assert told == ["bucket"]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write(tmp_path / name, 7000)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_tables_come_as_arrow_and_as_polars(tmp_path: Path) -> None:
    write(tmp_path / "a", 1 << 30, by=10)
    with BucketWriter(tmp_path / "b", RECORD) as writer:
        writer.write(pl.DataFrame(pl.from_arrow(pa.Table.from_pylist(ROWS, schema=RECORD))))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_rows_give_a_table_with_its_columns(tmp_path: Path) -> None:
    with BucketWriter(tmp_path / "a", FILTERED), TableWriter(tmp_path / "b", DROPPED):
        pass
    assert read_rows(tmp_path / "a", FILTERED) == []
    assert read_rows(tmp_path / "b", DROPPED) == []
    assert list(Grouped([tmp_path / "a"], FILTERED.names).read(0)) == []
    with pytest.raises(InputError, match="b lacks the columns bucket, title, item_title: delete it and run again"):
        list(Grouped([tmp_path / "b"], ["id", "title", "item_title"]).read(0))


def test_dropped_rows_stay_in_order(tmp_path: Path) -> None:
    with TableWriter(tmp_path / "a", DROPPED, limit=3000) as writer:
        for number in range(5):
            row = {"dump": "d", "row": number, "drop_reason": "short", "text": "x" * 1000}
            writer.write(pa.Table.from_pylist([row], schema=DROPPED))
    assert [row["row"] for row in read_rows(tmp_path / "a", DROPPED)] == [0, 1, 2, 3, 4]
    assert pq.read_metadata(tmp_path / "a").num_row_groups > 1


def test_an_error_within_leaves_no_rows_half_written(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{"dump": "d", "row": 1}], schema=DROPPED)

    def fail() -> None:
        with TableWriter(tmp_path / "a", DROPPED) as writer:
            writer.write(table)
            raise InputError("enough")

    with pytest.raises(InputError, match="enough"):
        fail()
    assert pq.read_metadata(tmp_path / "a").num_rows == 0
