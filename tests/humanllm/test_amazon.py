from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm.readers.amazon import review
from humanllm.readers.draft import Draft

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


def drafted(fields: dict[str, Any]) -> Draft:
    draft = review(fields, PATH)
    assert isinstance(draft, Draft)
    return draft


def test_a_review_becomes_a_draft() -> None:
    draft = drafted(REVIEW)
    assert (draft.name, draft.item_id, draft.time, draft.text) == ("AE1", "B00", 1588687728, "One\ntwo")
    assert (draft.title, draft.community, draft.rating) == ("Nice", "Video_Games", 5.0)
    assert draft.extra == {"helpful_votes": 2, "verified_purchase": True}


def test_other_spellings_of_the_same_fields() -> None:
    fields = {name: value for name, value in REVIEW.items() if name not in ("timestamp", "helpful_vote")}
    assert drafted(fields | {"sort_timestamp": 1588687728923, "helpful_votes": 2}) == drafted(REVIEW)


@pytest.mark.parametrize(
    ("change", "why"), [({"user_id": ""}, "no_id"), ({"timestamp": None}, "no_time"), ({"text": 5}, "no_text")]
)
def test_what_is_no_review(change: dict[str, Any], why: str) -> None:
    assert review(REVIEW | change, PATH) == why
