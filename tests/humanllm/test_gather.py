from __future__ import annotations

from typing import Any

from humanllm.gather import outside, sieve

FILLER = [f"w{number}" for number in range(40)]


def row(number: int, user: str = "ann", text: str | None = None, **change: Any) -> dict[str, Any]:
    given = {"id": f"r{number}", "user": user, "time": number, "dump": "d", "row": number, "title": None}
    unlike = " ".join(f"{word}{number}" for word in FILLER)
    return given | {"text": unlike if text is None else text, "item_id": f"i{number}"} | change


def outcome(rows: list[dict[str, Any]], core: list[dict[str, Any]] | None = None, min_records: int = 1) -> Any:
    sifted = sieve(rows, core, 0.8, min_records)
    return [one["id"] for one in sifted.rows], {one["id"]: why for one, why in sifted.dropped}


def test_rows_come_by_user_and_time_and_ties_by_place() -> None:
    rows = [row(3), row(2, "bob"), row(1, row=9), row(4, time=1, row=8)]
    assert outcome(rows) == (["r4", "r1", "r3", "r2"], {})


def test_each_kind_of_duplicate_has_its_reason() -> None:
    near, alike = " ".join([*FILLER[:-1], "end"]), " ".join([*FILLER[:-1], "stop"])
    rows = [
        *(row(1, text=" ".join(FILLER)), row(2, text=" ".join(FILLER).upper()), row(3, text=near)),
        *(row(4, "bob", text=" ".join(FILLER)), row(1, dump="e", text=" ".join(FILLER)), row(5, "bob", text=alike)),
    ]
    kept, dropped = outcome(rows)
    assert kept == ["r1", "r5"]  # across users only the same text counts, not a similar one
    assert dropped == {"r1": "duplicate_record", "r2": "duplicate_text", "r3": "near_duplicate", "r4": "copied_text"}


def test_a_post_without_text_is_known_by_its_title() -> None:
    rows = [row(1, text="", title="one"), row(2, text="", title="two"), row(3, text="", title="One")]
    assert outcome(rows) == (["r1", "r2"], {"r3": "duplicate_text"})


def test_users_with_too_few_records_leave_last() -> None:
    rows = [row(1), row(2), row(3, "bob"), row(4, "bob", text=row(3)["text"])]
    assert outcome(rows, min_records=2) == (["r1", "r2"], {"r3": "few_records", "r4": "duplicate_text"})


def test_the_kcore_says_which_purchase_stays() -> None:
    core = [{"id": "r1", "user": "ann", "item_id": "i1"}]
    rows = [row(1), row(2, item_id="i1"), row(3)]
    assert outcome(rows, core) == (["r1"], {"r2": "duplicate_purchase", "r3": "outside_kcore"})
    assert outside([])(row(1)) == "outside_kcore"
