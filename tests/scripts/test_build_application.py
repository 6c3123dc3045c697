"""build_application: items of the test set, and options that do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import build_application
from application_data import ROOT, sample, write_test_set
from benchmark_data import run
from humanllm.applications.tables import ITEM
from humanllm.files import read_json
from humanllm.tables import read_rows
from task_data import record, write_clean

QUESTION = ROOT / "scripts/prompts/writing/profile_writing.md"


def options(folder: Path, application: str, **more: Any) -> dict[str, Any]:
    lines = [sample(n, "social_qa", "persona_reason") for n in range(3)]
    lines.append(sample(9, "profile_generation", "persona", user="anna"))
    made = {"application": application, "test": write_test_set(folder, lines), "items": 2, "seed": 1}
    made |= {"output": folder / "items.parquet", "stats": folder / "items.stats.json"}
    return made | more


def test_items_and_counts_are_written(tmp_path: Path) -> None:
    done = run(build_application.main, **options(tmp_path, "human_explainer"))
    assert done.exit_code == 0, done.output
    assert done.output == "human_explainer: 2 items of 2 users, 0 too few\n"
    assert len(read_rows(tmp_path / "items.parquet", ITEM)) == 2
    stats = read_json(tmp_path / "items.stats.json")
    assert (stats["in"], stats["kept"], stats["dropped"]) == (4, 2, {"other_task": 1, "over_items": 1})


def test_profiles_are_asked_for_with_posts_of_all_buckets(tmp_path: Path) -> None:
    (tmp_path / "clean/reddit").mkdir(parents=True)
    write_clean(tmp_path / "clean/reddit/0.parquet", [record(1, "I keep bees.")])
    write_clean(tmp_path / "clean/reddit/1.parquet", [record(2, "The hive froze.")])
    more = {"prompt": QUESTION, "history_tokens": 500, "clean": tmp_path / "clean", "take": "reddit=2"}
    done = run(build_application.main, **options(tmp_path, "profile_writing", **more))
    assert done.exit_code == 0, done.output
    (item,) = read_rows(tmp_path / "items.parquet", ITEM)
    assert "I keep bees." in item["task"]
    assert "The hive froze." in item["prompt"]


@pytest.mark.parametrize(
    ("application", "more", "said"),
    [
        ("profile", {}, "no application 'profile'; known: profile_writing"),
        ("profile_writing", {"prompt": QUESTION}, "profile_writing, which needs them all"),
        ("human_explainer", {"prompt": QUESTION}, "are for profile_writing"),
        ("personalized_writing", {}, "personalized_writing has no item"),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path: Path, application: str, more: dict[str, Any], said: str) -> None:
    done = run(build_application.main, **options(tmp_path, application, **more))
    assert done.exit_code == 1
    assert said in done.stderr
    assert not (tmp_path / "items.parquet").exists()
