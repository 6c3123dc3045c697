from __future__ import annotations

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


def test_a_table_that_does_not_fit_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"bucket": [0, 1], "id": ["a", "b"]}), tmp_path / "mixed")
    with pytest.raises(InputError, match="mixed is not laid out by user bucket: delete it and run again"):
        Grouped([tmp_path / "mixed"], ["id"])
    with pytest.raises(InputError, match="mixed lacks the columns text: delete it and run again"):
        Grouped([tmp_path / "mixed"], ["text"])
