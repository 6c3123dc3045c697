"""Sums of counts, and the places where a stage took other records than the one before kept."""

from __future__ import annotations

from finished_run import funnel, row
from humanllm.report.funnel import add_counts, gaps, total


def test_numbers_are_added_at_any_depth_and_other_facts_left_out() -> None:
    totals = add_counts({}, {"tokens": {"prompt": 3, "output": 1}, "share": 0.5, "model": "m", "done": True})
    add_counts(totals, {"tokens": {"prompt": 4}, "share": 0.25, "model": "m"})
    assert totals == {"tokens": {"prompt": 7, "output": 1}}


def test_a_whole_chain_has_no_gap() -> None:
    assert gaps(funnel("blogs")["rows"]) == []


def test_a_gap_is_told() -> None:
    rows = [row("ingest_dump", "blogs", 9, 8), row("ingest_dump", "more", 9, 1), row("gather_users", "", 7, 7)]
    assert gaps(rows) == ["ingest_dump kept 9, gather_users took 7"]
    assert total(rows, "ingest_dump", "kept") == 9
