"""Twitter: the parquet tables of tweets and of accounts.

A raw tweet:   {"user": "...", "id": 1597, "tweet": "...", "likes": 3, "date": "2022-11-28 21:03:17+00:00", ...}
A raw account: {"user": "...", "id": 99, "verified": false, "followers": 120, "description": "...", "location": ""}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from humanllm.readers.draft import Draft, string, whole

TWEET_NEEDS = ("user", "id", "tweet", "date")
COUNTS = ("replies", "retweets", "likes", "quotes")
TWEET_COLUMNS = (*TWEET_NEEDS, *COUNTS)
ACCOUNT_NEEDS = ("user", "description")
ACCOUNT_COLUMNS = (*ACCOUNT_NEEDS, "verified")


def seconds(date: Any) -> int | None:
    """Epoch seconds of an ISO 8601 date (space or T, offset or Z; none means UTC) or of a timestamp."""
    try:
        moment = date if isinstance(date, datetime) else datetime.fromisoformat(string(date).strip())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def tweet(fields: Mapping[str, Any], path: Path) -> Draft | str:
    """A tweet as a draft, or why it is none: no_id, no_time, no_text."""
    key, time = whole_id(fields.get("id")), seconds(fields.get("date"))
    if not key:
        return "no_id"
    if time is None:
        return "no_time"
    if not isinstance(fields.get("tweet"), str):
        return "no_text"
    counts = {name: whole(fields.get(name)) for name in COUNTS}
    return Draft(key=key, name=string(fields.get("user")), time=time, text=fields["tweet"], extra=counts)


def whole_id(value: Any) -> str:
    """A tweet's id as text: never by way of a float, which has too few digits for it."""
    return str(value) if isinstance(value, int) else string(value)
