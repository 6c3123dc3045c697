"""Samples as ShareGPT lines, which LLaMA-Factory and `datasets` read as they stand.

A line of train.jsonl:
    {"id": "social_qa:persona_action:3f..", "task": "social_qa", "form": "persona_action", "source": "reddit",
     "user": "9f3a..", "time": 1672531200, "history_until": 1670000000, "system": "You put yourself ...",
     "conversations": [{"from": "human", "value": "Persona: ..."}, {"from": "gpt", "value": "I would ..."}]}
`history_until` is 0 where no history is shown. Lines of item selection in test.jsonl also have `options` and `gold`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from humanllm.tables import Row

Line = dict[str, Any]


def as_line(sample: Row, test: bool) -> Line:
    """The ShareGPT object of a row of tasks/. Every line of train.jsonl has the same keys, none of them null."""
    line = {name: sample[name] for name in ("id", "task", "form", "source", "user", "time", "system")}
    line["history_until"] = sample["history_until"] or 0
    line["conversations"] = [
        {"from": "human", "value": sample["prompt"]},
        {"from": "gpt", "value": sample["answer"]},
    ]
    if test and sample["options"] is not None:
        line |= {"options": sample["options"], "gold": sample["gold"]}
    return line


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
