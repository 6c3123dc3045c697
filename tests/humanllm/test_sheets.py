"""The grading sheet: a stratified draw, blind, escaped; and the key that says whose answer each sample is."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from application_data import ROOT, answer, graded, item
from humanllm.applications.sheets import ASKED, METRICS, TITLES, System, lay_out
from humanllm.errors import InputError
from humanllm.replies import APPLICATIONS
from humanllm.report.page import render
from humanllm.stats import Tally

ITEMS = [item(number) for number in range(8)]
TEMPLATE = ROOT / "scripts/templates/sheet.html.j2"


def systems(blank: str = "") -> list[System]:
    """Two systems; the second says nothing to the item `blank`."""
    found = []
    for name in ("tiny-base", "tiny-full-merged"):
        silent = blank if name == "tiny-full-merged" else ""
        rows = [answer(of, " " if of["id"] == silent else f"By {len(name)} to {of['id'][-1]}.", name) for of in ITEMS]
        found.append(System(name, rows, [graded(of, (7, 6, 5), name) for of in ITEMS]))
    return found


def laid_out(count: int = 4, seed: int = 1, blank: str = "") -> tuple[Any, Any, Any, Any]:
    tally = Tally("lay_out_sheet")
    page, key, facts = lay_out("human_explainer", ITEMS, systems(blank), count, seed, tally)
    return page, key, facts, tally.as_dict()


def test_every_application_and_metric_has_words_for_those_who_grade() -> None:
    assert set(TITLES) == set(ASKED) == set(APPLICATIONS)
    assert set(METRICS) == {metric for metrics in APPLICATIONS.values() for metric in metrics}


def test_items_are_drawn_evenly_and_shown_with_every_systems_answer() -> None:
    page, key, facts, counts = laid_out(blank="human_explainer:3")
    assert (counts["in"], counts["kept"], counts["dropped"]) == (8, 4, {"unanswered": 1, "not_drawn": 3})
    assert facts["sources"] == {"amazon": 2, "reddit": 2}
    pairs = Counter((row["item"], row["system"]) for row in key["rows"].values())
    assert len(pairs) == len(page["samples"]) == facts["rows"] == 8
    assert len({name for name, _ in pairs}) == 4
    assert set(pairs.values()) == {1}
    for sample in page["samples"]:
        row = key["rows"][sample["name"]]
        assert sample["answer"] == f"By {len(row['system'])} to {row['item'][-1]}."
        assert row["judge"] == dict(zip(APPLICATIONS["human_explainer"], (7, 6, 5), strict=True))


def test_the_sheet_tells_no_system_and_its_order_is_drawn() -> None:
    page, key, _, _ = laid_out()
    html = render(TEMPLATE, **page)
    for told in ("tiny-base", "tiny-full-merged", "user1", "human_explainer:", "reddit"):
        assert told not in html
    assert laid_out()[1] == key
    order = [row["system"] for row in key["rows"].values()]
    assert order not in (sorted(order), sorted(order, reverse=True))
    other = laid_out(seed=2)[1]
    assert other["sheet"] != key["sheet"]
    assert other["rows"] != key["rows"]


def test_texts_are_escaped_and_nothing_is_fetched() -> None:
    page, _, _, _ = laid_out(count=1)
    page["samples"][0]["answer"] = "</div><script>alert(1)</script> & <img src=http://x.y/z>"
    html = render(TEMPLATE, **page)
    assert html.count("<script>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;img" in html
    assert "default-src 'none'" in html
    assert not re.search(r"<(?:link|img|iframe)\b|@import|url\(", html)


def test_a_sheet_without_anything_to_grade_is_an_error() -> None:
    silent = [System("mute", [answer(of, None, "mute") for of in ITEMS], [])]
    with pytest.raises(InputError, match="no item of human_explainer has an answer of each of mute"):
        lay_out("human_explainer", ITEMS, silent, 4, 1, Tally("s"))
