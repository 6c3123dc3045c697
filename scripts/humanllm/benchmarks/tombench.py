r"""ToMBench (zhchen18/ToMBench): 2,860 questions about what others think and feel, in two languages.

A line of `False Belief Task.jsonl`, which is not strict JSON (a missing option is a bare NaN):
    {"能力\nABILITY": "Belief: Location false beliefs", "序号\nINDEX": 1, "STORY": "...", "QUESTION": "...",
     "OPTION-A": "...", "OPTION-B": "...", "OPTION-C": NaN, "OPTION-D": NaN, "答案\nANSWER": "A. ",
     "故事": "...", "问题": "...", "选项A": "A. ...", ...}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from humanllm.benchmarks.items import letter_of, parse_json, read_text, shuffles, without_letters
from humanllm.draws import digest
from humanllm.errors import InputError
from humanllm.stats import Tally
from humanllm.tables import Row

SEED = 42  # the official run's, so that every run asks the same orders
ABILITY, ANSWER = "能力\nABILITY", "答案\nANSWER"
KEYS = {"en": ("STORY", "QUESTION", "OPTION-{}"), "zh": ("故事", "问题", "选项{}")}
CATEGORIES = ("Emotion", "Desire", "Intention", "Knowledge", "Belief", "Non-Literal Communication")
CANONICAL = {category.casefold(): category for category in CATEGORIES}


def read(files: list[Path], tally: Tally, language: str, orders: int) -> Iterator[Row]:
    """The items of `files` in `language` (en or zh), each in `orders` drawn orders.

    An item with fewer than two options or without its gold option is dropped and counted. Raises InputError on a
    line of another form and on an ability of no known category.
    """
    for path in files:
        for number, line in enumerate(read_text(path).split("\n"), 1):
            if not line.strip():
                continue
            place = f"{path} line {number}"
            row = parse_json(line, place)
            if not isinstance(row, dict):
                raise InputError(f"{place} is no object: it is not ToMBench's layout; fetch the benchmark's file again")
            tally.take()
            try:
                item = _item(f"tombench:{path.stem}:{number}", row, language, place)
            except KeyError as error:
                raise InputError(f"{place} lacks {error}: it is not ToMBench's layout; fetch it again") from error
            if isinstance(item, str):
                tally.drop(item)
            else:
                tally.keep()
                yield item | {"orders": shuffles(SEED, item["id"], len(item["options"]), orders)}


def category_of(label: str, place: str) -> str:
    """The column of a label such as "Non-literal communication: Humor". Raises InputError if it is none of the six."""
    category = CANONICAL.get(label.split(":")[0].strip().casefold())
    if category is None:
        raise InputError(f"{place}: ability {label!r} is of no known category; known: {', '.join(CATEGORIES)}")
    return category


def options_of(row: dict[str, Any], key: str) -> dict[str, str]:
    """{letter: text} of the options that are there, without the "A. " that some begin with."""
    texts = {letter: row.get(key.format(letter)) for letter in "ABCD"}
    found = {letter: text.strip() for letter, text in texts.items() if isinstance(text, str) and text.strip()}
    return {letter: text for letter, text in without_letters(found).items() if text}


def _item(name: str, row: dict[str, Any], language: str, place: str) -> Row | str:
    """One line as an item, or why it is none."""
    story_key, question_key, option_key = KEYS[language]
    label, story, question = row[ABILITY], row[story_key], row[question_key]
    if not isinstance(question, str) or not question.strip():
        return "no_question"
    column = category_of(str(label), place)
    options = options_of(row, option_key)
    gold = letter_of(row[ANSWER])
    if len(options) < 2:
        return "few_options"
    if gold not in options:
        return "no_gold"
    return {
        "id": name,
        "benchmark": "tombench",
        "column": column,
        "label": label,
        "cluster": _cluster(row, str(story)),
        "question": f"{story.strip()}\n\n{question.strip()}" if isinstance(story, str) else question.strip(),
        "options": list(options.values()),
        "gold": list(options).index(gold),
    }


def _cluster(row: dict[str, Any], story: str) -> str:
    """The story, by its Chinese text where there is one: the English of one story differs between its questions."""
    chinese = row.get(KEYS["zh"][0])
    return digest(" ".join((chinese if isinstance(chinese, str) and chinese.strip() else story).split()))
