"""The rule graph in the docs is that of the rules."""

from __future__ import annotations

from rulegraph import page, parse, reduced

from project import ROOT, Project


def test_arrows_that_a_longer_way_implies_are_left_out() -> None:
    text = "id0[a]\n\tid1[b]\n\tid2[c]\n\tid0 --> id1\n\tid1 --> id2\n\tid0 --> id2\n"
    assert parse(text) == {("a", "b"), ("b", "c"), ("a", "c")}
    assert reduced(parse(text)) == {("a", "b"), ("b", "c")}


def test_the_page_is_up_to_date(project: Project) -> None:
    written = (ROOT / "docs/rulegraph.md").read_text(encoding="utf-8")
    assert page(project) == written, "PYTHONPATH=tests python tests/workflow/rulegraph.py > docs/rulegraph.md"
