"""A record on its way in: the source's fields under common names, before the rules and before the name is hashed."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import ftfy

INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200c\u200d\u2060\ufeff]")
LINE_END = re.compile(r"[ \t\xa0]*(?:\r\n?|\n)[ \t\xa0]*")
SPACES = re.compile(r"[ \t\xa0]{2,}|[\t\xa0]")
BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(slots=True)
class Draft:
    """`key` and `name` are the source's own and never leave the ingest; `facts` are for the rules alone."""

    key: str
    name: str
    time: int  # epoch seconds, UTC
    text: str
    title: str | None = None
    community: str | None = None
    parent: str | None = None  # key of the post that a comment answers
    parent_text: str | None = None
    item_id: str | None = None
    item_title: str | None = None
    rating: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def clean(text: str) -> str:
    """`text` without HTML entities, mojibake, invisible characters and runs of white space.

    Nothing here makes a text longer, so a rule may count the characters of the raw text first.
    """
    for _ in range(2):  # Reddit escapes once what its users have often escaped already: &amp;#x200B;
        if "&" in text:
            text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", ftfy.fix_encoding(text))
    text = LINE_END.sub("\n", INVISIBLE.sub("", text))
    return BLANK_LINES.sub("\n\n", SPACES.sub(" ", text)).strip()


def whole(value: Any) -> int | None:
    """An integer from what the dumps write for one: 3, 3.0, "3", "3.0"; None for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if math.isfinite(number) else None


def string(value: Any) -> str:
    """A text field as a string; "" for null and for what is no text."""
    return value if isinstance(value, str) else ""
