from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from humanllm.errors import InputError
from humanllm.shards import BucketWriter, DroppedWriter, read_bucket
from humanllm.tables import DROPPED, RECORD, read_rows

ROWS = [{"id": str(number), "bucket": number % 3, "text": "x" * 1000} for number in range(10)]


def write(path: Path, limit: int) -> None:
    with BucketWriter(path, RECORD, limit) as writer:
        for row in ROWS:
            writer.write(row)


def ids(path: Path, bucket: int) -> list[str]:
    return [row["id"] for row in read_bucket(path, bucket, RECORD)]


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


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write(tmp_path / name, 7000)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_rows_give_a_table_with_its_columns(tmp_path: Path) -> None:
    with BucketWriter(tmp_path / "a", RECORD), DroppedWriter(tmp_path / "b"):
        pass
    assert read_rows(tmp_path / "a", RECORD) == []
    assert read_rows(tmp_path / "b", DROPPED) == []
    with pytest.raises(InputError, match="lacks the columns"):
        list(read_bucket(tmp_path / "b", 0, RECORD))


def test_dropped_rows_stay_in_order(tmp_path: Path) -> None:
    with DroppedWriter(tmp_path / "a", limit=3000) as writer:
        for number in range(5):
            writer.write({"dump": "d", "row": number, "drop_reason": "short", "text": "x"})
    assert [row["row"] for row in read_rows(tmp_path / "a", DROPPED)] == [0, 1, 2, 3, 4]
