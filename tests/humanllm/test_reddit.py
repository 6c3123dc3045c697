from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humanllm.readers import KINDS, read_dump
from humanllm.readers.draft import drafts
from humanllm.readers.reddit import subreddit_of
from row_data import drafted

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
COMMENT: dict[str, Any] = {
    "author": "bob",
    "body": "b",
    "created_utc": "5",
    "id": "c1",
    "link_id": "t3_abc",
    "parent_id": "t3_abc",
    "score": 1,
}
PARQUET = Path("data/AskMen-00000-of-00002-0123456789abcdef.parquet")
DRAFT = {
    "row": 0,
    "key": "abc",
    "name": "ann",
    "time": 1546300800,
    "title": "A title",
    "text": "A text",
    "community": "AskMen",
    "extra": '{"comments":4,"score":12}',
    "score": 12,
    "comments": 4,
    "is_self": True,
}


def post(fields: dict[str, Any], path: Path = Path("RS_2019-01.zst")) -> dict[str, Any]:
    return drafted("submissions", fields, path)


def comment(fields: dict[str, Any], path: Path = PARQUET) -> dict[str, Any]:
    return drafted("comments", fields, path)


def test_a_submission_becomes_a_draft() -> None:
    assert post(POST) == DRAFT
    assert post(POST | {"distinguished": "moderator"}) == DRAFT | {"distinguished": "moderator"}


@pytest.mark.parametrize("time", [1546300800, 1546300800.0, "1546300800", "1546300800.0"])
def test_the_time_is_whole_whatever_its_type(time: Any) -> None:
    assert post(POST | {"created_utc": time}) == DRAFT


def test_all_string_parquet_gives_the_same_draft(tmp_path: Path) -> None:
    fields = {name: [str(value)] for name, value in POST.items() if name != "subreddit"}
    assert fields["distinguished"] == ["None"]
    path = tmp_path / PARQUET.name
    pq.write_table(pa.table(fields), path)
    (batch,) = read_dump("submissions", path)
    (draft,) = drafts(batch.rows, KINDS["submissions"].draft(path)).iter_rows(named=True)
    assert {name: value for name, value in draft.items() if value is not None} == DRAFT | {
        "place": 0,
        "identified": True,
    }


def test_a_title_none_survives_and_a_null_field_does_not() -> None:
    draft = post(POST | {"title": "None", "removed_by_category": "None", "score": "None"})
    assert draft == {name: value for name, value in DRAFT.items() if name != "score"} | {
        "title": "None",
        "extra": '{"comments":4,"score":null}',
    }


def test_absent_and_drifting_fields() -> None:
    draft = post({"id": "abc", "created_utc": 1, "title": "t", "domain": "self.AskMen"})
    extra = '{"comments":null,"score":null}'
    assert draft == {"row": 0, "key": "abc", "time": 1, "title": "t", "text": "", "is_self": True, "extra": extra}
    assert post(POST | {"is_self": "False"})["is_self"] is False
    assert post(POST | {"is_self": None, "domain": "i.redd.it"})["is_self"] is False
    assert post(POST | {"_meta": {"a": [1]}, "edited": 5.5, "id": 12})["key"] == "12"


@pytest.mark.parametrize("name", ["u_ann", "U_ann", "u/ann"])
def test_a_page_of_ones_own_does_not_tell_the_name(name: str) -> None:
    assert post(POST | {"subreddit": name})["community"] == "own page"
    assert comment(COMMENT | {"subreddit_name_prefixed": name}, Path("RC"))["community"] == "own page"


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"id": None}, "key"),
        ({"created_utc": None}, "time"),
        ({"created_utc": "soon"}, "time"),
        ({"created_utc": 10**400}, "time"),
        ({"title": None}, "text"),
        ({"title": 5}, "text"),
    ],
)
def test_what_is_no_submission(change: dict[str, Any], missing: str) -> None:
    assert missing not in post(POST | change)


def test_a_comment_names_its_post() -> None:
    draft = comment(COMMENT | {"subreddit_name_prefixed": "r/AskWomen"})
    assert draft == {
        "row": 0,
        "key": "c1",
        "name": "bob",
        "time": 5,
        "text": "b",
        "community": "AskWomen",
        "parent": "abc",
        "extra": '{"score":1}',
        "score": 1,
        "top_level": True,
    }
    assert comment(COMMENT)["community"] == "AskMen"  # of the file's name
    assert "community" not in comment(COMMENT, Path("RC_2005-12.zst"))
    assert comment(COMMENT | {"parent_id": "t1_c0"})["top_level"] is False
    for change in ({"link_id": ""}, {"link_id": None}, {"link_id": 5}):
        assert "key" not in comment(COMMENT | change)


def test_subreddit_of_a_split() -> None:
    assert subreddit_of(PARQUET) == "AskMen"
    assert subreddit_of(Path("default/AskMen/0000.parquet")) == "AskMen"


def test_an_author_none_is_nobody() -> None:
    draft = post(POST | {"author": "None", "title": "None"}, PARQUET)
    assert ("name" in draft, draft["title"]) == (False, "None")
    answer = comment(COMMENT | {"author": "None", "body": "None"})
    assert ("name" in answer, answer["text"]) == (False, "None")
