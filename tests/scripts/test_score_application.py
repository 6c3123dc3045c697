"""score_application: all systems on the same items, in the layout that compare_scores takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import compare_scores
import score_application
from application_data import graded, item, write_items
from benchmark_data import run
from humanllm.applications.tables import GRADED
from humanllm.files import read_json
from humanllm.tables import CELL, Row, read_rows, write_rows

ITEMS = [item(number) for number in range(4)]


def options(folder: Path) -> dict[str, Any]:
    named = {"application": "human_explainer", "items": write_items(folder, ITEMS), "resamples": 100, "seed": 1}
    return named | {"folder": folder / "scores", "stats": folder / "s.stats.json"}


def tables(folder: Path, systems: dict[str, list[Row]]) -> list[Path]:
    for system, rows in systems.items():
        write_rows(folder / f"{system}.parquet", rows, GRADED)
    return [folder / f"{system}.parquet" for system in systems]


def test_each_system_is_scored_on_its_own_grades_and_pairs_on_common_items(tmp_path: Path) -> None:
    base = [graded(of, (6, 6, 6), "tiny-1.5b-base") for of in ITEMS]
    tuned = [graded(of, None if of is ITEMS[2] else (7, 6, 8), "tuned") for of in ITEMS]
    other = graded(item(0, "profile_writing"), (1, 1, 1), "tuned")  # of another application: none of its business
    paths = tables(tmp_path, {"tiny-1.5b-base": base, "tuned": [*tuned, other]})
    done = run(score_application.main, *paths, **options(tmp_path))
    assert done.exit_code == 0, done.output
    assert done.output == (
        "tiny-1.5b-base: 6.00, 0 without an answer, 0 not graded\ntuned: 7.00, 0 without an answer, 1 not graded\n"
    )
    files = [tmp_path / f"scores/{system}/human_explainer.json" for system in ("tiny-1.5b-base", "tuned")]
    for path, failed in zip(files, (0, 1), strict=True):
        found = read_json(path)
        assert (found["items"], found["answers"], found["left_out"]) == (4, 4 - failed, {"not_graded": failed})
        assert len(read_rows(path.with_suffix(".cells.parquet"), CELL)) == 3 * (4 - failed)
    stats = read_json(tmp_path / "s.stats.json")
    assert (stats["in"], stats["kept"], stats["dropped"]) == (8, 7, {"not_graded": 1})

    comparison, table = tmp_path / "c.json", tmp_path / "c.csv"
    pairs = '[["tuned", "tiny-1.5b-base", "base"]]'
    named = {"pairs": pairs, "resamples": 100, "seed": 1, "output": comparison, "table": table}
    done = run(compare_scores.main, *files, **named)
    assert done.exit_code == 0, done.output
    (pair,) = read_json(comparison)["pairs"]
    assert (pair["left_out"], pair["columns"]["alignment_with_reference"]["difference"]) == (1, 2)


def test_grades_of_other_items_are_one_line(tmp_path: Path) -> None:
    (path,) = tables(tmp_path, {"tuned": [graded(of, (7, 6, 8), "tuned") for of in ITEMS[1:]]})
    done = run(score_application.main, path, **options(tmp_path))
    assert done.exit_code == 1
    assert "the grades of tuned are not of these 4 items" in done.stderr
