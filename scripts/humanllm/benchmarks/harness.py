"""A benchmark as tasks of the lm-evaluation-harness, so that others can run it: a task a column, and a group of all.

A line of humanllm_social_qa.jsonl, and what makes a task of it:
    {"id": "social_qa:persona_action:77aa", "order": 0, "prompt": "The task: ... A. I called her. ...",
     "choices": ["A", "B"], "gold": 1, "cluster": "user_9c"}
    task: humanllm_social_qa
    dataset_path: json
    dataset_kwargs: {data_files: {test: humanllm_social_qa.jsonl}}
The letter that is likeliest after the prompt is the answer: our `likelihood` reading (humanllm/scoring.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from humanllm.answering import Questions, letters_of
from humanllm.benchmarks.items import items_digest
from humanllm.tables import Row

PREFIX = "humanllm"
VERSION = 1.0  # of the layout
RUN = "run it in this folder: lm_eval --include_path . --tasks {group} --model hf --model_args pretrained=<model>"


def task_name(column: str) -> str:
    """The harness's name of a column: humanllm_non_literal_communication."""
    return f"{PREFIX}_{re.sub(r'[^a-z0-9]+', '_', column.casefold()).strip('_')}"


def write_tasks(folder: Path, benchmark: str, items: Sequence[Row], questions: Questions) -> list[str]:
    """Write each column's task and lines, and the group; the names of the tasks."""
    import yaml

    names = []
    for column in sorted({item["column"] for item in items}):
        own = [item for item in items if item["column"] == column]
        names.append(task_name(column))
        lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in _lines(own, questions))
        (folder / f"{names[-1]}.jsonl").write_text("".join(lines), encoding="utf-8")
        task = _task(names[-1], benchmark, own, questions)
        (folder / f"{names[-1]}.yaml").write_text(yaml.safe_dump(task, sort_keys=False), encoding="utf-8")
    group = {
        "group": f"{PREFIX}_{benchmark}",
        "task": names,
        "aggregate_metric_list": [{"metric": "acc", "aggregation": "mean", "weight_by_size": False}],
        "metadata": {"version": VERSION, "use": RUN.format(group=f"{PREFIX}_{benchmark}")},
    }
    (folder / f"{PREFIX}_{benchmark}.yaml").write_text(yaml.safe_dump(group, sort_keys=False), encoding="utf-8")
    return names


def _lines(items: Sequence[Row], questions: Questions) -> Iterator[dict[str, Any]]:
    for item in items:
        for number, order in enumerate(item["orders"]):
            system, question = (message["content"] for message in questions.likelihood(item, number).messages[:2])
            yield {
                "id": item["id"],
                "order": number,
                "prompt": f"{system}\n\n{question}\n\n{questions.plain}",
                "choices": letters_of(item),
                "gold": order.index(item["gold"]),
                "cluster": item["cluster"],
            }


def _task(name: str, benchmark: str, items: Sequence[Row], questions: Questions) -> dict[str, Any]:
    """The harness's config of a task (its docs/task_guide.md)."""
    metadata = {"version": VERSION, "benchmark": benchmark, "items": len(items), "items_digest": items_digest(items)}
    return {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": f"{name}.jsonl"}},
        "test_split": "test",
        "output_type": "multiple_choice",
        "doc_to_text": "{{prompt}}",
        "doc_to_choice": "choices",
        "doc_to_target": "gold",
        "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
        "metadata": metadata | {"prompt": questions.hash},
    }
