"""The user products by rules: persona, profile, stories, style, and the notes on a part of a long history."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from humanllm.engines.extractive.text import (
    STOP,
    Post,
    Weights,
    content_words,
    listed,
    read_posts,
    sentences,
    stem,
    subjects,
    whole,
    within,
    words,
)
from humanllm.engines.extractive.voice import CUES, FIRST_PERSON, cue, stands_alone, third_person

PERSONA_WORDS, PROFILE_WORDS, STORY_WORDS, SUMMARY_WORDS = 95, 390, 120, 1500
CUE_WEIGHT = {"self": 3.0, "habit": 1.5, "taste": 1.5, "view": 1.0, "plan": 0.8, "deed": 0.6}
PARTS = (  # the profile's paragraphs: their opening, and the cues of the sentences in them
    ("", ("self",)),
    ("What they like and do as a habit:", ("taste", "habit")),
    ("How they see things:", ("view",)),
    ("What they want and plan:", ("plan",)),
    ("What they tell of their days:", ("deed",)),
)


class Reading:
    """The posts with every sentence that can stand alone, in order: (post's place, sentence, cue, weight)."""

    def __init__(self, posts: list[Post]) -> None:
        self.posts = posts
        self.weights = Weights([post.text for post in posts])
        self.found: list[tuple[int, str, str | None, float]] = []
        seen: set[str] = set()
        for place, post in enumerate(posts):
            for sentence in sentences(post.text):
                if whole(sentence) and sentence not in seen:
                    seen.add(sentence)
                    self.found.append((place, sentence, cue(sentence), self._weight(sentence)))

    def _weight(self, sentence: str) -> float:
        length = len(sentence.split())
        fit = 1.0 if 8 <= length <= 26 else 0.6
        return fit * (CUE_WEIGHT.get(cue(sentence) or "", 0.2) + 0.7 * self.weights.centrality(sentence))

    def best(self, cues: Iterable[str | None] | None = None) -> list[tuple[int, str]]:
        """(post's place, sentence) with these cues, the most telling first; never two nearly alike in a row."""
        wanted = [item for item in self.found if cues is None or item[2] in cues]
        wanted.sort(key=lambda item: (-item[3], item[0], item[1]))
        return [(place, sentence) for place, sentence, _, _ in wanted]


def _interests(posts: list[Post]) -> str:
    found = subjects([post.text for post in posts], 3)
    return f"They write most of all about {listed(found)}." if found else ""


def _in_third_person(chosen: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Those that can be told of the writer, told so, without near repeats."""
    told: list[tuple[int, str]] = []
    known: list[set[str]] = []
    for place, sentence in chosen:
        changed = third_person(sentence) if stands_alone(sentence) else None
        stems = {stem(word) for word in content_words(sentence)}
        if changed and stems and all(len(stems & other) < 0.6 * len(stems) for other in known):
            known.append(stems)
            told.append((place, changed))
    return told


def persona(fields: dict[str, Any]) -> dict[str, Any]:
    """At most 100 words: the subjects, then the most telling sentences in the third person, in the order of time."""
    posts = read_posts(fields["posts"])
    reading = Reading(posts)
    told = _in_third_person(reading.best(("self", "habit", "taste", "view")))[:12]
    opening = _interests(posts)
    chosen = within([text for _, text in told], PERSONA_WORDS - len(opening.split()))[:6]
    if not chosen:
        return {"persona": ""}
    ordered = [text for _, text in sorted(told, key=lambda item: item[0]) if text in chosen]
    return {"persona": " ".join([*filter(None, [opening]), *ordered])}


def _span(posts: list[Post]) -> str:
    dates = [post.when for post in posts if post.when]
    if not dates:
        return ""
    count = "one post" if len(posts) == 1 else f"{len(posts)} posts"
    return f"From {dates[0]} to {dates[-1]} they wrote {count}." if dates[0] != dates[-1] else ""


def profile(fields: dict[str, Any]) -> dict[str, Any]:
    """Up to 400 words in five paragraphs; a quotation where the third person does not come out right."""
    posts = read_posts(fields["posts"])
    reading = Reading(posts)
    used = PROFILE_WORDS
    paragraphs = []
    opening = " ".join(filter(None, [_interests(posts), _span(posts)]))
    for head, cues in PARTS:
        told = _in_third_person(reading.best(cues))
        room = min(used, 110)
        chosen = set(within([text for _, text in told[:12]], room - len(head.split())))
        ordered = [text for _, text in sorted(told[:12], key=lambda item: item[0]) if text in chosen]
        if ordered:
            paragraphs.append(" ".join([*filter(None, [head or opening]), *ordered]))
            used -= len(paragraphs[-1].split())
    if not paragraphs:
        return {"profile": ""}
    short = sum(len(paragraph.split()) for paragraph in paragraphs)
    if short < 140:  # little in the third person: their own words
        text = " ".join(paragraphs)
        lines = [line for _, line in reading.best() if cue(line) and '"' not in line and ".." not in line]
        quoted = [f'"{line}"' for line in lines if (third_person(line) or line) not in text]
        quoted = within(quoted, min(used, 120))
        paragraphs += [f"In their own words: {' '.join(quoted)}"] if quoted else []
    return {"profile": "\n\n".join(paragraphs)}


def stories(fields: dict[str, Any]) -> dict[str, Any]:
    """Up to 20: of a post that tells deeds, its most telling stretch; the summary is its key sentence."""
    posts = read_posts(fields["posts"])
    reading = Reading(posts)
    found = []
    for place, post in enumerate(posts):
        lines = [sentence for sentence in sentences(post.text) if len(sentence.split()) <= 60]
        deeds = [index for index, sentence in enumerate(lines) if whole(sentence) and CUES["deed"].search(sentence)]
        if len(deeds) < 2:
            continue
        key = max(deeds, key=lambda index: (third_person(lines[index]) is not None, reading._weight(lines[index])))
        summary = third_person(lines[key]) or f'They write: "{lines[key]}"'
        stretch = within(lines[max(0, key - 2) : key + 5], STORY_WORDS)
        found.append((len(deeds), place, {"summary": summary, "content": " ".join(stretch)}))
    best = sorted(found, key=lambda item: (-item[0], item[1]))[:20]
    return {"stories": [story for _, _, story in sorted(best, key=lambda item: item[1])]}


def _often(share: float, low: float, high: float) -> str:
    return "rarely" if share < low else "often" if share > high else "sometimes"


def style(fields: dict[str, Any]) -> dict[str, Any]:
    """What can be measured: sentences, punctuation, first person, favourite words, openings."""
    posts = read_posts(fields["posts"])
    lines = [sentence for post in posts for sentence in sentences(post.text)]
    text = " ".join(post.text for post in posts)
    lengths = sorted(len(line.split()) for line in lines)
    if not lengths or lengths[-1] == 0:
        return {"style": ""}
    middle, long = lengths[len(lengths) // 2], lengths[int(len(lengths) * 0.9)]
    kind = "short" if middle <= 9 else "long" if middle >= 20 else "medium-long"
    first = 100 * len(FIRST_PERSON.findall(text)) / max(len(words(text)), 1)
    facts = [
        f"They write {kind} sentences: half have {middle} words or fewer, one in ten has {long} or more.",
        f"They speak of themselves in {first:.0f} of 100 words.",
        _punctuation(text, lines),
        _favourites(text),
        _openings(lines),
        _sample(posts),
    ]
    return {"style": " ".join(filter(None, facts))}


def _punctuation(text: str, lines: list[str]) -> str:
    count = len(lines)
    shares = {
        "exclamation marks": (text.count("!") / count, 0.05, 0.25),
        "questions": (text.count("?") / count, 0.05, 0.2),
        "dots that trail off (...)": (len(re.findall(r"\.{3}|…", text)) / count, 0.03, 0.15),
        "brackets": (text.count("(") / count, 0.03, 0.15),
        "dashes": (len(re.findall(r"\s-+\s|—|--", text)) / count, 0.03, 0.15),
        "semicolons": (text.count(";") / count, 0.02, 0.1),
    }
    by_rate: dict[str, list[str]] = {}
    for name, (share, low, high) in shares.items():
        by_rate.setdefault(_often(share, low, high), []).append(name)
    told = [f"{rate} use {listed(by_rate[rate])}" for rate in ("often", "sometimes", "rarely") if rate in by_rate]
    small = sum(line[:1].islower() for line in lines) / count
    habit = " They often begin a sentence without a capital." if small > 0.3 else ""
    return f"They {listed(told)}.{habit}"


def _favourites(text: str) -> str:
    counted = Counter(word for word in content_words(text) if word not in STOP)
    best = [word for word, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])) if count > 2][:6]
    return f"Words they come back to: {', '.join(best)}." if len(best) > 2 else ""


def _openings(lines: list[str]) -> str:
    counted = Counter(" ".join(line.split()[:1]).strip(",.!").capitalize() for line in lines if line.split())
    best = [f'"{word}"' for word, count in counted.most_common(3) if count > 2 and word]
    return f"Sentences often begin with {listed(best)}." if best else ""


def _sample(posts: list[Post]) -> str:
    """The sentence whose length is most usual, as an example."""
    whole_ones = [line for post in posts for line in sentences(post.text) if whole(line) and '"' not in line]
    if not whole_ones:
        return ""
    ranked = sorted(whole_ones, key=lambda line: (len(line.split()), line))
    return f'A sentence of theirs: "{ranked[len(ranked) // 2]}"'


def summary(fields: dict[str, Any]) -> dict[str, Any]:
    """Notes on a part of a history: of every post in turn its most telling sentences, a quarter of the words."""
    posts = read_posts(fields["posts"])
    reading = Reading(posts)
    limit = min(SUMMARY_WORDS, max(15, sum(len(post.text.split()) for post in posts) // 4))
    chosen = set(within([sentence for _, sentence in reading.best()], limit))
    return {"summary": " ".join(sentence for _, sentence, _, _ in reading.found if sentence in chosen)}
