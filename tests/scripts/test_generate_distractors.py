from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import generate_distractors
from benchmark_data import OTHER, FakeEngine, asking, make_test_set, run, serving
from humanllm.benchmarks import build
from humanllm.benchmarks.distractors import requests
from humanllm.engines.base import Request, Sampling
from humanllm.files import read_json
from humanllm.stats import Tally
from humanllm.tables import DISTRACTOR, read_rows

CONVERSATION = [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "So."}]
TASKS = ["social_qa", "writing_imitation", "item_selection"]


def options(folder: Path) -> dict[str, Any]:
    return {
        "asking": asking(OTHER, max_tokens=8),
        "serving": serving(),
        "items_per_task": 2,
        "journal": folder / "journal.jsonl",
        "output": folder / "d.parquet",
        "dead": folder / "d.dead.jsonl",
        "stats": folder / "d.stats.json",
    }


def test_a_model_writes_what_the_benchmark_will_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def say(request: Request) -> str:
        return "" if "writing" in request.id else f"Mine: {request.messages[1]['content']}"

    engine = FakeEngine(say)
    monkeypatch.setattr("humanllm.sessions.open_engine", engine)
    test = make_test_set(tmp_path, TASKS, each=3)
    done = run(generate_distractors.main, test=test, **options(tmp_path))
    assert done.exit_code == 0, done.output
    rows = read_rows(tmp_path / "d.parquet", DISTRACTOR)
    assert len(rows) == 4  # two of each written task, none of item selection
    assert {(row["system"], row["model"], row["revision"]) for row in rows} == {("other", "models/other", "made")}
    assert engine.asked[0].messages[0] == {"role": "system", "content": "Be this person."}
    stats = read_json(tmp_path / "d.stats.json")
    assert (stats["in"], stats["kept"], stats["blank"]) == (4, 4, 2)

    knobs = {"tasks": ["social_qa"], "items_per_task": 2, "options": 8, "orders": 1, "seed": 1}
    items, _ = build("in_domain", [test, tmp_path / "d.parquet"], knobs, Tally("b"))
    assert {item["id"] for item in items} == {row["id"] for row in rows if row["id"].startswith("social_qa")}
    assert [text[:5] for text in items[0]["options"]] == ["The t", "Mine:"]


def test_a_model_without_chat_template_has_its_answer_begun_and_is_stopped() -> None:
    sample = {"id": "s", "task": "social_qa", "user": "u", "system": "Be this person.", "conversations": CONVERSATION}
    (plain,) = requests([sample], Sampling(0.7, 8), "centaur", chat=False)
    assert [message["content"] for message in plain.messages] == ["Be this person.", "Why?", "Answer:"]
    assert plain.stop[-1] == "\n\nBe this person."


def test_a_second_run_asks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(lambda request: "x")
    monkeypatch.setattr("humanllm.sessions.open_engine", engine)
    test = make_test_set(tmp_path, TASKS)
    assert run(generate_distractors.main, test=test, **options(tmp_path)).exit_code == 0
    first, asked = (tmp_path / "d.parquet").read_bytes(), len(engine.asked)
    assert run(generate_distractors.main, test=test, **options(tmp_path)).exit_code == 0
    assert len(engine.asked) == asked == 4
    assert (tmp_path / "d.parquet").read_bytes() == first


def test_a_broken_test_set_is_one_line(tmp_path: Path) -> None:
    test = tmp_path / "test.jsonl"
    test.write_text(json.dumps({"id": "x"}) + "\n")
    done = run(generate_distractors.main, test=test, **options(tmp_path))
    assert done.exit_code == 1
    assert "line 1 lacks task, user, conversations" in done.stderr
