from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm.readers.draft import Draft, clean, whole
from humanllm.readers.reddit import comment, submission, subreddit_of

POST: dict[str, Any] = {
    "author": "ann",
    "created_utc": 1546300800,
    "id": "abc",
    "is_self": True,
    "num_comments": 4,
    "score": 12,
    "title": "A title",
    "selftext": "A text",
    "subreddit": "AskMen",
    "distinguished": None,
}
PARQUET = Path("data/AskMen-00000-of-00002-0123456789abcdef.parquet")


def drafted(fields: dict[str, Any], path: Path = Path("RS_2019-01.zst")) -> Draft:
    draft = submission(fields, path)
    assert isinstance(draft, Draft)
    return draft


@pytest.mark.parametrize("time", [1546300800, 1546300800.0, "1546300800", "1546300800.0"])
def test_the_time_is_whole_whatever_its_type(time: Any) -> None:
    assert drafted(POST | {"created_utc": time}).time == 1546300800


def test_all_string_parquet_gives_the_same_draft() -> None:
    fields = {name: str(value) for name, value in POST.items() if name != "subreddit"}
    assert fields["distinguished"] == "None"
    assert drafted(fields, PARQUET) == drafted(POST)


def test_a_title_none_survives_and_a_null_field_does_not() -> None:
    draft = drafted(POST | {"title": "None", "removed_by_category": "None", "score": "None"})
    assert (draft.title, draft.facts["removed_by"], draft.facts["score"]) == ("None", None, None)


def test_absent_and_drifting_fields() -> None:
    draft = drafted({"id": "abc", "created_utc": 1, "title": "t", "domain": "self.AskMen"})
    assert (draft.name, draft.text, draft.community) == ("", "", None)
    assert draft.facts == {"distinguished": None, "score": None, "comments": None, "is_self": True, "removed_by": None}
    assert drafted(POST | {"subreddit": "u_ann"}).community == "own page"  # else it would tell the name


@pytest.mark.parametrize(
    ("change", "why"),
    [({"id": None}, "no_id"), ({"created_utc": None}, "no_time"), ({"title": None}, "no_text")],
)
def test_what_is_no_submission(change: dict[str, Any], why: str) -> None:
    assert submission(POST | change, Path("x")) == why


def test_a_comment_names_its_post() -> None:
    fields = {"author": "bob", "body": "b", "created_utc": "5", "id": "c1", "link_id": "t3_abc", "parent_id": "t3_abc"}
    draft = comment(fields | {"subreddit_name_prefixed": "r/AskMen"}, PARQUET)
    assert isinstance(draft, Draft)
    assert (draft.parent, draft.facts["top_level"], draft.community) == ("abc", True, "AskMen")
    reply = comment(fields | {"parent_id": "t1_c0"}, PARQUET)
    assert isinstance(reply, Draft)
    assert reply.facts["top_level"] is False
    assert comment(POST, PARQUET) == "no_id"


def test_subreddit_of_a_split() -> None:
    assert subreddit_of(PARQUET) == "AskMen"
    assert subreddit_of(Path("default/AskMen/0000.parquet")) == "AskMen"


def test_clean() -> None:
    assert clean("a &amp;#x200B; &lt;b&gt;\r\n \r\n\r\n\r\nc\x00\t d\u00a0") == "a <b>\n\nc d"
    assert clean("donâ€™t, cafÃ©, naïve") == "don’t, café, naïve"  # noqa: RUF001


def test_whole() -> None:
    assert [whole(value) for value in (3, 3.7, "4", "4.0", None, "x", "nan", "inf", True)] == [
        *(3, 3, 4, 4, None, None, None, None, 1)
    ]


def test_an_author_none_is_nobody() -> None:
    draft = drafted(POST | {"author": "None", "title": "None"}, PARQUET)
    assert (draft.name, draft.title) == ("", "None")
    answer = comment({"author": "None", "body": "None", "created_utc": "5", "id": "c1", "link_id": "t3_abc"}, PARQUET)
    assert isinstance(answer, Draft)
    assert (answer.name, answer.text) == ("", "None")
