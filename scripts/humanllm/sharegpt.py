"""Samples as ShareGPT lines, which LLaMA-Factory and `datasets` read as they stand.

A line of train.jsonl:
    {"id": "social_qa:persona_action:3f..", "task": "social_qa", "form": "persona_action", "source": "reddit",
     "user": "9f3a..", "time": 1672531200, "history_until": 1670000000, "system": "You put yourself ...",
     "conversations": [{"from": "human", "value": "Persona: ..."}, {"from": "gpt", "value": "I would ..."}]}
`history_until` is 0 where no history is shown. Lines of test.jsonl also have `options` and `gold`, item selection's
candidates and the place of the true one; those of other tasks have NO_OPTIONS, so that every line has the same keys and
types: `datasets` takes a file's schema from its first lines, and an empty list or null there fits no text that follows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from humanllm.tables import Row

Line = dict[str, Any]
NO_OPTIONS = {"options": [""], "gold": -1}


def as_line(sample: Row, test: bool) -> Line:
    """The ShareGPT object of a row of tasks/. Every line of a file has the same keys, none of them null."""
    line = {name: sample[name] for name in ("id", "task", "form", "source", "user", "time", "system")}
    line["history_until"] = sample["history_until"] or 0
    line["conversations"] = [
        {"from": "human", "value": sample["prompt"]},
        {"from": "gpt", "value": sample["answer"]},
    ]
    if not test:
        return line
    return line | (NO_OPTIONS if sample["options"] is None else {name: sample[name] for name in NO_OPTIONS})


def read_lines(path: Path) -> Iterator[Line]:
    """The objects of a `.jsonl` file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def prompt_of(line: Line) -> str:
    return str(line["conversations"][0]["value"])


def answer_of(line: Line) -> str:
    return str(line["conversations"][1]["value"])


def messages_of(line: Line) -> list[dict[str, str]]:
    """System text, if there is one, and prompt as chat messages: what a model is asked before it answers."""
    system = [{"role": "system", "content": line["system"]}] if line["system"] else []
    return [*system, {"role": "user", "content": prompt_of(line)}]


def dataset_info(name: str) -> dict[str, Any]:
    """LLaMA-Factory's description of the two files."""

    def entry(file: str) -> dict[str, Any]:
        return {
            "file_name": file,
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "system": "system"},
            "tags": {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"},
        }

    return {f"humanllm_{name}": entry("train.jsonl"), f"humanllm_{name}_test": entry("test.jsonl")}
