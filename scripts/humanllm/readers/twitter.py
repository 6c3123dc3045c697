"""Twitter: the parquet tables of tweets and of accounts.

A raw tweet:   {"user": "...", "id": 1597, "tweet": "...", "likes": 3, "date": "2022-11-28 21:03:17+00:00", ...}
A raw account: {"user": "...", "id": 99, "verified": false, "followers": 120, "description": "...", "location": ""}
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from humanllm.readers.draft import Columns, Kind, as_json
from humanllm.readers.fields import DATE, KEY, NUMBER, TEXT

COUNTS = ("likes", "quotes", "replies", "retweets")
ACCOUNT_FIELDS = {"user": TEXT, "description": TEXT, "tweet": TEXT}  # only tweets have the last one
ACCOUNT_NEEDS = ("user", "description")


def _tweet(path: Path) -> Columns:
    return {
        "key": pl.col("id"),
        "name": pl.col("user"),
        "time": pl.col("date"),
        "text": pl.col("tweet"),
        "extra": as_json(**{name: pl.col(name) for name in COUNTS}),
    }


TWEETS = Kind(
    "twitter",
    {
        "user": TEXT,
        "id": KEY,
        "tweet": TEXT,
        "date": DATE,
        **{name: NUMBER for name in COUNTS},
    },
    ("user", "id", "tweet", "date"),
    _tweet,
)
