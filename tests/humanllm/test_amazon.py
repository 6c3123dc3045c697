from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from humanllm.readers import KINDS
from humanllm.readers.draft import drafts
from humanllm.readers.raw import JsonLines
from row_data import drafted

REVIEW = {
    "rating": 5.0,
    "title": "Nice",
    "text": "One<br />two",
    "asin": "B01",
    "parent_asin": "B00",
    "user_id": "AE1",
    "timestamp": 1588687728923,
    "helpful_vote": 2,
    "verified_purchase": True,
}
PATH = Path("review_categories/Video_Games.jsonl.gz")


def review(fields: dict[str, Any]) -> dict[str, Any]:
    return drafted("reviews", fields, PATH)


def test_a_review_becomes_a_draft() -> None:
    assert review(REVIEW) == {
        "row": 0,
        "key": "AE1\0B00\0B01\x001588687728923",
        "name": "AE1",
        "item_id": "B00",
        "time": 1588687728,
        "place": 923,
        "title": "Nice",
        "text": "One<br />two",
        "community": "Video_Games",
        "rating": 5.0,
        "extra": '{"helpful_votes":2,"verified_purchase":true}',
    }


def test_other_spellings_of_the_same_fields() -> None:
    fields = {name: value for name, value in REVIEW.items() if name not in ("timestamp", "helpful_vote")}
    assert review(fields | {"sort_timestamp": 1588687728923, "helpful_votes": 2}) == review(REVIEW)


def test_an_item_without_a_parent_is_its_own() -> None:
    for change in ({"parent_asin": ""}, {"parent_asin": None}):
        draft = review(REVIEW | change)
        assert (draft["item_id"], draft["key"]) == ("B01", "AE1\0B01\0B01\x001588687728923")
    assert review(REVIEW | {"asin": None})["key"] == "AE1\0B00\0\x001588687728923"


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"user_id": ""}, "key"),
        ({"user_id": None}, "key"),
        ({"asin": "", "parent_asin": ""}, "key"),
        ({"timestamp": None}, "time"),
        ({"timestamp": "soon"}, "time"),
        ({"text": 5}, "text"),
        ({"title": ""}, "title"),
        ({"rating": "5"}, "rating"),
        ({"rating": 10**400}, "rating"),
    ],
)
def test_what_is_missing_is_null(change: dict[str, Any], missing: str) -> None:
    assert missing not in review(REVIEW | change)


def test_no_reviews_are_no_drafts() -> None:
    rows = JsonLines(KINDS["reviews"].fields).batch().rows
    assert isinstance(found := drafts(rows, KINDS["reviews"].draft(PATH)), pl.DataFrame)
    assert len(found) == 0
