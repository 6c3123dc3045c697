"""judge_application: the extractive judge over a system's answers, with its model, revision and prompt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import judge_application
from application_data import ROOT, RULES, answer, item, write_answers, write_items
from benchmark_data import asking, run, serving
from humanllm.applications.tables import GRADED
from humanllm.files import read_json
from humanllm.prompts import load_prompt
from humanllm.replies import APPLICATIONS
from humanllm.tables import Row, read_rows

PROMPTS = [ROOT / f"scripts/prompts/applications/{name}.md" for name in APPLICATIONS]


def options(folder: Path, rows: list[Row]) -> dict[str, Any]:
    return {
        "written": write_answers(folder / "written", rows),
        "asking": asking(RULES),
        "serving": serving(),
        "journal": folder / "j.jsonl",
        "output": folder / "g.parquet",
        "dead": folder / "g.dead.jsonl",
        "stats": folder / "g.stats.json",
    }


def test_every_answer_is_graded_on_the_metrics_of_its_application(tmp_path: Path) -> None:
    items = [item(number, name) for name in APPLICATIONS for number in range(2)]
    tables = [write_items(tmp_path, items[start : start + 2]) for start in (0, 2, 4)]
    rows = [answer(of, None if of is items[3] else f"I wrote {of['reference']}") for of in items]
    named = [part for path in tables for part in ("--items", str(path))]
    done = run(judge_application.main, *named, *PROMPTS, **options(tmp_path, rows))
    assert done.exit_code == 0, done.output
    assert done.output.endswith("6 of 6 answers graded, 1 of them by rule, 0 dead\n")
    graded = read_rows(tmp_path / "g.parquet", GRADED)
    assert [row["id"] for row in graded] == [of["id"] for of in items]
    for row, of in zip(graded, items, strict=True):
        assert tuple(row["grades"]) == APPLICATIONS[row["application"]]
        assert row["answer_first"] == of["answer_first"]
        prompt = load_prompt(ROOT / f"scripts/prompts/applications/{row['application']}.md")
        said = [row[f"judge_{part}"] for part in ("model", "revision", "prompt")]
        assert said == ["extractive", "1", prompt.hash]
    stats = read_json(tmp_path / "g.stats.json")
    assert (stats["in"], stats["kept"]) == (6, 6)
    assert stats["status"]["human_explainer"] == {"graded": 1, "no_answer": 1}


def test_answers_in_part_are_refused_in_one_line(tmp_path: Path) -> None:
    items = [item(0), item(1)]
    table = write_items(tmp_path, items)
    done = run(judge_application.main, PROMPTS[1], items=table, **options(tmp_path, [answer(items[0], "x")]))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the answers do not cover the items: 1 of 2 missing, 0 unknown")
    assert not (tmp_path / "g.parquet").exists()
