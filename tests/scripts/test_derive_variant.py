"""derive_variant as a command: each ablation's set from a full set made by hand."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from humanllm.general import conversations
from humanllm.ngrams import RunReader
from humanllm.sharegpt import Line, as_line, read_lines
from humanllm.tables import ITEM, Row, write_rows
from humanllm.variants import Draw
from task_data import record, words, write_clean

TASKS = ("social_qa", "writing_imitation")


def line(number: int, user: str) -> Line:
    row: Row = {"id": f"s{number}", "user": user, "source": "reddit", "task": TASKS[number % 2], "form": "f"}
    row |= {"system": "Be kind.", "prompt": f"Question {number}?", "answer": f"Answer {number}.", "options": None}
    return as_line(row | {"time": 100, "history_until": 50}, False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A full set of 8 and 2 samples; anna stands in train, ben in test, cleo in neither."""
    for side, numbers, user in (("train", range(8), "anna"), ("test", range(8, 10), "ben")):
        path = tmp_path / f"full/{side}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(line(number, user)) + "\n" for number in numbers))
    rows = [record(day, words(50, f"a{day}x")) for day in range(1, 12)] + [record(12, words(10))]
    rows += [record(day, words(50, f"b{day}x"), user="ben", id=f"b{day}") for day in range(1, 4)]
    rows += [record(1, words(50), user="cleo", id="c1"), record(4, words(50, "b1x"), id="same")]
    write_clean(tmp_path / "clean/reddit/0.parquet", rows)
    write_rows(
        tmp_path / "tombench.parquet",
        [{"id": "m", "question": f"So: {words(13, 'known')}", "options": ["A"], "gold": 0}],
        ITEM,
    )
    return tmp_path


def messages(*texts: str) -> list[dict[str, str]]:
    return [{"role": role, "content": text} for role, text in zip(("system", "user", "assistant"), texts, strict=True)]


def general(folder: Path, count: int) -> dict[str, Any]:
    """SmolTalk with three unusable rows, Orca as JSON strings."""
    good = [messages("", f"Smol {number}?", "Yes.") for number in range(count)]
    bad = [messages("", "Long?", words(400)), messages("", f"{words(13, 'known')}?", "Yes."), messages("", "Why?", "")]
    pq.write_table(pa.table({"messages": good + bad}), folder / "smol.parquet")
    orca = [json.dumps(messages("Be brief.", f"Orca {number}?", "No.")) for number in range(count)]
    pq.write_table(pa.table({"messages": [*orca, "[{]"]}), folder / "orca.parquet")
    return {name: {"share": 0.25, "files": [str(folder / f"{name}.parquet")]} for name in ("smol", "orca")}


def run(folder: Path, variant: str, recipe: dict[str, Any]) -> Result:
    options = [f"--variant={variant}", f"--full={folder / 'full'}", f"--recipe={json.dumps(recipe)}"]
    options += [f"--benchmark={folder / 'tombench.parquet'}", "--take=reddit=1", "--min-words=20", "--max-tokens=200"]
    options += ["--seed=1", f"--output={folder / 'sft' / variant}", f"--stats={folder / 'sft' / variant}.stats.json"]
    return CliRunner().invoke(importlib.import_module("derive_variant").main, options)


def made(folder: Path, variant: str) -> tuple[list[Line], list[Line], dict[str, Any]]:
    sides = [list(read_lines(folder / f"sft/{variant}/{side}.jsonl")) for side in ("train", "test")]
    return sides[0], sides[1], json.loads((folder / f"sft/{variant}.stats.json").read_text())


def test_a_group_of_tasks_keeps_its_samples_and_their_sides(folder: Path) -> None:
    done = run(folder, "t1", {"tasks": ["social_qa"]})
    assert done.exit_code == 0, done.output
    train, test, stats = made(folder, "t1")
    assert sorted(line["id"] for line in train) == ["s0", "s2", "s4", "s6"]
    assert [line["id"] for line in test] == ["s8"]
    assert (stats["in"], stats["kept"], stats["dropped"]) == (10, 5, {"other_task": 5})
    report = json.loads((folder / "sft/t1/report.json").read_text())
    assert (report["variant"], report["recipe"]) == ("t1", {"tasks": ["social_qa"]})
    assert "humanllm_t1" in json.loads((folder / "sft/t1/dataset_info.json").read_text())


