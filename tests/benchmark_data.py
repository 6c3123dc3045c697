"""Small benchmark files in the official layouts, invented questions, and tables of answers to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from humanllm.engines.base import Feed, ModelSpec, Reply, Request
from humanllm.tables import Row

MODEL = json.dumps({"name": "tiny", "engine": "vllm", "path": "models/tiny", "revision": "made"})
OTHER = json.dumps({"name": "other", "engine": "vllm", "path": "models/other", "revision": "made"})
TEXTS = ["to rest", "to help", "to win", "to learn", "to hide", "to eat"]


def run(command: Any, *files: Path, **options: Any) -> Result:
    """Call a script's command: options by name, then the files."""
    named = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    return CliRunner().invoke(command, [*named, *map(str, files)])


def motive_file(folder: Path, golds: list[str], name: str = "Amazon") -> Path:
    """A MotiveBench file with a scenario for each of `golds`, three letters each."""
    keys = ("Motivation Reasoning", "Behavior Reasoning", "Motivation and Behavior Reasoning")
    scenarios = []
    for idx, letters in enumerate(golds):
        scenario: dict[str, Any] = {"idx": idx}
        for number, (key, letter) in enumerate(zip(keys, letters, strict=True), 1):
            scenario[f"{key} Question"] = f"Scenario {idx}. Question {number}?"
            scenario[f"Options {number}"] = [f"{mark}. {text}" for mark, text in zip("ABCDEF", TEXTS, strict=True)]
            scenario[f"Correct Answer {number}"] = letter
        scenarios.append(scenario)
    path = folder / name / f"{name}_questions.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(scenarios), encoding="utf-8")
    return path


def tom_line(label: str, gold: str, options: Iterable[Any], story: str = "Ann waits.", **more: Any) -> str:
    """One line of a ToMBench file; float("nan") stands in it as a bare NaN."""
    four = [*options, *[float("nan")] * 4][:4]
    row = {"能力\nABILITY": label, "序号\nINDEX": 1, "STORY": story, "QUESTION": "What does Ann think?"}
    row |= {f"OPTION-{letter}": option for letter, option in zip("ABCD", four, strict=True)}
    row |= {"故事": "安在等。", "问题": "安在想什么？", "答案\nANSWER": gold}  # noqa: RUF001
    row |= {f"选项{letter}": option for letter, option in zip("ABCD", ["A.是", "B.不是"], strict=False)}
    return json.dumps(row | more, ensure_ascii=False)


def tom_file(folder: Path, lines: list[str], name: str = "False Belief Task") -> Path:
    path = folder / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make_test_set(folder: Path, tasks: Iterable[str], each: int = 3) -> Path:
    """A test.jsonl with `each` samples of each task, every one of another user."""
    lines = [_sample(task, number) for task in tasks for number in range(each)]
    path = folder / "test.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def _sample(task: str, number: int) -> dict[str, Any]:
    options = [f"Book {place}" for place in range(20)]
    listed = "\n".join(f"{letter}. {title}" for letter, title in zip("ABCDEFGHIJKLMNOPQRST", options, strict=True))
    prompt = f"Choose:\n\n{listed}" if task == "item_selection" else f"Do {task} {number}."
    answer = f"D. {options[3]}" if task == "item_selection" else f"The truth of {task} {number}."
    line = {
        "id": f"{task}:form:{number}",
        "task": task,
        "form": "form",
        "source": "amazon",
        "user": f"user{number}",
        "system": "Be this person.",
        "conversations": [{"from": "human", "value": prompt}, {"from": "gpt", "value": answer}],
    }
    return line | ({"options": options, "gold": 3} if task == "item_selection" else {})


def answers(items: list[Row], choose: Callable[[Row, list[int]], int | None], system: str = "tiny-base") -> list[Row]:
    """The responses of a system that shows `choose(item, order)`, a place among the shown options."""
    rows = []
    for item in items:
        for number, order in enumerate(item["orders"]):
            shown = choose(item, order)
            choice = None if shown is None else order[shown]
            row: Row = {"id": item["id"], "order": number, "system": system, "text": "", "shown": shown}
            row |= {"choice": choice, "correct": choice == item["gold"], "finish_reason": "stop"}
            rows.append(row | {"model": "models/tiny", "revision": "made", "prompt": "p"})
    return rows


def oracle(item: Row, order: list[int]) -> int:
    return order.index(item["gold"])


def always_a(item: Row, order: list[int]) -> int:
    return 0


@dataclass
class FakeEngine:
    """Stands in for a model: `say` gives the text to a request; the ids asked are kept."""

    say: Callable[[Request], str]
    asked: list[Request] = field(default_factory=list)
    stop_after: int | None = None

    def __call__(self, spec: ModelSpec) -> FakeEngine:
        return self

    def replies(self, feed: Feed) -> Iterator[Reply]:
        for request in iter(feed, None):
            if self.stop_after is not None and len(self.asked) >= self.stop_after:
                raise KeyboardInterrupt
            self.asked.append(request)
            yield Reply(request.id, self.say(request), "stop", prompt_tokens=9, output_tokens=1)

    def close(self) -> None:
        pass


def asking(model: str, max_tokens: int = 16) -> str:
    """The value of --asking for a model's JSON."""
    sampling = {"temperature": 0.7, "max_tokens": max_tokens}
    return json.dumps({"model": json.loads(model), "sampling": sampling, "seed": 1})


def serving(max_dead_share: float = 0.1) -> str:
    """The value of --serving."""
    return json.dumps({"model": {}, "attempts": 2, "max_dead_share": max_dead_share})
