from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from humanllm.copies import COPY
from humanllm.files import read_json
from humanllm.grouped import Grouped
from humanllm.tables import Row, read_rows
from record_data import FILLER, Run, filtered, words, write


def found(folder: Path, *tables: list[Row], **knobs: Any) -> dict[int, str]:
    """{id_code: reason}."""
    paths = [write(folder / f"t{number}", rows) for number, rows in enumerate(tables)]
    return {row["id_code"]: row["drop_reason"] for row in read_rows(Run(folder, paths, **knobs).copies(), COPY)}


def test_copies_are_found_across_buckets_and_dumps(tmp_path: Path) -> None:
    first = filtered("a", "anna", words("end"), buckets=2)
    people = [f"u{number}" for number in range(20)]
    theirs = [filtered(f"b{user}", user, words(user), time=1, buckets=2) for user in people]
    assert {row["bucket"] for row in theirs} == {0, 1}
    assert found(tmp_path, [first], theirs) == {row["id_code"]: "near_copy" for row in theirs}
    (bucket,) = Grouped([tmp_path / "copies.parquet"], ["id_code"]).read(1)
    assert bucket["id_code"].to_pylist() == sorted(row["id_code"] for row in theirs if row["bucket"] == 1)


def test_one_record_in_two_dumps_is_no_copy(tmp_path: Path) -> None:
    assert found(tmp_path, [filtered("a")], [filtered("a")]) == {}
    assert read_json(tmp_path / "copies.json")["dropped"] == {"duplicate_record": 1}


@pytest.mark.parametrize("change", [{"time": 1}, {"place": 1}])
def test_the_earliest_stays_by_time_and_place(tmp_path: Path, change: dict[str, int]) -> None:
    later, first = filtered("a", text="One two.") | change, filtered("b", "bert", text="one TWO.")
    assert found(tmp_path, [later, first]) == {later["id_code"]: "copied_text"}


def test_of_equal_times_the_smaller_id_stays(tmp_path: Path) -> None:
    rows = [filtered(name, name, text="Just so.") for name in "abcde"]
    first = min(row["id_code"] for row in rows)
    assert set(found(tmp_path, rows)) == {row["id_code"] for row in rows} - {first}


def chain(count: int) -> list[Row]:
    """Each like the one before it and unlike the others: a window of 60 words that moves on by 6."""
    text = [f"step{number}" for number in range(100)]
    windows = [" ".join(text[6 * number : 6 * number + 60]) for number in range(count)]
    return [filtered(f"c{number}", text=window, time=number) for number, window in enumerate(windows)]


def test_of_a_chain_every_other_one_stays(tmp_path: Path) -> None:
    rows = chain(4)
    assert found(tmp_path, rows[::-1], threshold=0.72) == {rows[place]["id_code"]: "near_duplicate" for place in (1, 3)}


def test_half_a_text_and_short_texts_are_no_copies(tmp_path: Path) -> None:
    half = filtered("a", text=" ".join(FILLER[:20]))
    short = [filtered(name, text=f"so {name}", time=2) for name in "bc"]
    assert found(tmp_path, [half, filtered("d", text=words("end"), time=1), *short]) == {}


def test_what_is_like_a_copy_is_held_against_the_one_that_stays(tmp_path: Path) -> None:
    """The second leaves as a copy of the first; the third, which is like both, leaves for the first."""
    rows = [filtered(name, name, words(end), time=number) for number, (name, end) in enumerate(("ax", "bx", "cy"))]
    assert found(tmp_path, rows) == {rows[1]["id_code"]: "copied_text", rows[2]["id_code"]: "near_copy"}


def test_many_alike_leave_but_for_one(tmp_path: Path) -> None:
    chance = random.Random(1)
    rows = [
        filtered(f"m{number}", f"u{number}", words(f"end{number}"), time=chance.randrange(99)) for number in range(200)
    ]
    first = min(rows, key=lambda row: (row["time"], row["place"], row["id_code"]))
    assert set(found(tmp_path, rows)) == {row["id_code"] for row in rows} - {first["id_code"]}
    counts = read_json(tmp_path / "copies.json")
    assert (counts["in"], counts["kept"], counts["dropped"]) == (200, 1, {"near_copy": 199})


def test_a_source_without_records_has_no_copies(tmp_path: Path) -> None:
    assert found(tmp_path, []) == {}
    assert read_json(tmp_path / "copies.json")["in"] == 0
