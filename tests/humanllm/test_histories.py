"""Posts as a model reads them: headings, parts of long histories, the posts closest to a product."""

from __future__ import annotations

from humanllm.histories import closest, parts, render, tokens
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
    assert all(tokens(part) <= 155 for part in found)
    assert [part.count("###") for part in found] == [2, 2, 2]
    assert all(" ".join(found).count(f"word{number}") == 40 for number in range(6))


def test_a_post_longer_than_a_part_is_cut_between_words() -> None:
    words = [f"w{number}" for number in range(400)]
    found = parts([clean(1, " ".join(words))], 100)
    assert len(found) > 3
    assert [word for part in found for word in part.split() if word.startswith("w")] == words
    assert all(part.startswith("### 1970-01-02\n") for part in found)


def test_the_judge_sees_the_closest_posts() -> None:
    records = [clean(1, "trains and stations " * 9), clean(2, "tomatoes in gardens " * 9), clean(3, "rivers " * 30)]
    assert closest(records, "They grow tomatoes.", 1000) == (records, False)
    assert closest(records, "They grow tomatoes.", 60) == ([records[1]], True)
    assert closest(records, "They grow tomatoes.", 1) == ([records[1]], True)
