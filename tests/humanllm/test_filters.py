from __future__ import annotations

from typing import Any

import pytest

from humanllm.filters import RULES, reason
from humanllm.readers.draft import Draft

KNOBS = {
    "submissions": {"language": "en", "min_characters": 30, "min_score": 2, "min_comments": 2, "engagement": "both"},
    "comments": {"language": "en", "min_comment_characters": 20},
    "tweets": {"language": "en", "min_characters": 30, "quotes": "drop"},
    "blogs": {"language": "en", "min_characters": 30, "first_person": True},
    "reviews": {"language": "en", "min_characters": 30, "min_words": 1},
}
FACTS: dict[str, dict[str, Any]] = {
    "submissions": {"distinguished": None, "score": 2, "comments": 2, "is_self": True, "removed_by": None},
    "comments": {"distinguished": None, "score": 1, "top_level": True},
}
TEXT = "I went to the market on Monday and bought a blue kite for my sister."
JERUSALEM = "I walked through Jerusalem with my discounting-savvy wholesaler friends."


def why(
    kind: str, knobs: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **change: Any
) -> str | None:
    given = {"key": "k", "name": "ann", "time": 1_200_000_000, "text": TEXT} | change
    draft = Draft(**given, facts=FACTS.get(kind, {}) | (facts or {}))
    used = KNOBS[kind] | (knobs or {})
    return reason(RULES[kind].fields, draft, used) or reason(RULES[kind].text, draft, used)


@pytest.mark.parametrize("kind", RULES)
def test_an_ordinary_record_stays(kind: str) -> None:
    assert why(kind) is None


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        ("submissions", {"name": "[deleted]"}, "no_author"),
        ("submissions", {"name": ""}, "no_author"),
        ("submissions", {"name": "AutoModerator"}, "bot"),
        ("submissions", {"name": "askmen-ModTeam"}, "bot"),
        ("submissions", {"text": "[removed]"}, "removed"),
        ("submissions", {"text": "short"}, "short"),
        ("submissions", {"text": "", "title": TEXT}, None),  # title and text count together
        ("submissions", {"time": 12}, "bad_clock"),
        ("submissions", {"time": 99_999_999_999}, "bad_clock"),
        ("submissions", {"text": "Ich war am Montag auf dem Markt und habe einen Drachen gekauft."}, "other_language"),
        ("comments", {"text": "[deleted]"}, "removed"),
        ("comments", {"text": "I agree."}, "short"),
        ("tweets", {"text": f"RT @bob: {TEXT}"}, "retweet"),
        ("tweets", {"text": f"{TEXT} https://t.co/abc123"}, "quote"),
        ("tweets", {"text": f"{TEXT} https://twitter.com/bob/status/123 "}, "quote"),
        ("tweets", {"text": f"{TEXT} https://example.com/a"}, None),
        ("tweets", {"text": f"{TEXT} Click  the LINK!"}, "advertisement"),
        ("tweets", {"text": JERUSALEM}, None),  # neither sale nor discount is a word of it
        ("blogs", {"text": " \n "}, "empty"),
        ("blogs", {"text": "The market was full of kites in all the colours."}, "no_first_person"),
        ("blogs", {"text": "The US market, i.e. the kites in all the colours."}, "no_first_person"),
        ("blogs", {"text": "The market was full. It gave us a lot of joy."}, None),
        ("reviews", {"text": "I liked it."}, "short"),
    ],
)
def test_a_rule_drops_what_it_is_for(kind: str, change: dict[str, Any], expected: str | None) -> None:
    assert why(kind, **change) == expected


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("submissions", {"distinguished": "moderator"}, "moderator"),
        ("submissions", {"is_self": False}, "not_self_post"),
        ("submissions", {"removed_by": "deleted"}, "removed"),
        ("submissions", {"score": 1}, "low_engagement"),
        ("submissions", {"comments": None}, "low_engagement"),
        ("comments", {"top_level": False}, "not_top_level"),
        ("tweets", {"description": "The Official shop."}, "corporate"),
        ("tweets", {"description": "Kites Inc."}, "corporate"),
        ("tweets", {"description": "I workshop poems about bookstores"}, None),
    ],
)
def test_a_fact_drops_what_it_is_for(kind: str, facts: dict[str, Any], expected: str | None) -> None:
    assert why(kind, facts=facts) == expected


def test_the_official_codes_choices() -> None:
    assert why("submissions", {"engagement": "either"}, {"score": 1}) is None
    assert why("submissions", {"engagement": "either"}, {"score": 1, "comments": 1}) == "low_engagement"
    assert why("tweets", {"quotes": "keep"}, text=f"{TEXT} https://t.co/abc123") is None
    assert why("blogs", {"first_person": False}, text="The market was full of kites in all colours.") is None
    assert why("reviews", {"min_words": 6}, text="Incomprehensibly extraordinary craftsmanship") == "few_words"
    assert why("blogs", {"language": None, "first_person": False}, text="Ich war am Montag auf dem Markt.") is None


@pytest.mark.parametrize("name", ["RemindMeBot", "news_bot", "bot-42", "Nice-Bot", "haikubot-1337", "NBA_MOD"])
def test_bots(name: str) -> None:
    assert why("comments", name=name) == "bot"


@pytest.mark.parametrize("name", ["Abbott", "Talbot", "MrRobot", "AbbotFan", "botanist", "modest_mouse", "symbotic"])
def test_people_who_only_sound_like_bots(name: str) -> None:
    assert why("comments", name=name) is None
