from __future__ import annotations

from humanllm.neardup import grams, jaccard, near_duplicates

WORDS = [f"word{number}" for number in range(60)]
LONG = " ".join(WORDS)
NEARLY = " ".join([*WORDS[:-1], "other"])  # 55 of 57 grams shared
OTHER = " ".join(reversed(WORDS))


def test_grams() -> None:
    assert grams("One, two three four five SIX") == {"one two three four five", "two three four five six"}
    assert grams("too short") == {"too short"}
    assert jaccard(grams(LONG), grams(NEARLY)) == 55 / 57


def test_a_near_duplicate_of_an_earlier_text_is_found() -> None:
    assert near_duplicates([LONG, OTHER, NEARLY, LONG], 0.8) == [2, 3]
    assert near_duplicates([LONG, OTHER, NEARLY], 0.99) == []
    assert near_duplicates([LONG, LONG], 1) == []
    assert near_duplicates([LONG], 0.8) == []


def test_half_a_text_is_no_near_duplicate() -> None:
    assert near_duplicates([LONG, " ".join(WORDS[:30])], 0.8) == []
