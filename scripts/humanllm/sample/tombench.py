"""Questions of our own in ToMBench's layout and with its quirks, for the six ability categories.

A row: {"能力\\nABILITY": "Belief: Location false beliefs", "序号\\nINDEX": 1, "STORY": "...", "QUESTION": "...",
        "OPTION-A": "...", "OPTION-C": NaN, "答案\\nANSWER": "A", "故事": "...", ...}
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, NamedTuple

from humanllm.draws import draw
from humanllm.files import publish
from humanllm.sample.tombench_stories import FILES

LETTERS = "ABCD"
NAMES = [("Mira", "Otto"), ("Lena", "Bas"), ("Tess", "Ivo"), ("Cara", "Nils"), ("Runa", "Jan"), ("Elin", "Max")]
THINGS = [  # a thing and four places for it
    ("scarf", "drawer", "basket", "wardrobe", "suitcase"),
    ("pear", "bowl", "bag", "box", "cupboard"),
    ("key", "tin", "jug", "pocket", "vase"),
    ("ball", "chest", "crate", "bucket", "trunk"),
    ("letter", "folder", "book", "desk", "envelope"),
    ("cake", "fridge", "oven", "pantry", "bread bin"),
]


class Question(NamedTuple):
    ability: str
    story: str
    question: str
    options: list[str]  # the right one first; two or four
    fixed: bool  # the order must stay (yes and no)


def parse_questions(bank: str) -> list[Question]:
    """Blocks of ability, story, question, options set off by ` | `; `=` before the options keeps their order."""
    found = []
    for block in bank.strip().split("\n\n"):
        ability, story, question, options = (line.replace("\\\n", "") for line in block.splitlines())
        found.append(Question(ability, story, question, options.lstrip("= ").split(" | "), options.startswith("=")))
    return found


def _filled(text: str, number: int) -> str:
    name, other = NAMES[number % len(NAMES)]
    thing, first, second, third, fourth = THINGS[(number + number // len(THINGS)) % len(THINGS)]
    slots = {"name": name, "other": other, "thing": thing, "first": first, "second": second}
    return text.format_map(slots | {"third": third, "fourth": fourth})


def _row(question: Question, number: int, index: int, chance: random.Random) -> dict[str, Any]:
    count = len(question.options)
    order = list(range(count)) if question.fixed else chance.sample(range(count), count)
    texts: list[str | float] = [_filled(question.options[place], number) for place in order]
    if index % 9 == 4:  # some official options already begin with their letter
        texts = [f"{letter}. {text}" for letter, text in zip(LETTERS, texts, strict=False)]
    texts += [float("nan")] * (4 - count)  # written as the bare literal NaN
    answer = LETTERS[order.index(0)]
    story, asked = _filled(question.story, number), _filled(question.question, number)
    row: dict[str, Any] = {"能力\nABILITY": question.ability, "序号\nINDEX": index, "故事": story, "问题": asked}
    row |= {f"选项{letter}": text for letter, text in zip(LETTERS, texts, strict=True)}
    row |= {"STORY": story, "QUESTION": asked}
    row |= {f"OPTION-{letter}": text for letter, text in zip(LETTERS, texts, strict=True)}
    return row | {"答案\nANSWER": answer}


def _quirks(name: str, rows: list[dict[str, Any]]) -> None:
    """What single official files have: another key, an answer with a full stop, twice the same option, a lone NaN."""
    if name == "Multiple Desires":
        rows[:] = [{"类型": float("nan")} | row for row in rows]
    if name == "Strange Story Task":
        rows[1]["答案\nANSWER"] += ". "
        rows[2]["选项D"] = float("nan")  # in the Chinese half alone
    if name == "Unexpected Outcome Test":
        wrong = [letter for letter in LETTERS if letter != rows[2]["答案\nANSWER"]]
        rows[2][f"OPTION-{wrong[2]}"] = rows[2][f"OPTION-{wrong[1]}"]


def write_tombench(folder: Path, seed: int) -> dict[str, int]:
    """A .jsonl for each of seven tasks; the number of questions of each."""
    counts = {}
    for name, (bank, repeats) in FILES.items():
        chance = draw(seed, "tombench", name)
        asked = parse_questions(bank)
        pairs = [(question, number) for number in range(repeats) for question in asked]
        rows = [_row(question, number, place + 1, chance) for place, (question, number) in enumerate(pairs)]
        _quirks(name, rows)
        with publish(folder / f"{name}.jsonl") as temporary:
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            temporary.write_text("".join(lines), encoding="utf-8")
        counts[f"tombench.{name}"] = len(rows)
    return counts
