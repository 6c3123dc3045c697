"""One layout for every benchmark's questions (tables.ITEM), whatever its own files look like.

    {"id": "motivebench:Amazon:0:1", "benchmark": "motivebench", "column": "Amazon", "label": "motivation",
     "cluster": "Amazon:0", "question": "In a busy ... What was her motivation?", "options": ["To find ...", ...],
     "gold": 4, "orders": [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]]}
Shown option k of an order is options[order[k]]; `cluster` is what items share, so that intervals respect it.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from humanllm.draws import digest, draw
from humanllm.errors import InputError
from humanllm.tables import Row

LETTERS = string.ascii_uppercase


def shuffles(seed: int, item: str, options: int, orders: int) -> list[list[int]]:
    """`orders` random orders of `options` options; those of one item do not depend on the others."""
    random = draw(seed, "orders", item)
    return [random.sample(range(options), options) for _ in range(orders)]


def repeated(options: list[str]) -> bool:
    """Whether two options read the same."""
    return len({same_text(option) for option in options}) < len(options)


def same_text(text: str) -> str:
    """`text` without what does not tell two answers apart: case and white space."""
    return " ".join(text.split()).casefold()


def lettered(options: list[str]) -> str:
    """The options as they are shown, a line each: "A. To find ..."."""
    return "\n".join(f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=False))


def without_letters(options: dict[str, str]) -> dict[str, str]:
    """{letter: text} without the "A. " before the text, where every option of the item has its own."""
    marks = r"\s*[.．、:：)]\s*"  # noqa: RUF001  (as in the Chinese files)
    found = {letter: re.match(rf"\s*{letter}{marks}", text) for letter, text in options.items()}
    if not all(found.values()):
        return options
    return {letter: options[letter][mark.end() :].strip() for letter, mark in found.items() if mark}


def letter_of(answer: Any) -> str | None:
    """The letter of a gold answer such as "B" or "A. "; None if it names none."""
    text = str(answer).strip().upper()
    return text[0] if text and text[0] in LETTERS and not text[1:2].isalnum() else None


def read_text(path: Path) -> str:
    """The text of a benchmark's file. Raises InputError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text ({error}): check benchmarks in the config") from error


def parse_json(text: str, place: str) -> Any:
    """JSON as the benchmarks write it: a bare NaN is allowed. Raises InputError that names `place`."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"{place} is not JSON ({error}): fetch the benchmark's file again") from error


def items_digest(items: Iterable[Row]) -> str:
    """32 hex characters over all that is asked and counted: scores are comparable only when theirs is the same."""
    return digest(*(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in items))


def check_items(benchmark: str, items: list[Row], columns: Iterable[str] = ()) -> None:
    """Raise InputError when nothing is left to ask, in all or in one of `columns`, or when an id stands twice."""
    if not items:
        raise InputError(f"{benchmark} has no item: check its files and the counts of what was dropped")
    found = {item["column"] for item in items}
    if missing := [column for column in columns if column not in found]:
        raise InputError(
            f"{benchmark} has no item of {', '.join(missing)}: a task with no samples cannot be scored; see the stats"
            " of build_task, sample_sft and generate_distractors, or give the run more users"
        )
    ids = [item["id"] for item in items]
    if len(set(ids)) < len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        raise InputError(f"{benchmark} has two items {twice}: two of its files have the same name")
