from __future__ import annotations

import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.filters import RULES, reasons
from humanllm.filters.blogger import no_first_person
from humanllm.filters.common import empty, fewer_words, words
from humanllm.filters.twitter import ADVERTISEMENT, COMPANY
from humanllm.readers.draft import DRAFT
from row_data import examples

KNOBS: dict[str, dict[str, Any]] = {
    "submissions": {
        "min_characters": 30,
        "min_score": 2,
        "min_comments": 2,
        "engagement": "both",
        "min_words_of_question": 0,
    },
    "comments": {"min_comment_characters": 20},
    "tweets": {"min_characters": 30, "quotes": "drop"},
    "blogs": {"min_characters": 30, "first_person": True},
    "reviews": {"min_characters": 30, "min_words": 1},
}
FACTS: dict[str, dict[str, Any]] = {
    "submissions": {"distinguished": None, "score": 2, "comments": 2, "is_self": True, "removed_by": None},
    "comments": {"distinguished": None, "score": 1, "top_level": True},
}
TEXT = "I went to the market on Monday and bought a blue kite for my sister."
JERUSALEM = "I walked through Jerusalem with my discounting-savvy wholesaler friends."


def why(kind: str, knobs: dict[str, Any] | None = None, **change: Any) -> str | None:
    """The reason of a draft, which stands between two ordinary ones."""
    usual = {"row": 1, "identified": True, "name": "ann", "time": 1_200_000_000, "text": TEXT} | FACTS.get(kind, {})
    frame = pl.DataFrame([usual, usual | change, usual], schema=DRAFT)
    used = KNOBS[kind] | (knobs or {})
    before, found, after = (
        first or then
        for first, then in zip(
            reasons(frame, RULES[kind].fields, used), reasons(frame, RULES[kind].text, used), strict=True
        )
    )
    assert (before, after) == (None, None)
    return found


@pytest.mark.parametrize("kind", RULES)
def test_an_ordinary_record_stays(kind: str) -> None:
    assert why(kind) is None


@pytest.mark.parametrize("kind", RULES)
def test_no_drafts_have_no_reasons(kind: str) -> None:
    for rules in RULES[kind]:
        found = reasons(pl.DataFrame(schema=DRAFT), rules, KNOBS[kind])
        assert (len(found), found.dtype) == (0, pl.String)


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"identified": False}, "no_id"),
        ({"time": None}, "no_time"),
        ({"text": None}, "no_text"),
        ({"identified": False, "time": None, "text": None, "name": None}, "no_id"),
        ({"name": None}, "no_author"),
        ({"name": ""}, "no_author"),
        ({"name": "[deleted]"}, "no_author"),
        ({"time": 788_918_399}, "bad_clock"),
        ({"time": 788_918_400}, None),
        ({"time": 2_051_222_400}, "bad_clock"),
        ({"time": 2_051_222_399}, None),
        ({"time": -(2**62)}, "bad_clock"),
    ],
)
def test_what_any_record_needs(kind: str, change: dict[str, Any], expected: str | None) -> None:
    assert why(kind, **change) == expected


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        ("submissions", {"name": "AutoModerator"}, "bot"),
        ("submissions", {"name": "askmen-ModTeam"}, "bot"),
        ("submissions", {"text": "[removed]"}, "removed"),
        ("submissions", {"title": " [deleted by user] "}, "removed"),
        ("submissions", {"text": "[ Removed by Reddit ]\n"}, "removed"),
        ("submissions", {"text": "[DELETED]", "title": None}, "removed"),
        ("submissions", {"title": "[deleted] and more"}, None),
        ("submissions", {"text": "short"}, "short"),
        ("submissions", {"text": "", "title": TEXT}, None),  # title and text count together
        ("submissions", {"distinguished": "moderator"}, "moderator"),
        ("submissions", {"distinguished": "special"}, "moderator"),
        ("submissions", {"is_self": False}, "not_self_post"),
        ("submissions", {"removed_by": "deleted"}, "removed"),
        ("submissions", {"score": 1}, "low_engagement"),
        ("submissions", {"score": None}, "low_engagement"),
        ("submissions", {"comments": None}, "low_engagement"),
        ("submissions", {"comments": -1}, "low_engagement"),
        ("comments", {"text": "[deleted]"}, "removed"),
        ("comments", {"text": "I agree."}, "short"),
        ("comments", {"text": "x" * 19}, "short"),
        ("comments", {"text": "x" * 20}, None),
        ("comments", {"top_level": False}, "not_top_level"),
        ("tweets", {"text": f"RT @bob: {TEXT}"}, "retweet"),
        ("tweets", {"text": f" \n RT @bob: {TEXT}"}, "retweet"),
        ("tweets", {"text": f"{TEXT} RT @bob"}, None),
        ("tweets", {"text": f"{TEXT} https://t.co/abc123"}, "quote"),
        ("tweets", {"text": f"{TEXT} https://twitter.com/bob/status/123 "}, "quote"),
        ("tweets", {"text": f"{TEXT} https://mobile.x.com/bob/status/123?s=20\n"}, "quote"),
        ("tweets", {"text": f"https://t.co/abc123 {TEXT}"}, None),
        ("tweets", {"text": f"{TEXT} https://example.com/a"}, None),
        ("tweets", {"text": f"{TEXT} Click  the LINK!"}, "advertisement"),
        ("tweets", {"text": JERUSALEM}, None),  # neither sale nor discount is a word of it
        ("tweets", {"text": " \n\t"}, "empty"),
        ("tweets", {"description": "The Official shop."}, "corporate"),
        ("tweets", {"description": "Kites Inc."}, "corporate"),
        ("tweets", {"description": "Inc.redible"}, "corporate"),  # the word Inc before a full stop
        ("tweets", {"description": "Incredible"}, None),
        ("tweets", {"description": "I workshop poems about bookstores"}, None),
        ("blogs", {"text": " \n "}, "empty"),
        ("blogs", {"text": "The market was full of kites in all the colours."}, "no_first_person"),
        ("blogs", {"text": "The US market, i.e. the kites in all the colours."}, "no_first_person"),
        ("blogs", {"text": "The market was full. It gave us a lot of joy."}, None),
        ("reviews", {"text": ""}, "empty"),
        ("reviews", {"text": "I liked it."}, "short"),
        ("reviews", {"text": "é" * 29}, "short"),  # characters, not bytes
    ],
)
def test_a_rule_drops_what_it_is_for(kind: str, change: dict[str, Any], expected: str | None) -> None:
    assert why(kind, **change) == expected


