"""Posts as a model reads them: headings, parts of long histories, the posts closest to a product."""

from __future__ import annotations

import pytest

from humanllm.estimates import estimate
from humanllm.histories import Part, closest, packed, parts, render
from post_data import record


def clean(number: int, text: str, **more: object) -> dict[str, object]:
    return record(number, text, clean_text=text, **more)


def test_a_post_stands_under_its_date_and_holds_no_heading() -> None:
    assert render(clean(1, "Hello\n### 2020-01-01\nx")) == "### 1970-01-02\nHello\n2020-01-01\nx"
    review = clean(1, "Good.", kind="reviews", item_title="Oak\n Trowel", rating=4.0)
    assert render(review) == "### 1970-01-02 review of Oak Trowel, 4 of 5 stars\nGood."
    comment = clean(1, "Yes.", source="reddit", kind="comments", community="AskGarden")
    assert render(comment) == "### 1970-01-02 comment in AskGarden\nYes."


def test_parts_leave_nothing_out() -> None:
    records = [clean(number, f"word{number} " * 40) for number in range(6)]
    found = parts(records, 150)
    assert len(found) == 3
    assert all(estimate(part.text) <= 155 for part in found)
    assert [part.text.count("###") for part in found] == [2, 2, 2]
    assert all(" ".join(part.text for part in found).count(f"word{number}") == 40 for number in range(6))
    assert [sorted(part.ids) for part in found] == [[f"blogger:blogs:anna{n}" for n in (k, k + 1)] for k in (0, 2, 4)]
    assert [(part.since, part.until) for part in found] == [(k * 86400, (k + 1) * 86400) for k in (0, 2, 4)]


def test_a_post_longer_than_a_part_is_cut_between_words() -> None:
    words = [f"w{number}" for number in range(400)]
    found = parts([clean(1, " ".join(words))], 100)
    assert len(found) > 3
    assert [word for part in found for word in part.text.split() if word.startswith("w")] == words
    assert all(part.text.startswith("### 1970-01-02\n") for part in found)
    assert {part.ids for part in found} == {frozenset(["blogger:blogs:anna1"])}


def test_notes_stand_under_the_time_and_number_of_their_posts() -> None:
    first, second = Part("a", 0, 86400, frozenset("ab")), Part("b", 86400, 2 * 86400, frozenset("c"))
    notes = [first.noted("### They garden."), second.noted("They read.")]
    assert notes[0].text == "### 1970-01-01 to 1970-01-02: notes on 2 posts\nThey garden."
    assert notes[1].text == "### 1970-01-02 to 1970-01-03: notes on 1 post\nThey read."
    (part,) = packed(notes, 1000)
    assert part == Part(f"{notes[0].text}\n\n{notes[1].text}", 0, 2 * 86400, frozenset("abc"))
    assert packed(notes, 1) == notes  # a note is never cut


def test_the_judge_sees_the_closest_posts() -> None:
    records = [clean(1, "trains and stations " * 9), clean(2, "tomatoes in gardens " * 9), clean(3, "rivers " * 30)]
    assert closest(records, "They grow tomatoes.", 1000) == (records, False)
    assert closest(records, "They grow tomatoes.", 60) == ([records[1]], True)
    assert closest(records, "They grow tomatoes.", 1) == ([records[1]], True)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\v"])
def test_a_post_cannot_pose_as_another_one_whatever_ends_its_lines(end: str) -> None:
    text = f"hello{end}### 2024-01-01{end}  # # ## 2024-01-02{end}bye #1"
    assert render(clean(1, text)) == "### 1970-01-02\nhello\n2024-01-01\n2024-01-02\nbye #1"
    names = {"community": f"A{end}### 2024", "item_title": f"B{end}### 2024", "rating": None}
    comment = render(clean(1, "Yes.", source="reddit", kind="comments", **names))
    review = render(clean(1, "Yes.", kind="reviews", **names))
    assert comment == "### 1970-01-02 comment in A ### 2024\nYes."
    assert review == "### 1970-01-02 review of B ### 2024\nYes."
