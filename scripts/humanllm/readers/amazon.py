"""Amazon Reviews 2023: reviews and item metadata as JSON lines.

A raw review: {"rating": 5.0, "title": "...", "text": "...", "asin": "B0...", "parent_asin": "B0...",
               "user_id": "AE...", "timestamp": 1588687728923, "helpful_vote": 0, "verified_purchase": true}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humanllm.readers.draft import Draft, string, whole

REVIEW_NEEDS = ("user_id", "parent_asin", "text", "timestamp")
REVIEW_COLUMNS = (*REVIEW_NEEDS, "asin", "title", "rating", "helpful_vote", "verified_purchase")
ITEM_NEEDS = ("parent_asin", "title")
ITEM_COLUMNS = (*ITEM_NEEDS, "user_id")  # the last one only to tell reviews, which have a title too, from items
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def category_of(path: Path) -> str:
    """`Video_Games` of `Video_Games.jsonl.gz`."""
    return path.name.split(".")[0]


def _rating(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def review(fields: Mapping[str, Any], path: Path) -> Draft | str:
    """A review as a draft, or why it is none: no_id, no_time, no_text.

    Reviews have no id of their own: the user, the item, the millisecond and the text make one.
    """
    name, item = string(fields.get("user_id")), string(fields.get("parent_asin")) or string(fields.get("asin"))
    milliseconds = whole(fields.get("timestamp", fields.get("sort_timestamp")))
    text = fields.get("text")
    if not name or not item:
        return "no_id"
    if milliseconds is None:
        return "no_time"
    if not isinstance(text, str):
        return "no_text"
    votes = whole(fields.get("helpful_vote", fields.get("helpful_votes")))
    return Draft(
        key="\0".join((name, item, string(fields.get("asin")), str(milliseconds), text)),
        name=name,
        time=milliseconds // 1000,
        title=string(fields.get("title")) or None,
        text=BREAK.sub("\n", text) if "<" in text else text,
        community=category_of(path),
        item_id=item,
        rating=_rating(fields.get("rating")),
        extra={"helpful_votes": votes, "verified_purchase": fields.get("verified_purchase")},
    )
