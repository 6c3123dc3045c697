"""What the judge is shown, and the cut on its grades."""

from __future__ import annotations

import json
from typing import Any

import pytest

from humanllm.engines.base import ModelSpec, Sampling
from humanllm.judging import cut_reason, distribution, judge_requests, select
from humanllm.prompts import load_prompts
from humanllm.stats import Tally
from post_data import KINDS, ROOT, garden

PROMPTS = load_prompts(ROOT / f"scripts/prompts/judge/{kind}.md" for kind in KINDS["user"])
RECORDS = {row["id"]: row | {"clean_text": row["text"]} for row in garden()}


def product(kind: str, text: str) -> dict[str, Any]:
    return {"id": kind, "kind": kind, "record_ids": list(RECORDS), "content": json.dumps({kind: text})}


def shown(context: int | None) -> tuple[list[str], set[str]]:
    """The posts that the judge of a context sees for a persona and a style, and what had to be shortened."""
    rows = [product("persona", "They fear the frost and hate ruins."), product("style", "Short sentences.")]
    shortened: set[str] = set()
    spec = ModelSpec("m", "vllm", "owner/m", "main", max_model_len=context)
    asked = list(judge_requests(rows, RECORDS, PROMPTS, spec, Sampling(0.3, 100), shortened))
    assert [request.id for request in asked] == ["persona", "style"]
    assert [request.fields["product"] for request in asked] == [row["content"] for row in rows]
    return [request.fields["posts"] for request in asked], shortened


def test_the_judge_sees_all_posts_where_they_fit() -> None:
    for context in (None, 32768):
        (persona, style), shortened = shown(context)
        assert persona == style
        assert persona.count("### ") == 5
        assert shortened == set()


def test_a_judge_with_less_room_sees_the_closest_posts() -> None:
    (persona, _), shortened = shown(1300)
    assert shortened == {"persona", "style"}
    assert persona.count("### ") == 1
    assert "frost" in persona


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ({"overall": 9, "coverage": 8}, None),
        ({"overall": 8, "coverage": 10}, "below_overall"),
        ({"overall": 9, "faithfulness": 7, "coverage": 7}, "below_coverage"),
        ({"overall": 10, "faithfulness": 7, "coverage": 8}, "below_faithfulness"),
    ],
)
def test_the_papers_cut(scores: dict[str, int], reason: str | None) -> None:
    assert cut_reason(scores, overall=9, others=8) == reason


def graded(kind: str, overall: int) -> dict[str, Any]:
    return {"id": kind, "kind": kind, "judge_scores": {"overall": overall, "faithfulness": 9}}


def test_each_kind_has_its_own_cut() -> None:
    cuts = {"persona": {"overall": 8, "others": 7}, "style": {"overall": 9, "others": 8}}
    tally = Tally("select_product")
    kept, dropped = select([graded("persona", 8), graded("style", 8)], cuts, tally)
    assert [row["id"] for row in kept] == ["persona"]
    assert [(row["id"], row["drop_reason"]) for row in dropped] == [("style", "below_overall")]
    assert tally.as_dict()["dropped"] == {"below_overall": 1}


def test_grades_are_counted_by_kind() -> None:
    rows = [graded("persona", 8), graded("persona", 9), graded("style", 9)]
    assert distribution(rows) == {
        "persona": {"overall": {"8": 1, "9": 1}, "faithfulness": {"9": 2}},
        "style": {"overall": {"9": 1}, "faithfulness": {"9": 1}},
    }
