"""Stand-ins for the official files of MotiveBench and ToMBench, odd as those are, and a second way to score.

What is here reads the files with plain json and counts with plain dictionaries: it shares no code with the project.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

TOM_FILES = {  # (name, questions, two-choice ones, category)
    "Ambiguous Story Task": (200, 0, "Emotion: Ambiguous"),
    "Completion of Failed Actions": (20, 20, "Intention: Completion of failed actions"),
    "Discrepant Desires": (20, 0, "Desire: Discrepant desires"),
    "Discrepant Emotions": (20, 0, "Emotion: Discrepant emotions"),
    "Discrepant Intentions": (20, 0, "Intention: Discrepant intentions"),
    "Emotion Regulation": (20, 0, "Emotion: Emotion regulation"),
    "False Belief Task": (840, 400, "Belief: Location false beliefs"),
    "Faux-pas Recognition Test": (560, 43, "Non-Literal Communication: Faux-pas"),
    "Hidden Emotions": (80, 0, "Emotion: Hidden emotions"),
    "Hinting Task Test": (103, 0, "Non-Literal Communication: Hints"),
    "Knowledge-Attention Links": (20, 20, "Knowledge: Knowledge-attention links"),
    "Knowledge-Pretend Play Links": (20, 0, "Knowledge: Knowledge-pretend play links"),
    "Moral Emotions": (20, 0, "Emotion: Moral emotions"),
    "Multiple Desires": (20, 0, "Desire: Multiple desires"),
    "Percepts-Knowledge Links": (50, 0, "Knowledge: Percepts-knowledge links"),
    "Persuasion Story Task": (100, 0, "Desire: Desires influence on emotions and actions"),
    "Prediction of Actions": (20, 0, "Intention: Prediction of actions"),
    "Scalar Implicature Test": (200, 0, "Knowledge: Information-knowledge links"),
    "Strange Story Task": (407, 0, ""),
    "Unexpected Outcome Test": (120, 0, ""),
}
STRANGE = {  # labels of Strange Story Task, two capitalisations among them
    "Intention: Intentions explanations": 280,
    "Non-Literal Communication: Involuntary lies": 45,
    "Non-literal communication: Egocentric lies": 40,
    "Belief: Beliefs based action/emotions": 42,
}
OUTCOME = {"Emotion: Typical emotional reactions": 80, "Desire: Desire-action contradiction": 40}
MOTIVE = {"Amazon": ("Amazon", 50), "Blog": ("Blogger", 50), "Persona": ("Persona", 100)}
TYPES = ("Motivation Reasoning", "Behavior Reasoning", "Motivation and Behavior Reasoning")
SHOWN = ([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [3, 1, 6, 5, 4, 2], [2, 3, 5, 6, 1, 4], [5, 4, 1, 2, 6, 3])
SHOWN = (*SHOWN, [4, 6, 2, 1, 3, 5])  # the official orders, counted from 1
NAN = float("nan")
WORDS = ["red", "cup", "left", "the", "box", "and", "went", "home", "to", "Ann"]


class Question(NamedTuple):
    """One question as a file has it: id as the project names it, and where it counts."""

    id: str
    column: str
    label: str
    scenario: str
    options: list[str]
    gold: int


def write_tombench(folder: Path) -> Path:
    """The 20 files: 2,860 rows, of which 483 have two options."""
    draw = random.Random(6)
    folder.mkdir(parents=True, exist_ok=True)
    lettered = 102 // 4 + 1  # items whose options begin with their letters
    for name, (count, two, label) in TOM_FILES.items():
        spread = STRANGE if name.startswith("Strange") else OUTCOME if name.startswith("Unexpected") else {label: count}
        labels = [one for one, times in spread.items() for _ in range(times)]
        if name == "Scalar Implicature Test":
            labels[-1] += " "
        lines = []
        for number, one in enumerate(labels, 1):
            row = _tom_row(draw, one, number, 2 if number <= two else 4)
            if name == "Emotion Regulation" or (name == "Discrepant Emotions" and number <= lettered - 20):
                row |= {f"OPTION-{letter}": f"{letter}. {row[f'OPTION-{letter}']}" for letter in "ABCD"}
            if name == "Knowledge-Attention Links" and number == 11:
                row["答案\nANSWER"] = "A. "
            if name == "Strange Story Task" and number == 293:
                row |= {"选项C": NAN, "选项D": NAN, "答案\nANSWER": "B", "序号\nINDEX": 292}
            if name == "Unexpected Outcome Test" and number in (65, 67):
                row["OPTION-D"] = row["OPTION-C"]
            if name == "Multiple Desires":
                row = {"类型": "x"} | row
            lines.append(json.dumps(row, ensure_ascii=False))
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _tom_row(draw: random.Random, label: str, number: int, options: int) -> dict[str, Any]:
    texts = [" ".join(draw.choices(WORDS, k=draw.randint(2, 9))) for _ in "ABCD"]
    four = [text if place < options else NAN for place, text in enumerate(texts)]
    row = {"能力\nABILITY": label, "序号\nINDEX": number, "故事": f"故事{label}{number // 2}", "问题": "问?"}
    row |= {
        f"选项{letter}": f"{letter}. 选{text}" if place < options else NAN
        for place, (letter, text) in enumerate(zip("ABCD", texts, strict=True))
    }
    row |= {"STORY": f"Story {number // 2}.", "QUESTION": "What now?"}
    row |= {f"OPTION-{letter}": text for letter, text in zip("ABCD", four, strict=True)}
    return row | {"答案\nANSWER": draw.choice("AABCD"[: options + 1])}


def write_motivebench(folder: Path) -> Path:
    """The three files: 200 scenarios, 600 questions, golds mostly A to C."""
    draw = random.Random(5)
    for name, (_, count) in MOTIVE.items():
        scenarios = []
        for idx in range(count):
            scenario: dict[str, Any] = {"idx": idx}
            for number, kind in enumerate(TYPES, 1):
                scenario[f"{kind} Question"] = f"Scenario {idx}, {kind}?"
                words = [" ".join(draw.choices(WORDS, k=6)) for _ in range(6)]
                scenario[f"Options {number}"] = [f"{a}. {b} {a}" for a, b in zip("ABCDEF", words, strict=True)]
                scenario[f"Correct Answer {number}"] = draw.choice("AAABBBCCCDEF")
            scenarios.append(scenario)
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / f"{name}_questions.json").write_text(json.dumps(scenarios), encoding="utf-8")
    return folder


def read_motivebench(files: list[Path]) -> Iterator[Question]:
    for path in files:
        column = MOTIVE[path.name.split("_")[0]][0]
        for scenario in json.loads(path.read_text(encoding="utf-8")):
            for number, label in enumerate(("motivation", "behavior", "motivation_and_behavior"), 1):
                options = [text.strip()[2:].strip() for text in scenario[f"Options {number}"]]
                gold = "ABCDEF".index(scenario[f"Correct Answer {number}"].strip()[0])
                place = f"{column}:{scenario['idx']}"
                yield Question(f"motivebench:{place}:{number}", column, label, place, options, gold)


def read_tombench(files: list[Path], keys: str = "OPTION-{}") -> Iterator[Question]:
    for path in files:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
        for number, row in enumerate(rows, 1):
            four = [row[keys.format(letter)] for letter in "ABCD"]
            options = [re.sub(r"^[A-D]\s*[.．、:：]\s*", "", text.strip()) for text in four if isinstance(text, str)]  # noqa: RUF001
            label = row["能力\nABILITY"]
            column = {"non-literal communication": "Non-Literal Communication"}.get(label.split(":")[0].lower())
            gold = "ABCD".index(row["答案\nANSWER"][0])
            yield Question(f"tombench:{path.stem}:{number}", column or label.split(":")[0], label, "", options, gold)


Outcome = tuple[Question, int, int | None]  # a question, the number of the order, and the option chosen


def scored_motivebench(outcomes: list[Outcome]) -> dict[str, dict[str, float]]:
    """{reading: {column: accuracy}}, "" for the average over the columns."""
    by_column, by_label, scenarios = (defaultdict(list) for _ in range(3))
    for question, order, choice in outcomes:
        right = choice == question.gold
        by_column[question.column].append(right)
        by_label[question.label].append(right)
        scenarios[question.column, question.scenario, order].append(right)
    whole = defaultdict(list)
    for (column, _, _), rights in scenarios.items():
        whole[column].append(all(rights))
    readings = {"paper": by_column, "by_type": by_label, "all_three": whole}
    return {name: _averaged({key: fmean(values) for key, values in table.items()}) for name, table in readings.items()}


def scored_in_domain(outcomes: list[Outcome]) -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, list[bool]]] = {"paper": defaultdict(list), "by_form": defaultdict(list)}
    for question, _, choice in outcomes:
        tables["paper"][question.column].append(choice == question.gold)
        tables["by_form"][question.label].append(choice == question.gold)
    return {name: _averaged({key: fmean(values) for key, values in table.items()}) for name, table in tables.items()}


def scored_tombench(outcomes: list[Outcome]) -> dict[str, dict[str, float]]:
    every, votes, asked = defaultdict(list), defaultdict(list), {}
    for question, _, choice in outcomes:
        every[question.column, question.label].append(choice == question.gold)
        votes[question.id].append(choice)
        asked[question.id] = question
    most = defaultdict(list)
    for name, choices in votes.items():
        question = asked[name]
        given = Counter(choice for choice in choices if choice is not None).most_common(1)
        most[question.column, question.label].append(bool(given) and given[0][0] == question.gold)
    folded = defaultdict(list)
    for (column, label), rights in every.items():
        folded[column, label.strip().lower()] += rights
    pooled = defaultdict(list)
    for (column, _), rights in every.items():
        pooled[column] += rights
    micro = {column: fmean(rights) for column, rights in pooled.items()}
    return {
        "paper": _over_labels(every),
        "macro": _over_labels(folded),
        "majority": _over_labels(most),
        "micro": micro | {"": fmean(right for rights in pooled.values() for right in rights)},
    }


def _over_labels(table: dict[tuple[str, str], list[bool]]) -> dict[str, float]:
    columns = defaultdict(list)
    for (column, _), rights in table.items():
        columns[column].append(fmean(rights))
    return _averaged({column: fmean(values) for column, values in columns.items()})


def _averaged(columns: dict[str, float]) -> dict[str, float]:
    return columns | {"": fmean(columns.values())}


Chooser = Callable[
    [Question, list[int], int], int | None
]  # (question, the shown order, its number): a place among those


def oracle(question: Question, order: list[int], number: int) -> int:
    return order.index(question.gold)


def always_a(question: Question, order: list[int], number: int) -> int:
    return 0


def uniform(question: Question, order: list[int], number: int) -> int:
    return random.Random(f"{question.id} {number}").randrange(len(order))


def longest(question: Question, order: list[int], number: int) -> int:
    """The first of the longest as shown."""
    lengths = [len(question.options[place]) for place in order]
    return lengths.index(max(lengths))


def silent(question: Question, order: list[int], number: int) -> None:
    return None
