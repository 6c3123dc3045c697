"""Every reason to leave, which copy stays, and bytes that no order of the dumps and no memory changes."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from humanllm.files import read_json
from humanllm.gather import Bucket, Given, Limits, gather
from humanllm.kcore import CORE
from humanllm.lookups import PARENT, TITLE
from humanllm.tables import DROPPED, RECORD, Row, read_rows
from record_data import FILLER, Run, filtered, hashed, outcome, words, write


def ran(folder: Path, *tables: list[Row], **knobs: Any) -> tuple[list[str], dict[str, str]]:
    """`outcome` with the texts' places in the tables in the stead of ids."""
    known = {row["id"]: name for name, row in ROWS.items()}
    kept, dropped = outcome(folder, *tables, **knobs)
    return [known[one] for one in kept], {known[one]: why for one, why in dropped.items()}


ROWS: dict[str, Row] = {}


def row(name: str, user: str = "anna", text: str | None = None, **more: Any) -> Row:
    ROWS[name] = filtered(name, user, text, **more)
    return ROWS[name]


def test_rows_come_by_user_time_place_and_id(tmp_path: Path) -> None:
    rows = [row("d", time=2), row("b", time=1, place=2), row("c", time=1, place=3), row("a", "bert", time=1)]
    ties = sorted((row("e", time=9), row("f", time=9, kind="comments")), key=lambda one: one["id"])
    parent = write(tmp_path / "p", [{"bucket": 0, "parent_id": "p", "parent_text": "P"}], PARENT)
    ties[0]["parent_id"] = ties[1]["parent_id"] = "p"
    table = write(tmp_path / "t", [*rows, *reversed(ties)])
    run = Run(tmp_path, [table])
    given = Given([table], run.copies(), parents=parent)
    gather(given, 0, Limits(1), 1 << 30, tmp_path / "o", tmp_path / "g", tmp_path / "s")
    found = [one["id"] for one in read_rows(tmp_path / "o", RECORD)]
    anna = [ROWS[name]["id"] for name in "bcd"] + [one["id"] for one in ties]
    expected = [*anna, ROWS["a"]["id"]] if hashed("anna") < hashed("bert") else [ROWS["a"]["id"], *anna]
    assert found == expected
    assert read_json(tmp_path / "s")["kinds"] == {"comments": 1, "submissions": 5}


def test_copies_within_and_across_users_have_their_reasons(tmp_path: Path) -> None:
    rows = [
        row("first", time=1, text=words("end")),
        row("again", time=2, text=f"  {words('end').upper()}\n\n"),
        row("near", time=3, text=words("stop")),
        row("theirs", "bert", time=4, text=words("end")),
        row("theirs twice", "bert", time=5, text=words("end")),
        row("like theirs", "bert", time=6, text=words("halt")),
        row("other", "bert", time=7),
    ]
    kept, dropped = ran(tmp_path, rows[::-1])
    assert sorted(kept) == ["first", "other"]
    assert dropped == {
        "again": "duplicate_text",
        "near": "near_duplicate",
        "theirs": "copied_text",
        "theirs twice": "duplicate_text",
        "like theirs": "near_copy",
    }


def test_a_threshold_of_one_looks_for_the_same_text_only(tmp_path: Path) -> None:
    rows = [row("a", time=1, text=words("end")), row("b", time=2, text=words("stop")), row("c", text=words("End"))]
    kept, dropped = ran(tmp_path, rows, threshold=1.0)
    assert (kept, dropped) == (["c", "b"], {"a": "duplicate_text"})


def test_a_post_without_text_is_known_by_its_title(tmp_path: Path) -> None:
    rows = [row("a", text="", title="one"), row("b", time=1, text="", title="two")]
    kept, dropped = ran(tmp_path, [*rows, row("c", time=2, text="", title="One")])
    assert (kept, dropped) == (["a", "b"], {"c": "duplicate_text"})


@pytest.mark.parametrize("reverse", [False, True])
def test_of_one_record_in_two_dumps_the_longer_text_stays(tmp_path: Path, reverse: bool) -> None:
    """And the shorter one, though it stands in the tables, makes nobody a copyist."""
    twice = [[row("a", text=words("end and more"))], [row("a", text=words("end"))]]
    theirs = [row("b", "bert", time=1, text=words("end").replace("word0 ", "zero "))]
    kept, dropped = ran(tmp_path, *(twice[::-1] if reverse else twice), theirs, threshold=1.0)
    assert sorted(kept) == ["a", "b"]
    assert dropped == {"a": "duplicate_record"}
    assert "and more" in {one["id"]: one["text"] for one in read_rows(tmp_path / "0.parquet")}[ROWS["a"]["id"]]


