"""MotiveBench (arXiv 2506.13065): three questions about each of 200 scenarios, six options each.

One file a column, `Amazon/Amazon_questions.json`, a JSON array of
    {"idx": 0, "Motivation Reasoning Question": "...", "Options 1": ["A. ...", ..., "F. ..."], "Correct Answer 1": "E",
     "Behavior Reasoning Question": "...", "Options 2": [...], "Correct Answer 2": "B", ...}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from humanllm.benchmarks.items import LETTERS, letter_of, parse_json, read_text, without_letters
from humanllm.errors import InputError
from humanllm.stats import Tally
from humanllm.tables import Row

COLUMNS = {"amazon": "Amazon", "blog": "Blogger", "blogger": "Blogger", "persona": "Persona"}  # by file name
TYPES = {  # label -> key of the question; its options and answer are numbered
    "motivation": "Motivation Reasoning Question",
    "behavior": "Behavior Reasoning Question",
    "motivation_and_behavior": "Motivation and Behavior Reasoning Question",
}
ORDERS = (  # the official run's, from 0: shown option k is options[order[k]]
    (0, 1, 2, 3, 4, 5),
    (5, 4, 3, 2, 1, 0),
    (2, 0, 5, 4, 3, 1),
    (1, 2, 4, 5, 0, 3),
    (4, 3, 0, 1, 5, 2),
    (3, 5, 1, 0, 2, 4),
)


def read(files: list[Path], tally: Tally, orders: int) -> Iterator[Row]:
    """The items of `files`, each in the first `orders` of the six official orders.

    An item without six options or without a gold letter is dropped and counted. Raises InputError on a file of
    another form or another name.
    """
    for path in files:
        column = column_of(path)
        scenarios = parse_json(read_text(path), str(path))
        if not isinstance(scenarios, list) or not all(isinstance(scenario, dict) for scenario in scenarios):
            raise InputError(f"{path} is no array of scenarios: fetch MotiveBench's file again")
        numbers = [scenario.get("idx", place) for place, scenario in enumerate(scenarios)]
        if len(set(map(str, numbers))) < len(numbers):  # two scenarios of one number: their places tell them apart
            numbers = list(range(len(scenarios)))
        for idx, scenario in zip(numbers, scenarios, strict=True):
            for number, (label, key) in enumerate(TYPES.items(), 1):
                tally.take()
                item = _item(path, column, idx, number, label, scenario, key)
                if isinstance(item, str):
                    tally.drop(item)
                else:
                    tally.keep()
                    yield item | {"orders": [list(order) for order in ORDERS[:orders]]}


def column_of(path: Path) -> str:
    """The paper's column that a file belongs to. Raises InputError when its name does not tell."""
    for name in (path.stem.split("_")[0], path.parent.name):
        if name.casefold() in COLUMNS:
            return COLUMNS[name.casefold()]
    raise InputError(f"{path}: the name tells no column; MotiveBench's files are Amazon|Blog|Persona_questions.json")


def _item(path: Path, column: str, idx: Any, number: int, label: str, scenario: dict[str, Any], key: str) -> Row | str:
    """One question as an item, or why it is none."""
    try:
        question, listed, answer = scenario[key], scenario[f"Options {number}"], scenario[f"Correct Answer {number}"]
    except KeyError as error:
        raise InputError(
            f"{path}: scenario {idx} lacks {error}: it is not MotiveBench's layout; fetch it again"
        ) from error
    if not isinstance(listed, list):
        raise InputError(
            f"{path}: scenario {idx} has no list of options: it is not MotiveBench's layout; fetch it again"
        )
    texts = {letter: str(text).strip() for letter, text in zip(LETTERS, listed, strict=False)}
    options = list(without_letters(texts).values())
    gold = letter_of(answer)
    if len(options) != len(ORDERS[0]):
        return "not_six_options"
    if not all(options):
        return "blank_option"
    if gold is None or LETTERS.index(gold) >= len(options):
        return "no_gold"
    return {
        "id": f"motivebench:{column}:{idx}:{number}",
        "benchmark": "motivebench",
        "column": column,
        "label": label,
        "cluster": f"{column}:{idx}",
        "question": str(question).strip(),
        "options": options,
        "gold": LETTERS.index(gold),
    }
