from __future__ import annotations

import importlib
import json
from pathlib import Path

from click.testing import CliRunner

from humanllm.tables import read_rows
from task_data import review, write_records


def test_titles_are_listed_and_reviews_without_one_counted(tmp_path: Path) -> None:
    tables = [
        write_records(tmp_path / "0.parquet", [review(1, 2), review(2, 1)]),
        write_records(tmp_path / "1.parquet", [review(3, 2), review(4, 3, item_title=None)]),
        write_records(tmp_path / "2.parquet", []),
    ]
    files = [f"--output={tmp_path / 'items.parquet'}", f"--stats={tmp_path / 'items.stats.json'}"]
    done = CliRunner().invoke(importlib.import_module("list_items").main, [*files, *map(str, tables)])
    assert (done.exit_code, done.output) == (0, "2 items of 3 reviews\n")
    rows = read_rows(tmp_path / "items.parquet")
    assert [(row["item_id"], row["item_title"], row["count"]) for row in rows] == [
        ("B1", "Book 1", 1),
        ("B2", "Book 2", 2),
    ]
    assert json.loads((tmp_path / "items.stats.json").read_text()) == {
        **{"stage": "list_items", "in": 4, "kept": 3, "dropped": {"no_title": 1}, "dead": {}, "items": 2},
    }
