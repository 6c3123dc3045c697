"""A planted leak is found in the finished files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.leakage import describe, leakage, refuse_leak
from humanllm.sharegpt import Line
from task_data import words


def line(user: str, prompt: str, answer: str = "Yes.", **more: Any) -> Line:
    turns = [{"from": "human", "value": prompt}, {"from": "gpt", "value": answer}]
    base = {"task": "social_qa", "source": "reddit", "user": user, "time": 9, "history_until": 3, "system": "Hi."}
    return base | {"conversations": turns} | more


def write(folder: Path, train: list[Line], test: list[Line]) -> Path:
    for side, lines in (("train", train), ("test", test)):
        (folder / f"{side}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    return folder


def test_a_clean_set_has_no_leak(tmp_path: Path) -> None:
    report = describe(write(tmp_path, [line("a", "One two?"), line("a", "Three?")], [line("b", "Four?", words(30))]))
    assert report["samples"] == {"social_qa": {"reddit": {"train": 2, "test": 1}}}
    assert report["users"] == {"train": 1, "test": 1}
    assert report["estimated_tokens"]["social_qa"] == {
        **{"p0": 4, "p5": 4, "p25": 4, "p50": 4, "p75": 4, "p95": 4, "p99": 4, "p100": 52},
        **{"samples": 3, "total": 60},
    }
    assert report["leakage"] == dict.fromkeys(report["leakage"], 0) | {"test_answers_compared": 1}
    refuse_leak(report["leakage"])


@pytest.mark.parametrize(
    ("train", "test", "leak"),
    [
        (line("a", "One?"), line("a", "Two?"), "users_in_both"),
        (line("a", "One?"), line("b", "One?"), "prompts_in_both"),
        (line("a", f"Say {words(8)}!", words(8)), line("b", "Two?"), "answers_in_own_prompt"),
        (line("a", "One?", history_until=9), line("b", "Two?"), "history_not_before_target"),
        (line("a", "One?"), line("b", "Two?", history_until=10), "history_not_before_target"),
    ],
)
def test_a_planted_leak_is_found_and_refused(tmp_path: Path, train: Line, test: Line, leak: str) -> None:
    counts = leakage(write(tmp_path, [train], [test]))
    assert counts == dict.fromkeys(counts, 0) | {leak: 1}
    with pytest.raises(InputError, match=f"leaks: {leak} = 1"):
        refuse_leak(counts)


def test_repeated_words_are_told_and_no_leak(tmp_path: Path) -> None:
    train = [line("a", f"Before: {words(20)}")]
    test = [line("b", "What?", words(15)), line("b", "Who?", words(15)), line("c", "Why?", words(15, "other"))]
    counts = leakage(write(tmp_path, train, test))
    assert counts["test_answers_compared"] == 3
    assert counts["test_answers_seen_in_train"] == 2
    assert counts["test_answers_mostly_in_one"] == 0, "a prompt is no answer"
    refuse_leak(counts)


@pytest.mark.parametrize(("shared", "found"), [(19, 0), (20, 1), (24, 1)])
def test_an_answer_that_is_mostly_one_of_train_is_told(tmp_path: Path, shared: int, found: int) -> None:
    """37 words have 25 runs of 13, of which 80 % are 20; those of two answers together do not count."""
    answer = words(37).split()
    half = [" ".join(answer[: 12 + 10]), " ".join(answer[10 : 12 + 20])]
    train = [*half, f"So {' '.join(answer[: 12 + shared])} " + words(30, "more"), "Short."]
    lines = [line("a", f"Question {at}?", text) for at, text in enumerate(train)]
    counts = leakage(write(tmp_path, lines, [line("b", "What?", " ".join(answer)), line("b", "Who?")]))
    assert (counts["test_answers_compared"], counts["test_answers_seen_in_train"]) == (1, 1)
    assert counts["test_answers_mostly_in_one"] == found
    refuse_leak(counts)


POST, COMMENT, EARLIER = "reddit:submissions:p", "reddit:comments:c", "reddit:comments:e"


@pytest.mark.parametrize(
    ("in_train", "in_test", "leaks"),
    [
        ([COMMENT, EARLIER], [POST], 0),
        ([COMMENT, EARLIER, POST], [POST], 1),  # shown
        ([POST], [POST, EARLIER], 1),  # asked for by both
        ([POST], [COMMENT, POST], 0),  # test shows what train asks for: no answer of test
    ],
)
def test_a_record_that_test_asks_for_and_train_shows_is_found(
    tmp_path: Path, in_train: list[str], in_test: list[str], leaks: int
) -> None:
    write(tmp_path, [line("a", "One?", id="s1")], [line("b", "Two?", id="s2")])
    rows = [("s1", in_train), ("s2", in_test), ("s3", [POST, COMMENT])]  # the last one was left out
    report = describe(tmp_path, lambda: iter(rows))
    assert report["leakage"] == dict.fromkeys(report["leakage"], 0) | {"test_targets_in_train": leaks}
    if leaks:
        with pytest.raises(InputError, match="leaks: test_targets_in_train = 1"):
            refuse_leak(report["leakage"])


@pytest.mark.parametrize("rows", [[("s1", [POST])], [("s2", [POST])], [("s1", []), ("s2", [POST])]])
def test_a_sample_whose_records_are_not_known_proves_nothing(tmp_path: Path, rows: list[tuple[str, list[str]]]) -> None:
    write(tmp_path, [line("a", "One?", id="s1")], [line("b", "Two?", id="s2")])
    with pytest.raises(InputError, match="1 samples of the finished set stand in no task table"):
        describe(tmp_path, lambda: iter(rows))
