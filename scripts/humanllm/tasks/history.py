"""A person's earlier texts as a prompt shows them, and where a text is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from humanllm.tables import Row

WORD = re.compile(r"\S+")
GENRES = {
    "submissions": "Reddit post",
    "comments": "Reddit comment",
    "tweets": "tweet",
    "blogs": "blog post",
    "reviews": "product review",
}
WRITTEN = frozenset(GENRES) - {"comments"}  # kinds that stand by themselves


def cut(text: str, words: int) -> tuple[str, bool]:
    """The first `words` words of `text`, an ellipsis marking that more followed, and whether any did."""
    ends = [match.end() for match in WORD.finditer(text)]
    return (text.strip(), False) if len(ends) <= words else (f"{text[: ends[words - 1]].lstrip()} …", True)


def opening(text: str) -> tuple[str, str]:
    """The first third of a text, by words, and the rest."""
    ends = [match.end() for match in WORD.finditer(text)]
    end = ends[max(1, len(ends) // 3) - 1]
    return text[:end].strip(), text[end:].strip()


def halves(text: str) -> tuple[str, str]:
    """The first half of a text, by words, and the rest."""
    ends = [match.end() for match in WORD.finditer(text)]
    end = ends[max(1, len(ends) // 2) - 1] if ends else 0
    return text[:end].strip(), text[end:].strip()


def heading(record: Row) -> str:
    """`2004-05-31, in AskGarden`: when and where a text was written."""
    day = datetime.fromtimestamp(record["time"], UTC).date().isoformat()
    if record["kind"] == "reviews" and record["item_title"]:
        return f"{day}, about {record['item_title']}"
    if record["kind"] in ("submissions", "comments") and record["community"]:
        return f"{day}, in {record['community']}"
    return day


def show(records: Sequence[Row], words: int) -> tuple[str, int]:
    """The texts one after the other, each cut to `words` words; and how many were cut."""
    shown, cuts = [], 0
    for number, record in enumerate(records, 1):
        text, is_cut = cut(record["clean_text"], words)
        shown.append(f"[{number}] {heading(record)}\n{text}")
        cuts += is_cut
    return "\n\n".join(shown), cuts
