"""Amazon Reviews 2023: reviews and item metadata as JSON lines.

A raw review: {"rating": 5.0, "title": "...", "text": "...", "asin": "B0...", "parent_asin": "B0...",
               "user_id": "AE...", "timestamp": 1588687728923, "helpful_vote": 0, "verified_purchase": true}
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from humanllm.readers.draft import Columns, Kind, as_json
from humanllm.readers.fields import FLAG, NUMBER, REAL, TEXT

ITEM_FIELDS = {"parent_asin": TEXT, "title": TEXT, "user_id": TEXT}  # only reviews have the last one
ITEM_NEEDS = ("parent_asin", "title")


def category_of(path: Path) -> str:
    """`Video_Games` of `Video_Games.jsonl.gz`."""
    return path.name.split(".")[0]


def _review(path: Path) -> Columns:
    """Reviews have no id of their own: the user, the item and the millisecond make one."""
    asin = pl.col("asin").fill_null("")
    parent = pl.col("parent_asin")
    item = pl.when(parent.fill_null("") != "").then(parent).otherwise(asin)
    milliseconds = pl.coalesce("timestamp", "sort_timestamp")
    named = (pl.col("user_id").fill_null("") != "") & (item != "")
    parts = ["user_id", item, asin, milliseconds.cast(pl.String)]
    votes = pl.coalesce("helpful_vote", "helpful_votes")
    return {
        "identified": named,
        "key": pl.when(named).then(pl.concat_str(parts, separator="\0", ignore_nulls=True)),
        "name": pl.col("user_id"),
        "time": milliseconds.floordiv(1000),
        "place": milliseconds.mod(1000),
        "title": pl.when(pl.col("title") != "").then("title"),
        "text": pl.col("text"),
        "community": pl.lit(category_of(path)),
        "item_id": item,
        "rating": pl.col("rating"),
        "extra": as_json(helpful_votes=votes, verified_purchase=pl.col("verified_purchase")),
    }


REVIEWS = Kind(
    "amazon",
    {
        **{name: TEXT for name in ("user_id", "parent_asin", "asin", "title", "text")},
        **{name: NUMBER for name in ("timestamp", "sort_timestamp", "helpful_vote", "helpful_votes")},
        "rating": REAL,
        "verified_purchase": FLAG,
    },
    ("user_id", "parent_asin", "text", "timestamp"),
    _review,
)
