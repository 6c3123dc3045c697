"""A small test set, items of the judged applications, and graded answers to them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from humanllm.applications.tables import GRADED, ITEM, WRITTEN
from humanllm.replies import APPLICATIONS
from humanllm.tables import Row, write_rows

ROOT = Path(__file__).resolve().parents[1]
RULES = json.dumps({"name": "extractive", "engine": "extractive", "path": "rules", "revision": "1"})


def sample(number: int, task: str, form: str, source: str = "reddit", user: str | None = None) -> dict[str, Any]:
    """A line of test.jsonl."""
    return {
        "id": f"{task}:{form}:{number}",
        "task": task,
        "form": form,
        "source": source,
        "user": user or f"user{number}",
        "system": "Be this person.",
        "conversations": [
            {"from": "human", "value": f"I keep bees in garden {number}. I was sad. Why?"},
            {"from": "gpt", "value": f"Because hive {number} was empty after the frost."},
        ],
    }


def write_test_set(folder: Path, samples: Iterable[dict[str, Any]]) -> Path:
    path = folder / "test.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in samples), encoding="utf-8")
    return path


def item(number: int, application: str = "human_explainer", **more: Any) -> Row:
    """Even numbers show the answer first."""
    row = {
        "id": f"{application}:{number}",
        "application": application,
        "source": ("reddit", "amazon")[number % 2],
        "label": "persona_reason",
        "cluster": f"user{number}",
        "system": "Be this person.",
        "prompt": f"Prompt {number}. Why?",
        "task": f"Task {number}. Why?",
        "reference": f"Reference {number}.",
        "answer_first": number % 2 == 0,
    }
    return row | more


def answer(of: Row, text: str | None, system: str = "tiny-base", **more: Any) -> Row:
    row = {"id": of["id"], "application": of["application"], "system": system, "text": text, "finish_reason": "stop"}
    return row | {"prompt_tokens": 9, "output_tokens": 3, "model": "models/tiny", "revision": "made"} | more


def graded(of: Row, grades: tuple[int, int, int] | None, system: str = "tiny-base", **more: Any) -> Row:
    metrics = APPLICATIONS[of["application"]]
    row = {"id": of["id"], "application": of["application"], "system": system, "answer_first": of["answer_first"]}
    row |= {"status": "graded" if grades else "not_graded", "words": 10, "finish_reason": "stop"}
    row |= {"grades": dict(zip(metrics, grades, strict=True)) if grades else None}
    row |= {"model": "models/tiny", "revision": "made"}
    return row | {"judge_model": "judge", "judge_revision": "abc", "judge_prompt": "p"} | more


def write_items(folder: Path, items: list[Row]) -> Path:
    path = folder / f"{items[0]['application']}.parquet"
    write_rows(path, items, ITEM)
    return path


def write_answers(folder: Path, rows: list[Row]) -> Path:
    path = folder / f"{rows[0]['system']}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, rows, WRITTEN)
    return path


def sheet_options(folder: Path) -> tuple[list[str], dict[str, Any]]:
    """Options of lay_out_sheet: four items, answered and graded for two systems."""
    items = [item(number) for number in range(4)]
    named = []
    for system in ("tiny-base", "tiny-1.5b"):
        rows = [answer(of, f"An answer to {of['id'][-1]}.", system) for of in items]
        grades = folder / f"graded/{system}.parquet"
        grades.parent.mkdir(exist_ok=True)
        write_rows(grades, [graded(of, (7, 6, 5), system) for of in items], GRADED)
        named += ["--written", str(write_answers(folder / "written", rows)), "--graded", str(grades)]
    template = ROOT / "scripts/templates/sheet.html.j2"
    made: dict[str, Any] = {"application": "human_explainer", "items": write_items(folder, items), "template": template}
    made |= {"count": 3, "seed": 1, "sheet": folder / "sheet.html", "key": folder / "key.json"}
    return named, made | {"stats": folder / "s.stats.json"}
