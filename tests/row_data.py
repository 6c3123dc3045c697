"""Raw rows given by hand, the knobs of their filters, and what the readers make of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, settings

from humanllm.readers import KINDS
from humanllm.readers.draft import drafts
from humanllm.readers.opening import Block
from humanllm.readers.raw import JsonLines

KEY = bytes(range(32))
ANY = {"language": "en", "accept_truncated": False}
KNOBS = {
    "submissions": ANY
    | {"min_characters": 30, "min_score": 2, "min_comments": 2, "engagement": "both", "min_words_of_question": 0},
    "comments": ANY | {"min_comment_characters": 20},
    "reviews": ANY | {"min_characters": 30, "min_words": 1},
    "tweets": ANY | {"min_characters": 30, "quotes": "drop"},
    "blogs": ANY | {"min_characters": 30, "first_person": True},
}
TEXT = "I went to the market on Monday and bought a blue kite for my sister."
POST = {"author": "ann", "id": "p1", "title": "A kite", "selftext": TEXT, "created_utc": 1_200_000_000, "is_self": True}
POST |= {"score": 5, "num_comments": 3, "subreddit": "kites"}
COMMENT = {"author": "bob", "id": "c1", "body": TEXT, "created_utc": 1_200_000_100, "link_id": "t3_p1"}
COMMENT |= {"parent_id": "t3_p1", "score": 1, "subreddit": "kites"}
REVIEW = {"user_id": "A", "parent_asin": "B000000001", "text": TEXT, "timestamp": 1_588_687_728_923, "rating": 4.0}
TWEET = {"user": "ann", "id": 5, "tweet": TEXT, "date": "2022-11-28 21:03:17+00:00"}


def examples(count: int) -> settings:
    """So many random examples, however slow the machine is."""
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def raw_rows(kind: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """The rows as the JSON lines of a dump."""
    parser = JsonLines(KINDS[kind].fields)
    content = "".join(json.dumps(row, default=str) + "\n" for row in rows).encode()
    parser.take(Block(content))
    return parser.batch().rows


def drafted(kind: str, row: dict[str, Any], path: Path) -> dict[str, Any]:
    """The draft of one row, without its nulls, a place of 0, and that it has a key."""
    (draft,) = drafts(raw_rows(kind, row), KINDS[kind].draft(path)).iter_rows(named=True)
    plain = {"place": 0, "identified": True}
    return {name: value for name, value in draft.items() if value is not None and plain.get(name) != value}
