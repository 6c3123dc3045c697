"""How a person writes, by what can be counted: sentences, punctuation, first person, favourite words, openings."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from humanllm.engines.extractive.text import Post, content_words, listed, read_posts, whole, words
from humanllm.engines.extractive.voice import FIRST_PERSON

LEAST_TEXT = 50  # words of the posts: in fewer there is no way of writing to be seen


def _often(share: float, low: float, high: float) -> str:
    return "rarely" if share < low else "often" if share > high else "sometimes"


def style(fields: dict[str, Any]) -> dict[str, Any]:
    """What can be measured: sentences, punctuation, first person, favourite words, openings."""
    posts = read_posts(fields["posts"])
    lines = [sentence for post in posts for sentence in post.lines]
    text = " ".join(post.text for post in posts)
    lengths = sorted(len(line.split()) for line in lines)
    if sum(lengths) < LEAST_TEXT:
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
    counted = Counter(content_words(text))
    best = [word for word, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])) if count > 2][:6]
    return f"Words they come back to: {', '.join(best)}." if len(best) > 2 else ""


def _openings(lines: list[str]) -> str:
    counted = Counter(" ".join(line.split()[:1]).strip(",.!").capitalize() for line in lines if line.split())
    best = [f'"{word}"' for word, count in counted.most_common(3) if count > 2 and word]
    return f"Sentences often begin with {listed(best)}." if best else ""


def _sample(posts: list[Post]) -> str:
    """The sentence whose length is most usual, as an example."""
    whole_ones = [line for post in posts for line in post.lines if whole(line) and '"' not in line]
    if not whole_ones:
        return ""
    ranked = sorted(whole_ones, key=lambda line: (len(line.split()), line))
    return f'A sentence of theirs: "{ranked[len(ranked) // 2]}"'
