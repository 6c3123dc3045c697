from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from humanllm.readers.draft import Draft
from humanllm.readers.twitter import seconds, tweet

TWEET = {"user": "ann", "id": 1597338721846063105, "tweet": "hello", "likes": 3, "date": "2022-11-28 21:03:17+00:00"}


def test_a_tweet_becomes_a_draft() -> None:
    draft = tweet(TWEET, Path())
    assert isinstance(draft, Draft)
    assert (draft.key, draft.name, draft.time, draft.text) == ("1597338721846063105", "ann", 1669669397, "hello")
    assert draft.extra == {"likes": 3, "quotes": None, "replies": None, "retweets": None}


@pytest.mark.parametrize(
    "date",
    [
        *("2022-11-28 21:03:17+00:00", "2022-11-28T21:03:17Z", "2022-11-28 22:03:17+01:00", "2022-11-28 21:03:17"),
        datetime(2022, 11, 28, 21, 3, 17),
    ],
)
def test_dates_of_every_spelling(date: Any) -> None:
    assert seconds(date) == 1669669397


@pytest.mark.parametrize(
    ("change", "why"), [({"id": None}, "no_id"), ({"date": "soon"}, "no_time"), ({"tweet": None}, "no_text")]
)
def test_what_is_no_tweet(change: dict[str, Any], why: str) -> None:
    assert tweet(TWEET | change, Path()) == why