def test_general_conversations_make_up_their_shares_of_train(folder: Path) -> None:
    done = run(folder, "gen", {"general": general(folder, 6)})
    assert done.exit_code == 0, done.output
    train, test, stats = made(folder, "gen")
    sources = [line["source"] for line in train]
    assert {name: sources.count(name) for name in ("reddit", "smol", "orca")} == {"reddit": 8, "smol": 4, "orca": 4}
    assert len(test) == 2
    orca = next(line for line in train if line["source"] == "orca")
    assert (orca["task"], orca["system"]) == ("general", "Be brief.")
    reasons = {"contaminated": 1, "no_exchange": 2, "not_drawn": 4, "too_long": 1}
    assert (stats["in"], stats["kept"], stats["dropped"]) == (26, 18, reasons)
    first = (folder / "sft/gen/train.jsonl").read_bytes()
    assert run(folder, "gen", {"general": general(folder, 6)}).exit_code == 0
    assert (folder / "sft/gen/train.jsonl").read_bytes() == first


def test_too_few_general_conversations_are_an_error_that_names_the_knob(folder: Path) -> None:
    done = run(folder, "gen", {"general": general(folder, 3)})
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: smol has 3 usable conversations; a share of 0.25 beside 8 samples of ours takes 4: give more files"
        " (ablations.gen.smol.files) or lower its share\n"
    )
    assert not (folder / "sft/gen").exists()


def test_a_file_without_conversations_is_refused_by_name(folder: Path) -> None:
    pq.write_table(pa.table({"text": ["x"]}), folder / "x.parquet")
    done = run(folder, "gen", {"general": {"x": {"share": 0.5, "files": [str(folder / "x.parquet")]}}})
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {folder / 'x.parquet'} has no column messages: ")


def test_halves_of_texts_as_many_as_the_full_set_has(folder: Path) -> None:
    done = run(folder, "raw", {"halves": str(folder / "clean")})
    assert done.exit_code == 0, done.output
    train, test, stats = made(folder, "raw")
    assert (len(train), len(test)) == (7, 2)  # of 8 that are drawn one asks what a test sample asks
    assert {line["user"] for line in train} == {"anna"}
    assert {line["user"] for line in test} == {"ben"}
    (prompt, answer) = (turn["value"].split() for turn in train[0]["conversations"])
    assert (len(prompt), len(answer)) == (25, 25)
    assert stats["in"] == 17
    assert stats["dropped"] == {"no_sample": 1, "not_drawn": 5, "prompt_in_test": 1, "short": 1}
    assert all(line["id"].startswith("raw:halves:reddit:submissions:") for line in train)


def test_halves_are_kept_from_the_benchmarks_and_short_enough(folder: Path) -> None:
    rows = [record(day, words(50, f"a{day}x")) for day in range(1, 8)] + [record(8, words(400))]
    rows += [record(9, f"{words(40, 'y')} {words(13, 'Known')} {words(40, 'z')}")]
    rows += [record(1, words(50, "b1x"), user="ben", id="b1")]
    write_clean(folder / "clean/reddit/0.parquet", rows)
    done = run(folder, "raw", {"halves": str(folder / "clean")})
    assert done.exit_code == 0, done.output
    train, test, stats = made(folder, "raw")
    assert sorted(line["id"] for line in train) == [f"raw:halves:reddit:submissions:{day}" for day in range(1, 8)]
    assert [line["id"] for line in test] == ["raw:halves:b1"]
    assert (stats["in"], stats["dropped"]) == (10, {"contaminated": 1, "too_long": 1})


def test_files_of_the_same_name_give_different_ids_and_a_draw_takes_no_more_than_wanted(folder: Path) -> None:
    files = [folder / f"{part}/train-0.parquet" for part in "ab"]
    for file in files:
        file.parent.mkdir()
        pq.write_table(pa.table({"messages": [messages("", "Why?", f"In {file.parent.name}.")]}), file)
    reader = RunReader()
    found = list(conversations("smol", files, 200, reader, reader.collect([])))
    assert [line["id"] for line in found if not isinstance(line, str)] == [
        "general:smol:0-train-0:0",
        "general:smol:1-train-0:0",
    ]
    draw, twins = Draw(1), [{"id": "twin"} for _ in range(5)]
    for twin in twins:
        draw.see("smol", twin)
    assert draw.settle("smol", 2) == 5
    assert [draw.takes("smol", twin) for twin in twins] == [True, True, False, False, False]
    assert draw.settle("none", 2) == 0
    assert not draw.takes("none", twins[0])


def test_a_group_without_samples_is_an_error(folder: Path) -> None:
    done = run(folder, "t2", {"tasks": ["item_selection"]})
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Error: the train set of t2 is empty: ")
