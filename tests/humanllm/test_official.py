"""Known systems on official benchmark files score what a second, independent calculation gives (official_benchmarks).

On stand-ins with every quirk; on the files in ../shared/data where that is; and on any folder with `motivebench` and
`tombench` in it: HUMANLLM_OFFICIAL=<folder> python -m pytest tests/humanllm/test_official.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import answer_benchmark
import build_benchmark
import official_benchmarks as official
import score_benchmark
from benchmark_data import MODEL, FakeEngine, asking, make_test_set, run, serving
from humanllm.engines.base import Request
from humanllm.files import read_json
from humanllm.tables import DISTRACTOR, ITEM, read_rows, write_rows
from official_benchmarks import Chooser, Outcome, Question

ROOT = Path(__file__).parents[2]
PLACES = {"shared": ROOT.parent / "shared/data"}
if "HUMANLLM_OFFICIAL" in os.environ:
    PLACES["given"] = Path(os.environ["HUMANLLM_OFFICIAL"])
LETTERS = "ABCDEFGHIJKLMNOPQRST"
CHOOSERS = [official.oracle, official.always_a, official.uniform, official.longest, official.silent]


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("official")
    official.write_motivebench(folder / "motivebench")
    official.write_tombench(folder / "tombench")
    return folder


def files_in(folder: Path, benchmark: str) -> list[Path]:
    found = sorted((folder / benchmark).rglob("*_questions.json" if benchmark == "motivebench" else "*.jsonl"))
    if not found:
        pytest.skip(f"no {benchmark} in {folder}")
    return found


def build(tmp_path: Path, benchmark: str, files: list[Path], **knobs: Any) -> dict[str, Any]:
    """Make the items; the stats."""
    options = {name: tmp_path / f"{benchmark}.{name}" for name in ("output", "clues", "stats")}
    done = run(build_benchmark.main, *files, benchmark=benchmark, knobs=json.dumps(knobs), **options)
    assert done.exit_code == 0, done.output
    return dict(read_json(options["stats"]))


def answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, benchmark: str, questions: dict[str, Question], choose: Chooser
) -> tuple[list[Outcome], dict[str, Any]]:
    """Let a system answer in letters, through prompts and replies; what it chose, and its scores."""
    items = {item["id"]: item for item in read_rows(tmp_path / f"{benchmark}.output", ITEM)}
    assert items.keys() == questions.keys()
    outcomes: list[Outcome] = []

    def say(request: Request) -> str:
        name, number = request.id.rsplit("#", 1)
        question, order = questions[name], items[name]["orders"][int(number)]
        if benchmark == "motivebench":
            assert [place + 1 for place in order] == list(official.SHOWN[int(number)])
        shown = [question.options[place] for place in order]
        lines = "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, shown, strict=False))
        assert lines in request.messages[1]["content"]
        place = choose(question, order, int(number))
        outcomes.append((question, int(number), None if place is None else order[place]))
        return "Nobody knows." if place is None else f"The answer is [[{LETTERS[place]}]]."

    monkeypatch.setattr("humanllm.sessions.open_engine", FakeEngine(say))
    folder = tmp_path / choose.__name__
    folder.mkdir()
    made = {name: folder / name for name in ("journal", "output", "dead", "stats", "cells", "scores")}
    common = {"items": tmp_path / f"{benchmark}.output", "system": "s"}
    asked = {name: made[name] for name in ("journal", "output", "dead", "stats")}
    flags = {"constrained": False, "likelihood": False, "asking": asking(MODEL), "serving": serving()}
    prompt = ROOT / f"scripts/prompts/benchmarks/{benchmark}.md"
    done = run(answer_benchmark.main, prompt=prompt, **common, **flags, **asked)
    assert done.exit_code == 0, done.output
    given = {"responses": made["output"], "output": made["scores"], "cells": made["cells"], "stats": made["stats"]}
    done = run(score_benchmark.main, benchmark=benchmark, **common, **given, resamples=100, seed=1)
    assert done.exit_code == 0, done.output
    return outcomes, dict(read_json(made["scores"]))


def check(scores: dict[str, Any], expected: dict[str, dict[str, float]]) -> None:
    """Every reading, column and average."""
    tables = {scores["reading"]: scores, **scores["readings"]}
    assert tables.keys() == expected.keys()
    for name, columns in expected.items():
        found = {column: value["accuracy"] for column, value in tables[name]["columns"].items()}
        assert found | {"": tables[name]["average"]["accuracy"]} == pytest.approx(columns, abs=1e-6), name


def hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path, benchmark: str) -> int:
    """Hold all systems against the second calculation; the number of questions."""
    files = files_in(folder, benchmark)
    knobs = {"orders": 6} if benchmark == "motivebench" else {"language": "en", "orders": 5}
    stats = build(tmp_path, benchmark, files, **knobs)
    read, scored = (
        (official.read_motivebench, official.scored_motivebench)
        if benchmark == "motivebench"
        else (official.read_tombench, official.scored_tombench)
    )
    questions = {question.id: question for question in read(files)}
    assert (stats["in"], stats["kept"], stats["dropped"]) == (len(questions), len(questions), {})
    for choose in CHOOSERS:
        outcomes, scores = answer(tmp_path, monkeypatch, benchmark, questions, choose)
        check(scores, scored(outcomes))
        if choose in (official.oracle, official.silent):
            tables = [scores, *scores["readings"].values()]
            values = {value["accuracy"] for table in tables for value in (*table["columns"].values(), table["average"])}
            assert values == ({1.0} if choose is official.oracle else {0.0})
        assert scores["no_answer"]["share"] == (1.0 if choose is official.silent else 0.0)
    return len(questions)


@pytest.mark.parametrize("benchmark", ["motivebench", "tombench"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.slow
def test_official_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Path, benchmark: str) -> None:
    assert hold(tmp_path, monkeypatch, place, benchmark) > 0


@pytest.mark.slow
def test_stand_ins_of_all_twenty_files_of_tombench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_ins: Path
) -> None:
    assert hold(tmp_path, monkeypatch, stand_ins, "tombench") == 2860


def test_stand_ins_of_all_three_files_of_motivebench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_ins: Path
) -> None:
    assert hold(tmp_path, monkeypatch, stand_ins, "motivebench") == 600


def test_the_stand_ins_have_the_official_counts_and_quirks(tmp_path: Path, stand_ins: Path) -> None:
    stats = build(tmp_path, "tombench", files_in(stand_ins, "tombench"), language="en", orders=1)
    assert stats["columns"] == {
        "Emotion": 420,
        "Desire": 180,
        "Intention": 340,
        "Knowledge": 290,
        "Belief": 882,
        "Non-Literal Communication": 748,
    }
    assert stats["repeated_options"] >= 2
    items = read_rows(tmp_path / "tombench.output", ITEM)
    assert sum(len(item["options"]) == 2 for item in items) == 483
    assert sum(len(item["options"]) == 4 for item in items) == 2377
    assert {item["label"] for item in items if item["label"].strip() != item["label"]} == {
        "Knowledge: Information-knowledge links "
    }
    assert {item["label"].split(":")[0] for item in items if item["column"].startswith("Non")} == {
        "Non-Literal Communication",
        "Non-literal communication",
    }


def test_the_chinese_of_the_stand_ins_lacks_two_options_of_one_question(tmp_path: Path, stand_ins: Path) -> None:
    stats = build(tmp_path, "tombench", files_in(stand_ins, "tombench"), language="zh", orders=1)
    assert (stats["in"], stats["kept"]) == (2860, 2860)
    items = {item["id"]: item for item in read_rows(tmp_path / "tombench.output", ITEM)}
    odd = items["tombench:Strange Story Task:293"]
    assert (len(odd["options"]), odd["gold"]) == (2, 1)
    questions = {one.id: one for one in official.read_tombench(files_in(stand_ins, "tombench"), "选项{}")}
    assert all(
        (items[name]["options"], items[name]["gold"]) == (one.options, one.gold) for name, one in questions.items()
    )


def in_domain_files(folder: Path) -> tuple[list[Path], dict[str, Question]]:
    """A test set with three systems' answers, longer ones among them; its questions read by plain json."""
    tasks = ["social_qa", "writing_imitation", "item_selection"]
    test = make_test_set(folder, tasks, each=6)
    texts = {
        system: {
            f"{task}:form:{number}": f"What {system} said of {task} {number}{' at length' * (place * number % 4)}."
            for task in tasks[:2]
            for number in range(6)
        }
        for place, system in enumerate(("one", "two", "three"))
    }
    for system, said in texts.items():
        rows = [{"id": name, "system": system, "text": text, "finish_reason": "stop"} for name, text in said.items()]
        write_rows(folder / f"{system}.parquet", rows, DISTRACTOR)
    questions = {}
    for line in map(json.loads, test.read_text().splitlines()):
        others = [said[line["id"]] for said in texts.values() if line["id"] in said]
        options = line.get("options") or [line["conversations"][1]["value"], *others]
        gold = line.get("gold", 0)
        questions[line["id"]] = Question(line["id"], line["task"], line["form"], "", options, gold)
    return [test, *(folder / f"{system}.parquet" for system in texts)], questions


def test_the_persons_own_answer_is_found_or_missed_as_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, questions = in_domain_files(tmp_path)
    tasks = sorted({question.column for question in questions.values()})
    stats = build(tmp_path, "in_domain", files, tasks=tasks, items_per_task=9, options=8, orders=3, seed=4)
    assert (stats["kept"], stats["answers_left_out"]) == (18, {})
    for choose in CHOOSERS:
        outcomes, scores = answer(tmp_path, monkeypatch, "in_domain", questions, choose)
        check(scores, official.scored_in_domain(outcomes))
        if choose is official.oracle:
            assert scores["average"]["accuracy"] == 1.0
