"""The k-core over two categories: a user's purchases count together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner, Result

import find_kcore
from humanllm.files import read_json
from humanllm.grouped import Grouped
from humanllm.kcore import CORE
from humanllm.shards import BucketWriter
from humanllm.tables import FILTERED, read_rows

Edge = tuple[int, int, int]
A: list[Edge] = [(1, 70, 5), (2, 70, 1), (2, 70, 0), (3, 90, 1)]
B: list[Edge] = [(1, 80, 1), (2, 80, 1), (3, 80, 1)]


def table(path: Path, first_id: int, edges: list[Edge]) -> Path:
    """One filtered table of (user, item, time)."""
    user, item, time = np.array(edges, dtype=np.int64).T
    columns = {field.name: pa.nulls(len(edges), field.type) for field in FILTERED} | {
        "bucket": pa.array(user % 2),
        "time": pa.array(time),
        "place": pa.array(np.zeros(len(edges), dtype=np.int32)),
        "id_code": pa.array(np.arange(first_id, first_id + len(edges)), pa.uint64()),
        "user_code": pa.array(user, pa.uint64()),
        "item_code": pa.array(item, pa.uint64()),
    }
    with BucketWriter(path, FILTERED) as writer:
        writer.write(pa.table(columns))
    return path


def run(folder: Path, tables: list[Path], users: int, items: int) -> Result:
    out = ["--output", folder / "core.parquet", "--stats", folder / "core.stats.json"]
    arguments = ["--users", users, "--items", items, "--top-items", 1.0, "--threads", 2, *out, *tables]
    return CliRunner().invoke(find_kcore.main, [str(part) for part in arguments])


def test_the_core_over_all_dumps(tmp_path: Path) -> None:
    tables = [table(tmp_path / "a", 100, A), table(tmp_path / "b", 50, B)]
    done = run(tmp_path, tables, 2, 2)
    assert done.output == "k-core: 7 reviews in, 4 kept, 3 dropped\n"
    rows = read_rows(tmp_path / "core.parquet", CORE)
    assert [tuple(row.values()) for row in rows] == [(0, 51, 80), (0, 102, 70), (1, 50, 80), (1, 100, 70)]
    (bucket,) = Grouped([tmp_path / "core.parquet"], ["id_code"]).read(1)
    assert bucket["id_code"].to_pylist() == [50, 100]
    stats = read_json(tmp_path / "core.stats.json")
    assert stats["dropped"] == {"duplicate_purchase": 1, "outside_kcore": 2}
    assert [stats[name] for name in ("users_in", "items_in", "users", "items")] == [3, 3, 2, 2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "core.parquet", "core.stats.json"]


def test_an_empty_core_is_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, [table(tmp_path / "a", 0, A), table(tmp_path / "b", 4, B)], 8, 3)
    assert done.exit_code == 1
    assert "of 7 reviews by 3 users on 3 items none" in done.stderr
    assert "filters.amazon.kcore" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_no_reviews_at_all_are_one_line(tmp_path: Path) -> None:
    with BucketWriter(tmp_path / "a", FILTERED):
        pass
    done = run(tmp_path, [tmp_path / "a"], 8, 3)
    assert "of 0 reviews by 0 users on 0 items none" in done.stderr


def test_a_table_of_an_older_run_is_named(tmp_path: Path) -> None:
    pq.write_table(table_without_place(tmp_path), tmp_path / "old")
    done = run(tmp_path, [tmp_path / "old"], 2, 2)
    assert done.stderr == f"Error: {tmp_path / 'old'} lacks the columns place: delete it and run again\n"


def table_without_place(folder: Path) -> pa.Table:
    return pq.read_table(table(folder / "a", 0, A)).drop_columns("place")


def test_a_review_without_item_is_an_error(tmp_path: Path) -> None:
    whole = pq.read_table(table(tmp_path / "a", 0, A))
    at = whole.schema.get_field_index("item_code")
    with BucketWriter(tmp_path / "b", FILTERED) as writer:
        writer.write(whole.set_column(at, FILTERED.field("item_code"), pa.nulls(len(whole), pa.uint64())))
    done = run(tmp_path, [tmp_path / "b"], 2, 2)
    assert "without item_code: delete them and run again" in done.stderr
