"""Answers as options: written alike, and none that gives itself away.

    tidied("Sure, here it is:\\n\\n**Work.** She teaches.\\n\\nNote: this is invented.")    # "Work. She teaches."
    fault("I would call", "length", "I called her.")    # "cut_off": everybody sees that it breaks off
The truth is laid out like the others, so that no mark of a model is a clue; no words of a person's are cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from humanllm.benchmarks.items import same_text
from humanllm.checks import refuses

THOUGHT = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
FENCE = re.compile(r"\A```\w*\n(.*)\n```\Z", re.DOTALL)
OPENING = re.compile(
    r"\A(?:sure|certainly|of course|okay|here(?:'s|\u2019s| is| are))\b[^\n.?!]{0,160}:[ \t]*\n+", re.IGNORECASE
)
CLOSING = re.compile(r"\n+[ \t]*[(*_]*(?:note|please note|disclaimer)\b[^\n]*\Z", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
STRESSED = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
QUOTED = re.compile(r"\A[\"\u201c]([^\"\u201c\u201d]*)[\"\u201d]\Z")
BROKEN = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f]")
LEAST_WORDS = 3  # an answer of fewer is no option among longer ones
ALIKE, NGRAM = 0.75, 2  # share of common two-word pieces from which two answers are one


def without_thoughts(text: str) -> str:
    """The text without a `<think>` block at its start, an empty one too; nothing is left of one that never ends."""
    return THOUGHT.sub("", text, count=1) if THOUGHT.match(text) else text


def tidied(text: str, by_model: bool = True) -> str:
    """The answer alone: no layout, no quotation marks around all of it; `by_model`: no thoughts, no words around it."""
    text = without_thoughts(text).strip() if by_model else text.strip()
    if fenced := FENCE.match(text):
        text = fenced[1].strip()
    if by_model:
        text = CLOSING.sub("", OPENING.sub("", text)) or text
    text = STRESSED.sub(r"\1", HEADING.sub("", text)).strip()
    if quoted := QUOTED.match(text):
        text = quoted[1].strip()
    return re.sub(r"[ \t]*\n(?:[ \t]*\n)+", "\n\n", text)


def fault(text: str, finish_reason: str, truth: str) -> str | None:
    """Why a tidied answer is no option beside the truth; None if it is one."""
    if not text:
        return "blank"
    if finish_reason != "stop":
        return "cut_off"
    if BROKEN.search(text):
        return "broken"
    if len(text.split()) < min(LEAST_WORDS, len(truth.split())):
        return "short"
    return "refusal" if refuses(text) else None


def like_one_of(text: str, others: Iterable[str]) -> bool:
    """Whether the text says what one of the others says, word for word or nearly so."""
    own, pieces = same_text(text), _pieces(text)
    return any(same_text(other) == own or _jaccard(pieces, _pieces(other)) >= ALIKE for other in others)


def _pieces(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[place : place + NGRAM]) for place in range(max(len(words) - NGRAM + 1, 1))}


def _jaccard(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
