"""The cut behind rewriting and scoring, and how a person's records are parted in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.audit import Audit
from humanllm.cleaning import cut_in_time, in_order, rewrite_requests, score_requests, select, with_title
from humanllm.engines.base import Sampling
from humanllm.prompts import load_prompt
from humanllm.stats import Tally
from humanllm.tables import CLEAN, write_rows
from humanllm.tasks.people import read_people
from post_data import ROOT, record

SAMPLING = Sampling(0.3, 100)


def scored(number: int, text: str = "text", quality: str = "high", harmful: bool = False, **more: object) -> dict:
    row = {"rewrite_text": text, "rewrite_parent": None, "score_quality": quality, "score_harmful": harmful}
    return record(number, text, **row | more)


def selected(rows: list[dict]) -> tuple[list[dict], list[dict]]:
    return select(rows, ["high"], 0.5, Tally("select_records"), Audit(0, 1))


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
    kept, dropped = select(rows, ["high"], 0.5, tally, audit := Audit(0, 1))
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
    assert audit.counts == {"email": 1}


def test_what_was_scored_first_and_not_rewritten_is_dropped_for_its_labels() -> None:
    rows = [scored(1, harmful=True, rewrite_text=None), scored(2, quality="low", rewrite_text=None)]
    empty = scored(5, rewrite_text=None, score_quality=None, score_harmful=None)
    kept, dropped = selected([*rows, scored(3), scored(4), empty])
    assert [row["place"] for row in kept] == [3, 4]
    assert {row["place"]: row["drop_reason"] for row in dropped} == {1: "harmful", 2: "quality_low", 5: "empty"}


def test_the_post_answered_is_masked_too_and_missing_where_its_rewriting_failed() -> None:
    posts = ["Ask kim@mail.net.", "", None]
    rows = [scored(day, "a@b.cd", parent_id=f"p{day}", rewrite_parent=post) for day, post in enumerate(posts, start=1)]
    kept, _ = selected(rows)
    assert [(row["clean_parent"], row["clean_masked"]) for row in kept] == [("Ask [email].", 2), (None, 1), (None, 1)]


def test_a_post_that_many_answer_is_masked_for_each_and_counted_once() -> None:
    post = {"parent_id": "p", "rewrite_parent": "Ask kim@mail.net."}
    rows = [scored(day, **post, user=user) for user in ("anna", "bert") for day in range(1, 6)]
    kept, _ = select(rows, ["high"], 0.5, Tally("select_records"), audit := Audit(9, 1))
    assert [(row["clean_parent"], row["clean_masked"]) for row in kept] == [("Ask [email].", 1)] * 10
    assert audit.counts == {"email": 1}


def test_requests_of_rewriting_ask_for_each_text_and_each_post_once() -> None:
    prompt = load_prompt(ROOT / "scripts/prompts/rewrite/reddit.md")
    answer = {"parent_id": "post1", "parent_text": "How do I ...?"}
    rows = [record(1, "a", title="T"), record(2, "b", **answer), record(3, "c", user="bo", **answer)]
    made = {request.id: request.fields["post"] for request in rewrite_requests(rows, prompt, SAMPLING)}
    assert list(made) == [*(row["id"] for row in rows), "post1#parent"]
    assert list(made.values()) == ["T\n\na", "b", "c", "How do I ...?"]


def test_rows_scored_first_are_asked_only_when_they_pass_the_cut() -> None:
    prompt = load_prompt(ROOT / "scripts/prompts/rewrite/reddit.md")
    rows = [scored(1), scored(2, quality="medium"), scored(3, harmful=True, parent_id="p", parent_text="x")]
    asked = {quality: len(list(rewrite_requests(rows, prompt, SAMPLING, quality))) for quality in ((), ("high",))}
    assert asked == {(): 4, ("high",): 1}


def test_scoring_asks_about_the_rewriting_or_the_post_with_its_title() -> None:
    prompt = load_prompt(ROOT / "scripts/prompts/score/score.md")
    row = scored(1, "raw", title="T", rewrite_text="done")
    texts = [next(score_requests([row], prompt, SAMPLING, name)).fields["post"] for name in ("text", "rewrite_text")]
    assert texts == ["T\n\nraw", "done"]
    assert list(score_requests([row | {"rewrite_text": ""}], prompt, SAMPLING, "rewrite_text")) == []


def test_a_title_stands_first_once() -> None:
    assert with_title(record(1, "Long text", title="A title")) == "A title\n\nLong text"
    assert with_title(record(1, "A title and more", title="A title")) == "A title and more"
    assert with_title(record(1, "Text")) == "Text"
    assert with_title(record(1, "Text", title="A\u2028title\r\nof three lines\n")) == "A title of three lines\n\nText"


def test_posts_of_a_day_stay_as_they_stand_in_the_dump(tmp_path: Path) -> None:
    rows = [{"id": name, "user": "anna", "time": 86400, "place": place} for name, place in (("x", 1), ("a", 2))]
    assert [row["id"] for row in in_order(reversed(rows))] == ["x", "a"]
    clean = [row | {"clean_text": "I wrote.", "clean_part": "history", "source": "blogger"} for row in rows]
    write_rows(tmp_path / "clean.parquet", clean, CLEAN)
    (person,) = read_people(tmp_path / "clean.parquet", [])
    assert [row["id"] for row in person.records] == ["x", "a"]