def test_the_kcore_says_which_purchase_stays(tmp_path: Path) -> None:
    rows = [row(name, time=1, kind="reviews", item_id=item) for name, item in (("a", "B1"), ("b", "B1"), ("c", "B2"))]
    core = write(tmp_path / "core", [{name: rows[0][name] for name in CORE.names}], CORE)
    shelf = {"bucket": 0, "item_code": rows[0]["item_code"], "item_title": "A kettle"}
    titles = write(tmp_path / "titles", [shelf], TITLE)
    kept, dropped = ran(tmp_path, rows, core=core, titles=titles)
    assert (kept, dropped) == (["a"], {"b": "duplicate_purchase", "c": "outside_kcore"})
    assert [one["item_title"] for one in read_rows(tmp_path / "0.parquet")] == ["A kettle"]


def test_a_comment_shows_its_post_or_leaves(tmp_path: Path) -> None:
    post = row("post", "carl", title="How?", text="Like this.")
    answer = row("answer", kind="comments", parent_id=post["id"])
    lost = row("lost", kind="comments", parent_id="reddit:submissions:" + hashed("nowhere"))
    posts = write(tmp_path / "posts", [post])
    table = write(tmp_path / "comments", [answer, lost])
    kept, dropped = Run(tmp_path, [table], posts=[posts]).bucket()
    assert [(one["id"], one["parent_text"]) for one in kept] == [(answer["id"], "How?\n\nLike this.")]
    assert [(one["id"], one["drop_reason"], one["dump"], one["row"]) for one in dropped] == [
        (lost["id"], "no_parent_post", None, None)
    ]


def test_users_with_too_few_records_leave_last(tmp_path: Path) -> None:
    rows = [row("a"), row("b", time=1), row("c", "bert"), row("d", "bert", time=1, text=ROWS["c"]["text"])]
    kept, dropped = ran(tmp_path, rows, min_records=2)
    assert (kept, dropped) == (["a", "b"], {"c": "few_records", "d": "duplicate_text"})
    stats = read_json(tmp_path / "0.json")
    assert (stats["in"], stats["kept"], stats["users"]) == (4, 2, 1)


def test_brief_texts_and_all_but_the_latest_records_leave_by_the_official_preset(tmp_path: Path) -> None:
    rows = [row(name, time=time) for time, name in enumerate("abc")] + [row("d", time=9, text="short")]
    kept, dropped = ran(tmp_path, rows, max_records=2, min_characters=6)
    assert (kept, dropped) == (["b", "c"], {"a": "surplus", "d": "brief"})


def test_a_text_stays_when_its_first_writer_has_too_few_records(tmp_path: Path) -> None:
    """Bert, the first, has one record; Carl has two, of which one was Dora's before."""
    rows = [row("bert 1", "bert", words("end")), row("carl 1", "carl"), row("carl 2", "carl", time=2)]
    rows += [row("dora 1", "dora", ROWS["carl 2"]["text"], time=1), row("dora 2", "dora", words("stop"), time=3)]
    rows += [row("emil 1", "emil", ROWS["carl 1"]["text"], time=4), row("emil 2", "emil", time=5)]
    rows += [row("emil 3", "emil", words("halt"), time=6), row("emil 4", "emil", words("end"), time=7)]
    kept, dropped = ran(tmp_path, rows, min_records=2)
    assert sorted(kept) == ["dora 1", "dora 2", "emil 1", "emil 2"]
    assert dropped == {
        **{"bert 1": "few_records", "carl 1": "few_records", "carl 2": "copied_text"},
        **{"emil 3": "near_copy", "emil 4": "near_copy"},
    }


def test_a_text_stays_when_its_first_record_leaves_by_another_rule(tmp_path: Path) -> None:
    post = row("post", "carl", title="How?", text="Like this.")
    lost = row("lost", "dora", words("end"), kind="comments", parent_id="reddit:submissions:" + hashed("nowhere"))
    answer = row("answer", "emil", words("stop"), time=1, kind="comments", parent_id=post["id"])
    table = write(tmp_path / "comments", [lost, answer])
    kept, dropped = Run(tmp_path, [table], posts=[write(tmp_path / "posts", [post])]).bucket()
    assert [one["id"] for one in kept] == [answer["id"]]
    assert [one["drop_reason"] for one in dropped] == ["no_parent_post"]


