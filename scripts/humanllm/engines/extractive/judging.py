"""Judging by rules: each metric is a share that can be counted, mapped to 1..10 by its tenth."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from humanllm.engines.extractive.text import read_posts, sentences, stem, stems, words
from humanllm.engines.extractive.voice import FIRST_PERSON, events
from humanllm.replies import METRICS

FRAMES = """
    begin brackets buy capital choose come dashes days decide dislike dots exclamation feel fewer habit half
    happens headed hope like likes long marks medium-long near often own person plan point post posts question
    questions rarely review reviews says see semicolons sentence sentences short situation sometimes speak story
    tell tells ten their theirs them themselves they things touch trail understand use want what wish without
    wonder words write writer writes wrote
"""
QUOTE = re.compile(r'^.*?"|\W+$')  # of a description: what stands before a quotation, and the marks at the end
DANGLING = re.compile(r"(?i)\b(?:about|of|for|with) (?:it|this|that)\b|\bdo(?:es)? (?:it|this|that)\b")
FRAME = frozenset(stem(word) for word in FRAMES.split())  # words of our own frames: no statements about a person
LENGTHS = {"persona": (30, 100), "profile": (100, 400), "style": (40, 200), "topic": (6, 60), "stories": (20, 4000)}


def _stems(text: str) -> list[str]:
    return [found for found in stems(text) if found not in FRAME]


@lru_cache(maxsize=2)
def _of_source(posts: str) -> tuple[str, ...]:
    """The stems of the posts, counted once for all products that were made from them."""
    return tuple(_stems(posts))


@lru_cache(maxsize=2)
def _known(posts: str) -> frozenset[str]:
    return frozenset(_of_source(posts))


def _text(kind: str, product: dict[str, Any]) -> str:
    """The product's statements as one text."""
    values = [product.get("scenario"), product.get("answer")] if "answer" in product else list(product.values())
    return json.dumps(values, ensure_ascii=False).replace("\\n", " ").replace('\\"', '"')


def faithfulness(kind: str, product: dict[str, Any], source: str) -> float:
    """Share of the product's content words that the posts use."""
    known = _known(source)
    used = _stems(_text(kind, product))
    return sum(word in known for word in used) / len(used) if used else 0.0


def coverage(kind: str, product: dict[str, Any], source: str) -> float:
    """Of a profile: the share of the posts' 12 most frequent content words that it has.

    Of a topic, one or two sentences: the share of the post's sentences that touch it, where a third is enough; and for
    four tenths, whether it names what the post is headed by, its title or the thing reviewed.
    """
    used = set(_stems(_text(kind, product)))
    if kind == "topic":
        (post,) = read_posts(source)[:1]
        lines = [found for line in post.lines if (found := set(_stems(line)))]
        touched = min(1.0, 3 * sum(bool(used & line) for line in lines) / len(lines)) if lines else 0.0
        heads = set(_stems(f"{post.item} {post.title}"))
        return 0.6 * touched + 0.4 * min(1.0, 2 * len(used & heads) / len(heads)) if heads else touched
    top = [word for word, _ in Counter(_of_source(source)).most_common(12)]
    return min(1.0, 1.3 * sum(word in used for word in top) / len(top)) if top else 0.0


def fullness(kind: str, product: dict[str, Any], source: str) -> float:
    """Length against what the kind asks for, and few repeated words."""
    text = _text(kind, product)
    low, high = LENGTHS.get(kind, (40, 400))
    size = len(words(text))
    length = min(1.0, size / low) if size <= high * 1.1 else 0.7
    used = _stems(text)
    return length * min(1.0, 1.4 * len(set(used)) / len(used)) if used else 0.0


def significance(kind: str, product: dict[str, Any], source: str) -> float:
    """Share of the stories that have three sentences and 25 words or more."""
    told = [story["content"] for story in product["stories"]]
    good = sum(len(sentences(text)) >= 3 and len(text.split()) >= 25 for text in told)
    return good / len(told) if told else 0.0


def completeness(kind: str, product: dict[str, Any], source: str) -> float:
    """The mean of six parts, two thirds of the way to the worst of them.

    Background and plots long enough; two sentences in which something happens; told in the third person; people who
    are not described by a line of the story; a background that does not tell the plots; few gaps: four fifths of the
    post's words (of 270, the most that our own scenarios have) are there.
    """
    background, plots = product["background"], product["plots"]
    story = f"{background} {plots}".lower()
    said = [QUOTE.sub("", person["description"]).lower() for person in product["characters"]]
    before, after = set(_stems(background)), set(_stems(plots))
    parts = [
        min(1.0, len(background.split()) / 15) * min(1.0, len(plots.split()) / 25),
        min(1.0, (1 + events(sentences(plots))) / 3),
        0.2 if FIRST_PERSON.search(background + " " + plots) else 1.0,
        sum(text not in story and len(text.split()) > 3 for text in said) / len(said) if said else 0.0,
        1.0 - max(0.0, len(before & after) / max(1, len(after)) - 0.3),
        min(1.0, len(story.split()) / (0.8 * min(270, len(source.split())))),
    ]
    return (sum(parts) / len(parts) + 2 * min(parts)) / 3


def relevance(kind: str, product: dict[str, Any], source: str) -> float:
    """Long enough to tell, about the same (of the answer's words one in five), the question's things all named.

    The scenario is told of the writer, the answer by the writer.
    """
    scenario, question, answer = product["scenario"], product["question"] or "", product["answer"] or ""
    known = set(_stems(scenario + " " + question))
    used = set(_stems(answer))
    shared = min(1.0, 0.7 + 1.5 * len(known & used) / len(used)) if used else 0.0
    dangling = 0.5 if DANGLING.search(question) else 1.0
    voice = 0.6 if FIRST_PERSON.search(scenario) else 1.0
    return shared * dangling * voice * min(1.0, len(scenario.split()) / 20) * min(1.0, len(answer.split()) / 6)


def concealment(kind: str, product: dict[str, Any], source: str) -> float:
    """1 less the share of the answer's words that scenario and question tell already, beyond the first third."""
    known = set(_stems(product["scenario"] + " " + (product["question"] or "")))
    used = set(_stems(product["answer"] or ""))
    return 1.0 - max(0.0, len(known & used) / len(used) - 0.33) * 1.5 if used else 0.0


RULES: dict[str, Callable[[str, dict[str, Any], str], float]] = {
    "faithfulness": faithfulness,
    "coverage": coverage,
    "specificity": fullness,
    "significance": significance,
    "completeness": completeness,
    "relevance": relevance,
    "concealment": concealment,
}


def grade(share: float) -> int:
    """0.9 and more is 10, 0.8 is 9, and so on down to 1."""
    return max(1, min(10, int(share * 10 + 1e-9) + 1))


def judge_of(kind: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The judge of one kind: its metrics and overall, which is their mean, not above the worst by more than 2."""

    def judge(fields: dict[str, Any]) -> dict[str, Any]:
        product = json.loads(fields["product"])
        grades = {name: grade(RULES[name](kind, product, fields["posts"])) for name in METRICS[kind]}
        mean = sum(grades.values()) / len(grades)
        return grades | {"overall": min(round(mean), min(grades.values()) + 2)}

    return judge
