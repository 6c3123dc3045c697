from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.kcore import CORE
from humanllm.lookups import PARENT, TITLE, find_parents, find_titles
from humanllm.tables import Row, read_rows
from humanllm.users import item_codes
from record_data import filtered, hashed, write


def answer(name: str, to: Row | None, user: str = "bert") -> Row:
    parent = to["id"] if to else "reddit:submissions:" + hashed("nowhere")
    return filtered(name, user, kind="comments", parent_id=parent, buckets=2)


def test_posts_come_to_each_bucket_that_answers_them(tmp_path: Path) -> None:
    how, why, alone = (filtered(name, "anna", name, title=f"{name}?", buckets=2) for name in ("how", "why", "alone"))
    comments = [answer(f"c{number}", how, f"u{number}") for number in range(8)] + [answer("d", why), answer("e", None)]
    assert {row["bucket"] for row in comments[:8]} == {0, 1}
    posts = write(tmp_path / "posts", [how, why, alone])
    tables = [write(tmp_path / "c", comments[:5]), write(tmp_path / "d", comments[5:])]
    tally = find_parents([posts], tables, tmp_path / "parents", tmp_path / "stats")
    expected = {(0, how["id"], "how?\n\nhow"), (1, how["id"], "how?\n\nhow")}
    expected.add((comments[8]["bucket"], why["id"], "why?\n\nwhy"))
    assert {tuple(row.values()) for row in read_rows(tmp_path / "parents", PARENT)} == expected
    assert tally.as_dict()["dropped"] == {"unanswered": 1}
    stats = read_json(tmp_path / "stats")
    assert (stats["in"], stats["kept"], stats["asked"], stats["found"]) == (3, 2, 4, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "d", "parents", "posts", "stats"]


def test_of_a_post_in_two_dumps_the_longer_stays_whatever_the_order(tmp_path: Path) -> None:
    posts = [write(tmp_path / f"p{text}", [filtered("post", text=text)]) for text in ("ab", "b", "aa")]
    comments = [write(tmp_path / "c", [filtered("c", "bert", kind="comments", parent_id=filtered("post")["id"])])]
    for number, order in enumerate((posts, posts[::-1])):
        find_parents(order, comments, tmp_path / f"out{number}", tmp_path / "stats")
    assert [row["parent_text"] for row in read_rows(tmp_path / "out0")] == ["ab"]
    assert (tmp_path / "out0").read_bytes() == (tmp_path / "out1").read_bytes()


def test_without_posts_nothing_is_found(tmp_path: Path) -> None:
    find_parents([], [write(tmp_path / "c", [answer("c", None)])], tmp_path / "parents", tmp_path / "stats")
    assert read_rows(tmp_path / "parents", PARENT) == []


def core(path: Path, *edges: tuple[int, str]) -> Path:
    """The k-core of these (bucket, item)s."""
    codes = item_codes(pl.Series([item for _, item in edges]))
    rows = [
        {"bucket": bucket, "id_code": number, "item_code": code}
        for number, ((bucket, _), code) in enumerate(zip(edges, codes, strict=True))
    ]
    return write(path, rows, CORE)


def meta(path: Path, *lines: Row) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_titles_come_to_each_bucket_that_bought_the_item(tmp_path: Path) -> None:
    first = meta(
        tmp_path / "a.jsonl",
        {"parent_asin": "B000000001", "title": "Tea &amp; kettle"},
        {"parent_asin": "B000000002", "title": ""},
        {"parent_asin": "B000000003", "title": "A hat"},
        {"parent_asin": "B000000004", "title": None},
        {"title": "no item"},
    )
    second = meta(tmp_path / "b.jsonl", {"parent_asin": "B000000001", "title": "Kettle"})
    bought = core(tmp_path / "core", (0, "B000000001"), (1, "B000000001"), (1, "B000000001"), (1, "B000000002"))
    for number, order in enumerate(([first, second], [second, first])):
        tally = find_titles(order, bought, False, tmp_path / f"out{number}", tmp_path / "stats")
    code = item_codes(pl.Series(["B000000001"]))[0]
    rows = [tuple(row.values()) for row in read_rows(tmp_path / "out0", TITLE)]
    assert rows == [(0, code, "Tea & kettle"), (1, code, "Tea & kettle")]
    assert (tmp_path / "out0").read_bytes() == (tmp_path / "out1").read_bytes()
    assert tally.as_dict()["dropped"] == {"no_item": 1, "outside_kcore": 1, "untitled": 2}
    assert (tally.taken, tally.kept) == (6, 2)


def test_reviews_in_the_place_of_metadata_are_an_error(tmp_path: Path) -> None:
    reviews = meta(tmp_path / "Books.jsonl", {"parent_asin": "B000000001", "title": "Good", "user_id": "A"})
    with pytest.raises(InputError, match=r"Books.jsonl holds no row with parent_asin, title and without user_id"):
        find_titles([reviews], core(tmp_path / "core", (0, "B000000001")), False, tmp_path / "out", tmp_path / "stats")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Books.jsonl", "core"]
