"""The cut behind rewriting and scoring, and how a person's records are parted in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.cleaning import cut_in_time, in_order, select, with_title
from humanllm.stats import Tally
from humanllm.tables import CLEAN, write_rows
from humanllm.tasks.people import read_people
from post_data import record


def scored(number: int, text: str = "text", quality: str = "high", harmful: bool = False, **more: object) -> dict:
    return record(number, text, rewrite_text=text, score_quality=quality, score_harmful=harmful, **more)


@pytest.mark.parametrize(
    ("times", "share", "history"),
    [
        ([1, 2, 3, 4], 0.5, 2),
        ([1, 2, 3, 4, 5], 0.1, 4),  # at least one target
        ([1, 1, 1, 2], 0.5, 3),  # only between two distinct times
        ([1, 2, 2, 2, 3], 0.5, 4),  # the nearer cut; of two as near the later
        ([7, 7, 7], 0.5, 3),
    ],
)
def test_history_ends_before_the_targets_begin(times: list[int], share: float, history: int) -> None:
    assert cut_in_time(times, share) == history


def test_the_cut_gives_a_reason_for_each_record() -> None:
    rows = [
        scored(1, "Mail kim@mail.net."),
        scored(2),
        scored(3, quality="medium"),
        scored(4, harmful=True),
        scored(5, ""),
        scored(6, user="bert"),
        scored(7, user="bert", quality="low"),
    ]
    tally = Tally("select_records")
    kept, dropped = select(rows, ["high"], 0.5, tally)
    assert [(row["time"] // 86400, row["clean_text"], row["clean_masked"], row["clean_part"]) for row in kept] == [
        (1, "Mail [email].", 1, "history"),
        (2, "text", 0, "target"),
    ]
    assert {row["place"]: row["drop_reason"] for row in dropped} == {
        3: "quality_medium",
        4: "harmful",
        5: "empty",
        6: "few_records",
        7: "quality_low",
    }
    assert tally.as_dict()["in"] == 7


def test_a_title_stands_first_once() -> None:
    assert with_title(record(1, "Long text", title="A title")) == "A title\n\nLong text"
    assert with_title(record(1, "A title and more", title="A title")) == "A title and more"
    assert with_title(record(1, "Text")) == "Text"


def test_posts_of_a_day_stay_as_they_stand_in_the_dump(tmp_path: Path) -> None:
    rows = [{"id": name, "user": "anna", "time": 86400, "place": place} for name, place in (("x", 1), ("a", 2))]
    assert [row["id"] for row in in_order(reversed(rows))] == ["x", "a"]
    clean = [row | {"clean_text": "I wrote.", "clean_part": "history", "source": "blogger"} for row in rows]
    write_rows(tmp_path / "clean.parquet", clean, CLEAN)
    (person,) = read_people(tmp_path / "clean.parquet", [])
    assert [row["id"] for row in person.records] == ["x", "a"]
