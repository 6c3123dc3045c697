"""The judged applications by rules, in both roles: what a system writes, and the judge's grades.

The writer selects from what it is shown and invents nothing. The grades are shares that can be counted, mapped to 1..10
by their tenths: they tell soup from sense and a copy from a stranger, and say nothing of understanding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from humanllm.engines.extractive.judging import grade
from humanllm.engines.extractive.people import profile
from humanllm.engines.extractive.text import STOP, sentences, stems, words
from humanllm.engines.extractive.voice import FIRST_PERSON
from humanllm.replies import APPLICATIONS

EXPLAINED_WORDS, WRITTEN_SENTENCES = 40, 5
CLOSE = 0.4  # share of common words that two wordings of one thing have: counted as all
FORM_WORDS = re.compile(r"(?i)\b(?:reddit post|reddit comment|tweet|blog post|product review|topic|earlier texts)\b")
ENDS = re.compile(r"[.!?…]+")


def write_profile(fields: dict[str, Any]) -> str:
    """The teacher's rules over the posts shown; where they find too little, the posts' first sentences."""
    return str(profile({"posts": fields["task"]})["profile"]) or " ".join(sentences(fields["task"])[:5])


def explain(fields: dict[str, Any]) -> str:
    """The sentence of the task that shares most with the question, which is its last or first line with a mark."""
    lines = [line for line in sentences(fields["task"]) if len(line.split()) > 3]
    asked = next((line for line in reversed(lines) if line.endswith("?")), lines[-1] if lines else "")
    wanted = set(stems(asked))
    others = [line for line in lines if line != asked]
    best = max(others, key=lambda line: (len(wanted & set(stems(line))), -len(line)), default=asked)
    return " ".join(f"Because {best}".split()[:EXPLAINED_WORDS])


def write_text(fields: dict[str, Any]) -> str:
    """The sentences of the task that come nearest to its words on the whole, in their order."""
    lines = [line for line in sentences(fields["task"]) if len(line.split()) > 3 and not FORM_WORDS.search(line)]
    counted = Counter(found for line in lines for found in set(stems(line)))
    weight = {line: sum(counted[found] for found in set(stems(line))) / (len(line.split()) + 5) for line in lines}
    chosen = set(sorted(weight, key=lambda line: (-weight[line], line))[:WRITTEN_SENTENCES])
    return " ".join(line for line in dict.fromkeys(lines) if line in chosen)


WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "profile_writing": write_profile,
    "human_explainer": explain,
    "personalized_writing": write_text,
}


@lru_cache(maxsize=64)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def share(text: str, known: str) -> float:
    """Share of the words of `text` that stand in `known`."""
    used = _stems(text)
    return len(used & _stems(known)) / len(used) if used else 0.0


def likeness(text: str, other: str) -> float:
    """Of the words of both, the part that both have; CLOSE and more is 1."""
    one, two = _stems(text), _stems(other)
    return min(1.0, len(one & two) / len(one | two) / CLOSE) if one and two else 0.0


def sense(text: str) -> float:
    """Whether it is written in sentences that do not repeat themselves, half of whose words are common ones."""
    used = words(text)
    if not used:
        return 0.0
    varied = min(1.0, 1.6 * len(set(used)) / min(len(used), 100))
    common = min(1.0, 2 * sum(word in STOP for word in used) / len(used))
    length = len(used) / max(1, len(ENDS.findall(text)))
    return varied * common * (1.0 if 3 <= length <= 40 else 0.5)


def manner(text: str) -> list[float]:
    """How a text is written, as rates: words a sentence, capitals, marks, the first person."""
    count, lines = max(1, len(words(text))), max(1, len(ENDS.findall(text)))
    marks = [text.count(mark) / lines for mark in "!?,(-"]
    capitals = sum(map(str.isupper, text)) / max(1, len(text))
    return [count / lines / 20, 5 * capitals, *marks, 5 * len(FIRST_PERSON.findall(text)) / count]


def same_manner(text: str, other: str) -> float:
    """1 less the mean difference of the rates, each at most 1."""
    pairs = list(zip(manner(text), manner(other), strict=True))
    return sense(text) * (1.0 - sum(min(1.0, abs(one - two)) for one, two in pairs) / len(pairs))


Rule = Callable[[str, str, str], float]  # answer, reference, task
RULES: dict[str, Rule] = {
    "faithfulness": lambda answer, reference, task: share(answer, f"{task} {reference}"),
    "realism": lambda answer, reference, task: sense(answer) * min(1.0, len(_stems(answer)) / 30),
    "coverage": lambda answer, reference, task: share(reference, answer),
    "contextual_relevance": lambda answer, reference, task: min(1.0, 1.5 * share(answer, task)),
    "logical_consistency": lambda answer, reference, task: sense(answer),
    "alignment_with_reference": lambda answer, reference, task: likeness(answer, reference),
    "style_match": lambda answer, reference, task: same_manner(answer, reference),
    "content_relevance": lambda answer, reference, task: min(1.0, 1.5 * share(answer, f"{task} {reference}")),
    "content_similarity": lambda answer, reference, task: likeness(answer, reference),
}


def grader_of(application: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The judge of one application: its metrics."""

    def judge(fields: dict[str, Any]) -> dict[str, Any]:
        texts = {"first": fields["first"], "second": fields["second"]}
        answer, reference = texts[fields["answer"]], texts[fields["reference"]]
        return {name: grade(RULES[name](answer, reference, fields["task"])) for name in APPLICATIONS[application]}

    return judge
