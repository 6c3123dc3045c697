"""build_task and list_items as commands: tables in, samples, refusals and counts out."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from humanllm.tables import DROPPED, JUDGED, SAMPLE, read_rows, row_groups
from task_data import record, review, user_products, words, write_clean, write_products, write_records

PROMPTS = Path(__file__).resolve().parents[2] / "scripts/prompts/tasks"


def build(folder: Path, task: str, *more: str) -> Result:
    knobs = {"seed": 1, "history-records": 2, "history-words": 10, "min-tokens": 20, "max-tokens": 1000}
    knobs |= {"candidates": 3, "history-items": 30}
    options = [f"--{name}={value}" for name, value in knobs.items()]
    options += [f"--task={task}", f"--prompts={PROMPTS / task}.md", f"--clean={folder / 'clean'}", "--buckets=1"]
    options += [f"--{name}={folder / file}" for name, file in FILES.items()]
    return CliRunner().invoke(importlib.import_module("build_task").main, [*options, *more])


FILES = {"output": "task.parquet", "dropped": "task.dropped.parquet", "stats": "task.stats.json"}


def test_samples_and_refusals_add_up(tmp_path: Path) -> None:
    write_clean(tmp_path / "clean/0.parquet", [record(day, words(12 * day)) for day in range(1, 7)])
    products = write_products(tmp_path / "user.parquet", user_products())
    done = build(tmp_path, "writing_imitation", str(products))
    assert (done.exit_code, done.output) == (0, "writing_imitation: 3 samples of 3 candidates\n")
    rows = read_rows(tmp_path / "task.parquet", SAMPLE)
    assert [row["record_ids"][0] for row in rows] == [f"reddit:submissions:{day}" for day in (4, 5, 6)]
    assert all(row["history_until"] < row["time"] for row in rows)
    stats = json.loads((tmp_path / "task.stats.json").read_text())
    assert (stats["in"], stats["kept"], stats["dropped"]) == (3, 3, {})
    first = (tmp_path / "task.parquet").read_bytes()
    assert build(tmp_path, "writing_imitation", str(products)).exit_code == 0
    assert (tmp_path / "task.parquet").read_bytes() == first


def test_buckets_stand_one_after_another_each_with_its_own_products(tmp_path: Path) -> None:
    """Bo has no products in bucket 0, which are Anna's; his own stand in the second row group."""
    bo = {"user": "bo", "bucket": 1}
    write_clean(tmp_path / "clean/0.parquet", [record(day, words(12 * day)) for day in range(1, 5)])
    write_clean(
        tmp_path / "clean/1.parquet", [record(day, words(12 * day), id=f"bo:{day}", **bo) for day in range(1, 5)]
    )
    with row_groups(tmp_path / "user.parquet", JUDGED) as write:
        write(user_products())
        write([row | {"id": f"bo:{row['id']}"} for row in user_products(**bo)])
    assert build(tmp_path, "profile_generation", str(tmp_path / "user.parquet"), "--buckets=2").exit_code == 0
    rows = read_rows(tmp_path / "task.parquet", SAMPLE)
    assert [row["user"] for row in rows] == ["anna", "bo"]
    assert [row["product_ids"][0].startswith("bo:") for row in rows] == [False, True]
    assert pq.ParquetFile(tmp_path / "task.parquet").num_row_groups == 2


def test_what_is_refused_is_kept_with_its_reason(tmp_path: Path) -> None:
    rows = [record(day, words(30), kind="comments", clean_parent="A post") for day in (1, 2, 4)]
    write_clean(tmp_path / "clean/0.parquet", [*rows, record(5, "Too short.", kind="comments", clean_parent="A post")])
    assert build(tmp_path, "personalized_commenting").exit_code == 0
    (dropped,) = read_rows(tmp_path / "task.dropped.parquet", DROPPED)
    assert dropped == {
        **{"dump": None, "row": None, "id": "reddit:submissions:5", "user": "anna"},
        **{"text": "Too short.", "drop_reason": "too_short"},
    }
    stats = json.loads((tmp_path / "task.stats.json").read_text())
    assert (stats["in"], stats["kept"], stats["dropped"]) == (2, 1, {"too_short": 1})


@pytest.mark.parametrize("task", ["profile_generation", "social_qa", "scenario_generation", "item_selection"])
def test_a_bucket_without_people_gives_empty_tables(tmp_path: Path, task: str) -> None:
    write_clean(tmp_path / "clean/0.parquet", [])
    products = write_products(tmp_path / "user.parquet", [])
    assert build(tmp_path, task, str(products)).exit_code == 0
    assert read_rows(tmp_path / "task.parquet", SAMPLE) == []


def test_item_selection_draws_from_the_list_of_items(tmp_path: Path) -> None:
    anna = [review(day, day) for day in range(1, 5)]
    write_clean(tmp_path / "clean/0.parquet", anna)
    tables = [write_records(tmp_path / f"records/{n}.parquet", rows) for n, rows in enumerate((anna, [review(9, 8)]))]
    listed = importlib.import_module("list_items").main
    files = [f"--output={tmp_path / 'items.parquet'}", f"--stats={tmp_path / 'items.stats.json'}"]
    assert CliRunner().invoke(listed, [*files, *map(str, tables)]).output == "5 items of 5 reviews\n"
    shop = [f"--items={tmp_path / 'items.parquet'}", f"--reviews={tmp_path / 'records'}"]
    assert build(tmp_path, "item_selection", *shop).output == "item_selection: 0 samples of 1 candidates\n"
    assert read_rows(tmp_path / "task.dropped.parquet")[0]["drop_reason"] == "no_candidates"
    write_records(tables[1], [review(9, 8), review(10, 9)])
    assert CliRunner().invoke(listed, [*files, *map(str, tables)]).exit_code == 0
    assert build(tmp_path, "item_selection", *shop).exit_code == 0
    (sample,) = read_rows(tmp_path / "task.parquet", SAMPLE)
    assert sorted(sample["options"]) == ["Book 4", "Book 8", "Book 9"]
    assert sample["options"][sample["gold"]] == "Book 4"


def test_item_selection_without_the_list_is_refused(tmp_path: Path) -> None:
    write_clean(tmp_path / "clean/0.parquet", [review(day, day) for day in range(1, 5)])
    done = build(tmp_path, "item_selection")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: item selection needs the list of items")
    assert not (tmp_path / "task.parquet").exists()
