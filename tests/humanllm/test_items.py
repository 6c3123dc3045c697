"""The list of items, and item selection's candidates."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from humanllm.draws import draw
from humanllm.tables import Row
from humanllm.tasks.drafts import Draft, Knobs, Refusal
from humanllm.tasks.item_selection import drafts
from humanllm.tasks.items import Items, list_items
from humanllm.tasks.people import Person
from task_data import review, user_products, write_records


@pytest.fixture
def items(tmp_path: Path) -> Items:
    """Books 1 to 9 and one pan; anna's records are reviews of books 1 to 4."""
    anna = write_records(tmp_path / "0.parquet", [review(day, day) for day in range(1, 5)])
    others = [review(day, day, user="bo") for day in range(3, 10)]
    others += [review(10, 10, user="bo", community="Kitchen", item_title="A pan")]
    others += [review(11, 11, user="bo", item_title=None), review(12, 12, user="bo", item_title=" book 9 ")]
    bo = write_records(tmp_path / "1.parquet", others)
    table, _, _ = list_items([anna, bo])
    pq.write_table(table, tmp_path / "items.parquet")
    items = Items(tmp_path / "items.parquet")
    items.read_owned(anna)
    return items


def knobs(items: Items, **more: int) -> Knobs:
    values = {"seed": 1, "history_records": 2, "history_words": 10, "min_tokens": 20, "max_tokens": 1000}
    return Knobs(**(values | {"candidates": 4, "history_items": 2} | more), items=items)


def person(records: list[Row], *products: Row) -> Person:
    anna = Person("anna", records)
    for row in products:
        anna.products[row["kind"]].append(row | {"content": json.loads(row["content"])})
    return anna


def test_items_are_listed_by_category_with_their_counts(tmp_path: Path) -> None:
    rows = [review(1, 1), review(2, 1, item_title="Book 1, new"), review(3, 2, item_title=" "), review(4, 3)]
    rows += [review(5, 1, community="Audio")]
    table, read, used = list_items([write_records(tmp_path / "0.parquet", rows)])
    assert table.to_pylist() == [
        {"community": "Audio", "item_id": "B1", "item_title": "Book 1", "count": 1},
        {"community": "Books", "item_id": "B1", "item_title": "Book 1", "count": 2},
        {"community": "Books", "item_id": "B3", "item_title": "Book 3", "count": 1},
    ]
    assert (read, used) == (5, 4)


def test_negatives_are_others_of_the_category_that_are_not_owned(items: Items) -> None:
    drawn: set[str] = set()
    for seed in range(50):
        found = items.negatives("anna", "Books", "Book 5", 3, draw(seed)) or []
        assert len({title.casefold() for title in found}) == 3
        drawn |= {title.casefold() for title in found}
    assert drawn == {"book 6", "book 7", "book 8", "book 9"}
    assert items.negatives("anna", "Books", "Book 5", 5, draw(1)) is None
    assert items.negatives("anna", "Toys", "Book 5", 1, draw(1)) is None


def test_a_title_that_the_user_owns_under_another_id_is_no_negative(tmp_path: Path) -> None:
    anna = write_records(tmp_path / "0.parquet", [review(1, 1)])
    bo = write_records(tmp_path / "1.parquet", [review(2, 2, item_title="BOOK  1"), review(3, 3)])
    pq.write_table(list_items([anna, bo])[0], tmp_path / "items.parquet")
    items = Items(tmp_path / "items.parquet")
    items.read_owned(anna)
    assert items.negatives("anna", "Books", "Book 9", 1, draw(1)) == ["Book 3"]
    assert items.negatives("anna", "Books", "Book 9", 2, draw(1)) is None


def test_the_last_review_is_asked_for_among_candidates(items: Items) -> None:
    (draft,) = drafts(person([review(day, day) for day in range(1, 5)]), knobs(items))
    assert isinstance(draft, Draft)
    assert draft.form == "history"
    assert draft.fields["history"] == "- Book 2\n- Book 3"
    assert draft.options is not None
    assert draft.options[draft.gold or 0] == "Book 4"
    assert draft.answer == f"{'ABCD'[draft.gold or 0]}. Book 4"
    assert draft.fields["candidates"].splitlines()[draft.gold or 0] == draft.answer
    assert [row["item_id"] for row in draft.history] == ["B2", "B3"]


def test_the_forms_are_drawn_in_their_shares_and_gold_anywhere(items: Items) -> None:
    forms: Counter[str] = Counter()
    golds: Counter[int] = Counter()
    records = [review(day, day) for day in range(1, 5)]
    for seed in range(400):
        (draft,) = drafts(person(records, *user_products()), knobs(items, seed=seed))
        assert isinstance(draft, Draft)
        forms[draft.form] += 1
        golds[draft.gold or 0] += 1
        assert ("history" in draft.fields) == (draft.section != "about")
        assert [row["kind"] for row in draft.about] == [draft.form.removeprefix("both_")] * (
            "description" in draft.fields
        )
    assert forms["history"] == pytest.approx(200, abs=40)
    assert forms["persona"] + forms["profile"] == pytest.approx(60, abs=30)
    assert forms["both_persona"] == pytest.approx(70, abs=30)
    assert forms["both_profile"] == pytest.approx(70, abs=30)
    assert min(golds[place] for place in range(4)) > 60


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([review(4, 4)], "no_history"),
        ([review(1, 1), review(4, 4, item_title=None)], "no_title"),
        ([review(1, 1), review(4, 10, community="Kitchen", item_title="A pan")], "no_candidates"),
        ([review(3, 4), review(4, 4)], "no_history"),  # the same item again is no history
    ],
)
def test_refusals_have_a_reason(items: Items, records: list[Row], reason: str) -> None:
    assert drafts_reason(items, records) == reason


def drafts_reason(items: Items, records: list[Row]) -> str:
    (found,) = drafts(person(records), knobs(items))
    assert isinstance(found, Refusal)
    return found.reason


def test_a_person_without_targets_gives_nothing(items: Items) -> None:
    assert list(drafts(person([review(1, 1)]), knobs(items))) == []
