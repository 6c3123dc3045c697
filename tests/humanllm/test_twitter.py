from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humanllm.readers import read_dump
from humanllm.readers.fields import seconds
from row_data import drafted

TWEET = {"user": "ann", "id": 1597338721846063105, "tweet": "hello", "likes": 3, "date": "2022-11-28 21:03:17+00:00"}


def test_a_tweet_becomes_a_draft() -> None:
    assert drafted("tweets", TWEET, Path()) == {
        "row": 0,
        "key": "1597338721846063105",
        "name": "ann",
        "time": 1669669397,
        "text": "hello",
        "extra": '{"likes":3,"quotes":null,"replies":null,"retweets":null}',
    }


@pytest.mark.parametrize(
    "date",
    [
        *("2022-11-28 21:03:17+00:00", "2022-11-28T21:03:17Z", "2022-11-28 22:03:17+01:00", "2022-11-28 21:03:17"),
        *(datetime(2022, 11, 28, 21, 3, 17), datetime(2022, 11, 28, 21, 3, 17, tzinfo=UTC)),
    ],
)
def test_dates_of_every_spelling(date: Any, tmp_path: Path) -> None:
    assert isinstance(date, datetime) or seconds(date) == 1669669397
    pq.write_table(pa.table({"user": ["a"], "id": [1], "tweet": ["t"], "date": [date]}), tmp_path / "t")
    (batch,) = read_dump("tweets", tmp_path / "t")
    assert batch.rows["date"].to_list() == [1669669397]


@pytest.mark.parametrize("date", [None, "", "soon", 5, b"2022", "9999999-01-01", [], "0001-01-01T00:00:00+14:00"])
def test_what_is_no_date(date: Any) -> None:
    assert seconds(date) is None or seconds(date) < 0  # type: ignore[operator]


@pytest.mark.parametrize(
    ("change", "missing"),
    [({"id": None}, "key"), ({"id": 1.5}, "key"), ({"date": "soon"}, "time"), ({"tweet": None}, "text")],
)
def test_what_is_no_tweet(change: dict[str, Any], missing: str) -> None:
    assert missing not in drafted("tweets", TWEET | change, Path())