def test_the_first_reason_is_given() -> None:
    assert why("submissions", name="AutoModerator", distinguished="moderator", is_self=False, score=0) == "bot"
    assert why("submissions", distinguished="moderator", is_self=False, score=0, text="") == "moderator"
    assert why("submissions", is_self=False, text="[removed]", score=0) == "not_self_post"
    assert why("submissions", text="[removed]", score=0) == "removed"
    assert why("submissions", score=0, time=1, text="x") == "low_engagement"


def test_the_official_codes_choices() -> None:
    assert why("submissions", {"engagement": "either"}, score=1) is None
    assert why("submissions", {"engagement": "either"}, score=1, comments=1) == "low_engagement"
    assert why("tweets", {"quotes": "keep"}, text=f"{TEXT} https://t.co/abc123") is None
    assert why("blogs", {"first_person": False}, text="The market was full of kites in all colours.") is None
    assert why("reviews", {"min_words": 6}, text="Incomprehensibly extraordinary craftsmanship") == "few_words"
    question = "Does anybody know why this is so?"
    assert why("submissions", {"min_words_of_question": 10}, text=question) == "bare_question"
    assert why("submissions", {"min_words_of_question": 7}, text=question) is None
    assert why("submissions", {"min_words_of_question": 10}, text=question[:-1] + "!") is None
    assert why("submissions", text=question) is None


BOTS = ["RemindMeBot", "news_bot", "bot-42", "Nice-Bot", "haikubot-1337", "NBA_MOD", "xkcdBot2", "MetaBot_v2", "bot"]
PEOPLE = ["Abbott", "Talbot", "TALBOT", "MrRobot", "AbbotFan", "botanist", "modest_mouse", "symbotic", "LoveBotany"]


@pytest.mark.parametrize("name", [*BOTS, "AskMenModTeam", "NBAModTeam", "r-mods", "x_moderators", "YouTube"])
def test_bots(name: str) -> None:
    assert why("comments", name=name) == "bot"


@pytest.mark.parametrize("name", [*PEOPLE, "modteamster", "Commodore", "youtube_fan"])
def test_people_who_only_sound_like_bots(name: str) -> None:
    assert why("comments", name=name) is None


def found(rule: pl.Expr, texts: list[str]) -> list[bool]:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(rule.alias("found")).to_series().to_list()


# The rule in Python's own patterns, which can look ahead.
FIRST_PERSON = re.compile(
    r"\b(?:i(?!\.\s?e\b)|im|ive|me|my|mine|myself|we|(?-i:us|Us)|our|ours|ourselves)\b", re.IGNORECASE
)
PARTS = ["i", "I", ".", "e", "E", " ", "\n", "x", "_", "1", "'", "é", "me", "we", "us", "US", "Us", "My", "im", "ours"]


@examples(500)
@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=8).map("".join), max_size=5))
def test_first_persons_are_those_of_the_definition(texts: list[str]) -> None:
    expected = [not FIRST_PERSON.search(text) for text in texts]
    assert found(no_first_person({"first_person": True}), texts) == expected


@examples(200)
@given(st.lists(st.none() | st.text(st.sampled_from(" \t\n\r\0\x1f\x85\xa0\u2003\u200b\u3000!~\x7faé€")), max_size=20))
def test_empty_is_what_is_all_white_space(texts: list[str | None]) -> None:
    column = pl.Series("text", texts, pl.String)
    found = pl.DataFrame([column]).select(empty({}).fill_null(False)).to_series()
    assert found.to_list() == (column.str.strip_chars() == "").fill_null(False).to_list()


@examples(200)
@given(st.lists(st.text(alphabet="ab \n\té", max_size=20), max_size=5), st.integers(0, 6))
def test_fewer_words_are_counted_right(texts: list[str], count: int) -> None:
    expected = [count > 1 and len(text.split()) < count for text in texts]
    rule = fewer_words(pl.col("text"), count)
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    assert frame.with_columns(found=rule)["found"].to_list() == expected


@examples(200)
@given(
    st.lists(st.sampled_from(["buy", "now", "sale", "Sale", "Inc.", "inc", ".", " ", "\n", "x", "é", "-", "_"])).map(
        "".join
    )
)
def test_words_are_whole_ones(text: str) -> None:
    def by_python(*phrases: str) -> bool:
        listed = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in phrases)
        return bool(re.search(rf"(?<!\w)(?:{listed})(?!\w)", text, re.IGNORECASE))

    for phrases in (("buy now",), ("sale", "Inc.", "Inc")):
        assert found(pl.col("text").str.contains(words(*phrases)), [text]) == [by_python(*phrases)]


def test_the_lists_hold_words_alone() -> None:
    for pattern, text in ((ADVERTISEMENT, JERUSALEM), (COMPANY, "workshops, storefronts, branding, digitally")):
        assert found(pl.col("text").str.contains(pattern), [text]) == [False]
