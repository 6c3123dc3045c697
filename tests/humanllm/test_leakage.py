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
    assert set(report["leakage"].values()) == {0}
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
    assert counts["test_answers_seen_in_train"] == 2
    refuse_leak(counts)