def test_a_text_stays_when_its_first_record_is_surplus_or_brief(tmp_path: Path) -> None:
    rows = [row("old", time=0), row("new", time=5), row("brief", text="one two", time=6)]
    rows += [row("theirs", "bert", ROWS["old"]["text"], time=7), row("their brief", "bert", "one  two x", time=8)]
    kept, dropped = ran(tmp_path, rows, max_records=1, min_characters=8)
    assert sorted(kept) == ["new", "their brief"]
    assert dropped == {"old": "surplus", "theirs": "surplus", "brief": "brief"}
    kept, dropped = ran(tmp_path, rows[:-1], max_records=1, min_characters=8)
    assert sorted(kept) == ["new", "theirs"]


@pytest.mark.parametrize("threshold", [0.8, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_who_leaves_as_a_copy_leaves_a_text_like_it_behind(seed: int, threshold: float, tmp_path: Path) -> None:
    """Unless its writer has too few records, and so leaves anyway."""
    chance = random.Random(seed)
    rows = []
    for number in range(300):
        topic, end = chance.randrange(150), chance.choice(["", " end", " stop"])
        text = " ".join(f"{word}t{topic}" for word in FILLER) + end
        rows.append(row(f"n{number}", f"u{chance.randrange(50)}", text, time=chance.randrange(50)))
    kept, dropped = ran(tmp_path, rows, min_records=4, threshold=threshold)

    def stem(name: str) -> str:
        text = ROWS[name]["text"]
        return text if threshold == 1 else text.removesuffix(" end").removesuffix(" stop")

    people, said = {ROWS[name]["user"] for name in kept}, {stem(name) for name in kept}
    copies = [name for name, why in dropped.items() if why != "few_records" and ROWS[name]["user"] in people]
    assert len(copies) > 10
    assert all(stem(name) in said for name in copies)


def crowd(count: int) -> list[Row]:
    """Records of some users in three buckets, with posts of one second, copies and repeated records."""
    chance = random.Random(3)
    rows = []
    for number in range(count):
        copied = f"r{chance.randrange(max(1, number))}" if chance.random() < 0.3 else f"r{number}"
        text = " ".join(f"{word}{copied}" for word in FILLER) + (" end" if chance.random() < 0.5 else "")
        more = {"time": chance.randrange(20), "place": chance.randrange(2), "buckets": 3}
        rows.append(filtered(f"n{number}", f"u{chance.randrange(6)}", text, **more))
    return rows + [one | {"text": one["text"] + " edited"} for one in chance.sample(rows, count // 10)]


def digests(folder: Path, tables: list[list[Row]], memory: int) -> list[str]:
    paths = [write(folder / f"{number}{folder.name}", rows, limit=2000) for number, rows in enumerate(tables)]
    run = Run(folder, paths, memory=memory, min_records=2)
    for number in range(3):
        run.bucket(number)
    files = ["copies.parquet", *(f"{number}{end}.parquet" for number in range(3) for end in ("", ".dropped"))]
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files]


def test_dumps_memory_and_order_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("humanllm.gather.GROUP", 20)
    rows = crowd(150)
    chance = random.Random(5)
    once = digests(tmp_path / "a", [rows], 1 << 30)
    shuffled = [one | {"dump": f"x{place}", "row": place} for place, one in enumerate(chance.sample(rows, len(rows)))]
    assert digests(tmp_path / "b", [shuffled[::3], shuffled[1::3], shuffled[2::3]], 1 << 30) == once
    assert digests(tmp_path / "c", [shuffled[:40], shuffled[40:]], 100_000) == once
    kept = read_rows(tmp_path / "a/0.parquet", RECORD)
    gone = {
        one["drop_reason"]
        for number in range(3)
        for one in read_rows(tmp_path / f"a/{number}.dropped.parquet", DROPPED)
    }
    assert kept == sorted(kept, key=lambda one: (one["user"], one["time"], one["place"], one["id"]))
    assert gone >= {"duplicate_record", "duplicate_text", "copied_text", "near_duplicate", "near_copy"}


def test_a_bucket_above_the_memory_is_done_in_ranges(tmp_path: Path) -> None:
    rows = crowd(60)
    bucket = Bucket(Given([write(tmp_path / "t", rows)], Run(tmp_path, [tmp_path / "t"]).copies()), 0)
    ranges = bucket.ranges(10_000)
    assert len(ranges) > 3
    assert (ranges[0][0], ranges[-1][1]) == (0, 2**64 - 1)
    found = [one for codes in ranges for one in bucket.records(codes)["id"]]
    assert sorted(found) == sorted(one["id"] for one in rows if one["bucket"] == 0)


def test_a_bucket_without_users_is_an_empty_table(tmp_path: Path) -> None:
    table = write(tmp_path / "t", [row("a")])
    assert Run(tmp_path, [table]).bucket(7) == ([], [])
