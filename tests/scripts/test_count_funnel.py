"""Counts of many files added up to one row each; a lost record or a missing file is an error of one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from count_funnel import main
from humanllm.stats import Tally


def tally(path: Path, stage: str, kept: int, **facts: object) -> None:
    counted = Tally(stage)
    counted.take(10)
    counted.keep(kept)
    counted.drop("short", 9 - kept)
    counted.die("schema")
    counted.write(path, **facts)


def run(folder: Path, *rows: dict[str, object]) -> Result:
    arguments = ["--source", "blogger", "--rows", json.dumps(rows), "--output", str(folder / "blogger.json")]
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tally(tmp_path / "filtered/blogs-a.stats.json", "ingest_dump", 7)
    tally(tmp_path / "judged/0.stats.json", "judge_product", 7, scores={"overall": {"9": 7}}, model="m", mean=8.5)
    tally(tmp_path / "judged/1.stats.json", "judge_product", 5, scores={"overall": {"9": 1, "3": 4}}, model="m")
    tally(tmp_path / "judged/2.stats.json", "judge_product", 5)  # of an earlier run with more buckets
    return tmp_path


def test_rows_are_added_up(folder: Path) -> None:
    done = run(
        folder,
        {"part": "blogs", "paths": f"{folder}/filtered/{{}}.stats.json", "names": ["blogs-a"]},
        {"part": "user", "paths": f"{folder}/judged/{{}}.stats.json", "names": 2},
    )
    assert done.exit_code == 0, done.output
    assert done.output == "blogger: 2 rows from 3 files\n"
    assert json.loads((folder / "blogger.json").read_text()) == {
        "source": "blogger",
        "rows": [
            {
                "stage": "ingest_dump",
                "part": "blogs",
                "files": 1,
                "in": 10,
                "kept": 7,
                "dropped": {"short": 2},
                "dead": {"schema": 1},
                "facts": {},
            },
            {
                "stage": "judge_product",
                "part": "user",
                "files": 2,
                "in": 20,
                "kept": 12,
                "dropped": {"short": 6},
                "dead": {"schema": 2},
                "facts": {"scores": {"overall": {"9": 8, "3": 4}}},
            },
        ],
    }


def test_a_missing_file_is_named(folder: Path) -> None:
    done = run(folder, {"part": "user", "paths": f"{folder}/judged/{{}}.stats.json", "names": 4})
    assert done.exit_code == 1
    assert f"Error: {folder}/judged/3.stats.json holds no counts of a stage" in done.output
    assert not (folder / "blogger.json").exists()


def test_a_lost_record_is_an_error(folder: Path) -> None:
    stats = {"stage": "x", "in": 5, "kept": 3, "dropped": {}, "dead": {}}
    (folder / "0.json").write_text(json.dumps(stats))
    done = run(folder, {"part": "", "paths": f"{folder}/{{}}.json", "names": 1})
    assert done.exit_code == 1
    assert "5 in, 3 kept, dropped or dead" in done.output
