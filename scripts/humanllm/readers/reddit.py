"""Reddit: Pushshift and Arctic Shift JSON lines, and all-string parquet.

A raw submission:
    {"author": "...", "created_utc": "1546300800", "id": "abc123", "is_self": true, "num_comments": 4, "score": 12,
     "title": "...", "selftext": "...", "subreddit": "AskMen", "distinguished": null, ...}
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from humanllm.readers.draft import Columns, Kind, as_json
from humanllm.readers.fields import FLAG, KEY, NUMBER, TEXT

SHARD = re.compile(r"-\d{5}-of-\d{5}(-[0-9a-f]+)?$")
OWN_PAGE = "(?i)^u[_/]"


def _or_null(name: str) -> pl.Expr:
    """The parquet form spells JSON null as "None". Not for titles and texts: a person may write the word."""
    return pl.when(pl.col(name) != "None").then(name)


def subreddit_of(path: Path) -> str:
    """Of a parquet split: `AskMen-00000-of-00002-<hex>.parquet` or `AskMen/0000.parquet`."""
    stem = path.name.split(".")[0]
    return path.parent.name if stem.isdigit() else SHARD.sub("", stem)


def _community(path: Path) -> pl.Expr:
    """The subreddit. A person's own page is named after the person, so it is only called that."""
    prefixed = _or_null("subreddit_name_prefixed").str.strip_prefix("r/")
    split = pl.lit(subreddit_of(path) if path.suffix == ".parquet" else None, pl.String)
    said = (pl.when(name != "").then(name) for name in (_or_null("subreddit"), prefixed, split))
    name = pl.coalesce(*said)
    return pl.when(name.str.contains(OWN_PAGE)).then(pl.lit("own page")).otherwise(name)


def _common(path: Path) -> Columns:
    return {
        "key": _or_null("id"),
        "name": _or_null("author"),
        "time": pl.col("created_utc"),
        "community": _community(path),
        "distinguished": _or_null("distinguished"),
        "score": pl.col("score"),
    }


def _submission(path: Path) -> Columns:
    by_domain = pl.col("domain").fill_null("").str.starts_with("self.")
    return {
        **_common(path),
        "title": pl.col("title"),
        "text": pl.when(pl.col("title").is_not_null()).then(pl.col("selftext").fill_null("")),
        "comments": pl.col("num_comments"),
        "is_self": pl.col("is_self").fill_null(by_domain),
        "removed_by": _or_null("removed_by_category"),
        "extra": as_json(comments=pl.col("num_comments"), score=pl.col("score")),
    }


def _comment(path: Path) -> Columns:
    linked = pl.col("link_id").fill_null("") != ""
    return {
        **_common(path),
        "key": pl.when(linked).then("id"),
        "text": pl.col("body"),
        "parent": pl.col("link_id").str.strip_prefix("t3_"),
        "top_level": pl.col("parent_id").eq_missing(pl.col("link_id")),
        "extra": as_json(score=pl.col("score")),
    }


SUBMISSIONS = Kind(
    "reddit",
    {
        **{name: TEXT for name in ("author", "title", "selftext", "distinguished", "domain")},
        **{name: TEXT for name in ("removed_by_category", "subreddit", "subreddit_name_prefixed")},
        **{name: NUMBER for name in ("created_utc", "num_comments", "score")},
        "id": KEY,
        "is_self": FLAG,
    },
    ("author", "created_utc", "id", "num_comments", "score", "selftext", "title"),
    _submission,
)
COMMENTS = Kind(
    "reddit",
    {
        **{name: TEXT for name in ("author", "body", "link_id", "distinguished")},
        **{name: TEXT for name in ("subreddit", "subreddit_name_prefixed")},
        **{name: NUMBER for name in ("created_utc", "score")},
        "id": KEY,
        "parent_id": TEXT,
    },
    ("author", "body", "created_utc", "id", "link_id", "parent_id"),
    _comment,
)
