from __future__ import annotations

from random import Random

import pytest

from humanllm.benchmarks.clues import by_options_alone, find_clues, share_by_length
from humanllm.tables import Row

WORDS = ["garden", "wall", "lamp", "river", "bread", "letter", "chair", "storm", "shoe", "window", "coat", "road"]


def item(number: int, gold: str, others: list[str], column: str = "qa") -> Row:
    base = {"id": f"{column}:{number}", "benchmark": "b", "column": column, "label": "x", "cluster": f"u{number // 2}"}
    place = number % (len(others) + 1)
    return base | {"question": "?", "options": [*others[:place], gold, *others[place:]], "gold": place, "orders": [[0]]}


def said(draw: Random, words: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(words))


def fair(count: int, column: str = "qa") -> list[Row]:
    draw = Random(3)
    return [item(n, said(draw, 6), [said(draw, 6) for _ in range(3)], column) for n in range(count)]


def test_ties_share() -> None:
    items = [item(0, "aaa", ["bbb", "c"]), item(1, "aa", ["b", "cccc"])]
    assert share_by_length(items, max) == pytest.approx((1 / 2 + 0) / 2)
    assert share_by_length(items, min) == 0


def test_a_fair_benchmark_has_no_warning() -> None:
    clues = find_clues("b", fair(60))
    assert clues["warnings"] == []
    column = clues["columns"]["qa"]
    assert (column["items"], column["chance"], column["gold_words"], column["other_words"]) == (60, 0.25, 6.0, 6.0)
    assert column["options_only_low"] <= 0.25 <= column["options_only_high"]
    assert clues["average"]["longest"] == column["longest"]


def test_a_planted_length_is_seen() -> None:
    draw = Random(1)
    items = [item(n, said(draw, 20), [said(draw, 5) for _ in range(3)]) for n in range(40)] + fair(40, "fair")
    clues = find_clues("b", items)
    column = clues["columns"]["qa"]
    assert (column["longest"], column["shortest"], column["options_only"]) == (1.0, 0.0, 1.0)
    assert (column["gold_words"], column["other_words"]) == (20.0, 5.0)
    assert clues["warnings"] == [
        "qa can be solved without reading: the longest option is right in 100% of items (chance 25.0%)",
        "qa can be solved without reading: a classifier that sees only the options is right in 100% of items"
        " (chance 25.0%)",
    ]


def test_a_planted_wording_is_seen_across_users() -> None:
    draw = Random(2)
    items = [item(n, f"zq {said(draw, 5)}", [said(draw, 6) for _ in range(3)]) for n in range(40)]
    assert sum(by_options_alone(items)) > 30
    assert any("only the options" in warning for warning in find_clues("b", items)["warnings"])


def test_too_few_to_learn_from_is_said_by_nothing() -> None:
    assert by_options_alone(fair(6)) == []
    alone = [one | {"cluster": "u"} for one in fair(20)]
    column = find_clues("b", alone)["columns"]["qa"]
    assert (column["options_only"], column["options_only_low"]) == (None, None)
    assert find_clues("b", fair(6))["average"]["options_only"] is None


def test_the_same_items_give_the_same_clues() -> None:
    assert find_clues("b", fair(30)) == find_clues("b", fair(30))
