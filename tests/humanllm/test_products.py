"""What is asked of whom: history for a person's products, drawn targets for the others, parts for long histories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from humanllm.asking import Rules
from humanllm.engines.base import ModelSpec, Sampling
from humanllm.products import Limits, drawn_targets, questions, synthesize
from humanllm.prompts import load_prompts
from humanllm.stages import Job
from humanllm.stats import Tally
from post_data import GARDEN, MODEL, ROOT, garden, record


def clean(rows: list[Any], history: int) -> list[Any]:
    return [
        row | {"clean_text": row["text"], "clean_part": "history" if place < history else "target"}
        for place, row in enumerate(rows)
    ]


def test_user_products_see_history_only_and_the_others_one_target() -> None:
    rows = clean(garden(), 3)
    asked = questions("user", rows, Limits(20, 1000), seed=1)
    assert [question.row["kind"] for question in asked] == ["persona", "profile", "stories", "style"]
    assert len({question.posts for question in asked}) == 1
    assert asked[0].row["record_ids"] == [row["id"] for row in rows[:3]]
    assert asked[0].row["time"] == rows[2]["time"] < rows[3]["time"]
    assert "frost" not in asked[0].posts
    asked = questions("social_qa", rows, Limits(20, 1000), seed=1)
    assert [(question.row["kind"], question.row["record_ids"][0][-1]) for question in asked] == [
        (kind, day) for day in "45" for kind in ("action", "thought", "reason")
    ]
    assert len({question.row["id"] for question in asked}) == 6


def test_targets_are_drawn_once_for_all_products() -> None:
    rows = clean([record(number, "text") for number in range(30)], 5)
    drawn = drawn_targets(rows, 4, seed=1)
    assert len(drawn) == 4
    assert drawn == drawn_targets(rows, 4, seed=1) != drawn_targets(rows, 4, seed=2)
    assert drawn == sorted(drawn, key=lambda row: row["time"])
    assert all(row["clean_part"] == "target" for row in drawn)


def synthesized(folder: Path, limit: int) -> tuple[list[Any], Any, Tally]:
    paths = [
        ROOT / f"scripts/prompts/synthesis/{kind}.md" for kind in ("persona", "profile", "stories", "style", "summary")
    ]
    job = Job(ModelSpec.of(json.loads(MODEL)), Sampling(0.3, 100), folder / "j.jsonl", Rules(), 1)
    tally = Tally("synthesize_product")
    rows = clean([record(day, GARDEN[day % 5] + f" It was day {day}.") for day in range(1, 13)], 11)
    made, facts = synthesize("user", rows, load_prompts(paths), job, Limits(20, limit), folder / "dead.jsonl", tally)
    return made, facts, tally


def test_a_long_history_goes_in_parts_and_all_of_it_counts(tmp_path: Path) -> None:
    whole, facts, _ = synthesized(tmp_path / "a", 100000)
    assert facts["summaries"] == 0
    made, facts, tally = synthesized(tmp_path / "b", 300)
    assert facts["summaries"] >= 4
    assert (tally.taken, tally.kept) == (4, len(made))
    assert made[0]["record_ids"] == whole[0]["record_ids"]
    assert json.loads(made[0]["content"])["persona"]
    keys = [json.loads(line)["key"] for line in (tmp_path / "b/j.jsonl").read_text().splitlines()]
    assert len(keys) == len(set(keys)) == facts["summaries"] + 4
