"""The user products by rules: persona, profile, stories, and the notes on a part of a long history."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

from humanllm.engines.extractive.text import (
    NAME,
    Post,
    Weights,
    listed,
    read_posts,
    stems,
    subjects,
    whole,
    within,
)
from humanllm.engines.extractive.voice import CUES, chatty, cue, stands_alone, third_person
from humanllm.engines.extractive.voice import told as told_of

PERSONA_WORDS, PROFILE_WORDS, STORY_WORDS, SUMMARY_WORDS = 95, 390, 120, 1500
LEAST_PERSONA, LEAST_PROFILE, LEAST_TEXT = (
    20,
    100,
    50,
)  # words, the last of the posts; where there is less, nothing was found
CUE_WEIGHT = {"self": 3.0, "habit": 1.5, "taste": 1.5, "view": 1.0, "plan": 0.8, "deed": 0.6}
NAMED = 0.5  # a sentence with a name in it counts for so much: whose name it is cannot be told
PARTS = (  # the profile's paragraphs: their opening, and the cues of the sentences in them
    ("", ("self",)),
    ("What they like and do as a habit:", ("taste", "habit")),
    ("How they see things:", ("view",)),
    ("What they want and plan:", ("plan",)),
    ("What they tell of their days:", ("deed",)),
)
Told = list[tuple[int, str]]  # (post's place, sentence)


class Reading:
    """The posts, and their sentences weighed."""

    def __init__(self, posts: list[Post]) -> None:
        self.posts = posts
        self.weights = Weights(posts)

    @cached_property
    def found(self) -> list[tuple[int, str, str | None, float]]:
        """Every sentence that can stand alone, in order: (post's place, sentence, cue, weight)."""
        places: dict[str, int] = {}
        for place, post in enumerate(self.posts):
            for sentence in filter(whole, post.lines):
                places.setdefault(sentence, place)
        cues = {sentence: cue(sentence) for sentence in places}
        return [(place, line, cues[line], self.weight(line, cues[line])) for line, place in places.items()]

    def weight(self, sentence: str, kind: str | None) -> float:
        length = len(sentence.split())
        fit = (1.0 if 8 <= length <= 26 else 0.6) * (NAMED if NAME.search(sentence) else 1.0)
        return fit * (CUE_WEIGHT.get(kind or "", 0.2) + 0.7 * self.weights.centrality(sentence))

    def best(self, cues: Iterable[str | None] | None = None) -> Told:
        """(post's place, sentence) with these cues, the most telling first; never two nearly alike in a row."""
        wanted = [item for item in self.found if cues is None or item[2] in cues]
        wanted.sort(key=lambda item: (-item[3], item[0], item[1]))
        return [(place, sentence) for place, sentence, _, _ in wanted]


@lru_cache(maxsize=2)
def reading_of(text: str) -> Reading:
    """The posts of a prompt, read once for all kinds that ask for them."""
    return Reading(read_posts(text))


def _interests(posts: list[Post]) -> str:
    found = subjects(posts, 3)
    return f"They write most of all about {listed(found)}." if len(found) > 1 else ""


def _in_third_person(chosen: Iterable[tuple[int, str]], count: int) -> Told:
    """The first `count` that can be told of the writer, told so, without near repeats."""
    told: Told = []
    known: list[set[str]] = []
    for place, sentence in chosen:
        changed = third_person(sentence) if stands_alone(sentence) else None
        if changed is None:
            continue
        found = set(stems(sentence))
        if found and all(len(found & other) < 0.6 * len(found) for other in known):
            known.append(found)
            told.append((place, changed))
            if len(told) == count:
                break
    return told


def _in_order(told: Told, limit: int) -> list[str]:
    """As many of the most telling as fit, in the order of time."""
    chosen = set(within([text for _, text in told], limit))
    return [text for _, text in sorted(told, key=lambda item: item[0]) if text in chosen]


def persona(fields: dict[str, Any]) -> dict[str, Any]:
    """At most 100 words: the subjects, then the most telling sentences in the third person, in the order of time."""
    reading = reading_of(fields["posts"])
    opening = _interests(reading.posts)
    told = _in_third_person(reading.best(("self", "habit", "taste", "view")), 6)
    ordered = _in_order(told, PERSONA_WORDS - len(opening.split()))
    text = " ".join([*filter(None, [opening]), *ordered])
    return {"persona": text if len(ordered) > 1 and len(text.split()) >= LEAST_PERSONA else ""}


def _span(posts: list[Post]) -> str:
    dates = [post.when for post in posts if post.when]
    if not dates:
        return ""
    count = "one post" if len(posts) == 1 else f"{len(posts)} posts"
    return f"From {dates[0]} to {dates[-1]} they wrote {count}." if dates[0] != dates[-1] else ""


def profile(fields: dict[str, Any]) -> dict[str, Any]:
    """100 to 400 words in five paragraphs; where the third person gives too few, their own words, or nothing."""
    reading = reading_of(fields["posts"])
    left = PROFILE_WORDS
    paragraphs = []
    opening = " ".join(filter(None, [_interests(reading.posts), _span(reading.posts)]))
    for head, cues in PARTS:
        ordered = _in_order(_in_third_person(reading.best(cues), 12), min(left, 110) - len((head or opening).split()))
        if ordered:
            paragraphs.append(" ".join([*filter(None, [head or opening]), *ordered]))
            left -= len(paragraphs[-1].split())
    if PROFILE_WORDS - left < LEAST_PROFILE + 40 and paragraphs:
        paragraphs += _quoted(reading, " ".join(paragraphs), min(left, 120))
    text = "\n\n".join(paragraphs)
    return {"profile": text if len(text.split()) >= LEAST_PROFILE else ""}


def _quoted(reading: Reading, text: str, room: int) -> list[str]:
    """A paragraph of what the person said, and `text` does not tell."""
    lines = [line for _, line in reading.best(CUES) if '"' not in line and not chatty(line)]
    quoted = within([f'"{line}"' for line in lines if (third_person(line) or line) not in text], room - 4)
    return [f"In their own words: {' '.join(quoted)}"] if quoted else []


def stories(fields: dict[str, Any]) -> dict[str, Any]:
    """Up to 20: of a post that tells deeds, its most telling stretch; the summary is its key sentence."""
    reading = reading_of(fields["posts"])
    found = []
    for place, post in enumerate(reading.posts):
        lines = [line for line in post.lines if len(line.split()) <= 60]
        deeds = [index for index, line in enumerate(lines) if whole(line) and CUES["deed"].search(line)]
        told = {index: text for index in deeds if (text := _alone(lines[index]))}
        if len(deeds) < 2 or not told:
            continue
        key = max(told, key=lambda index: (reading.weight(lines[index], cue(lines[index])), -index))
        stretch = [line for line in map(_within_post, lines[max(0, key - 3) : key + 6]) if line]
        content = within(stretch, STORY_WORDS)
        if len(content) >= 3 and sum(len(line.split()) for line in content) >= 25:
            found.append((len(deeds), place, {"summary": told[key], "content": " ".join(content)}))
    best = sorted(found, key=lambda item: (-item[0], item[1]))[:20]
    return {"stories": [story for _, _, story in sorted(best, key=lambda item: item[1])]}


def _alone(line: str) -> str | None:
    return third_person(line) if stands_alone(line) else None


def _within_post(line: str) -> str | None:
    """A sentence of a stretch, in the third person, if it can be put so."""
    return None if chatty(line) else told_of(line, alone=False)


def summary(fields: dict[str, Any]) -> dict[str, Any]:
    """Notes on a part of a history: its most telling sentences in order, a quarter of the words; else its beginning."""
    reading = reading_of(fields["posts"])
    text = " ".join(post.text for post in reading.posts).split()
    limit = min(SUMMARY_WORDS, max(15, len(text) // 4))
    chosen = set(within([sentence for _, sentence in reading.best()], limit))
    notes = " ".join(sentence for _, sentence, _, _ in reading.found if sentence in chosen)
    return {"summary": notes or " ".join(text[:limit])}
