from __future__ import annotations

from pathlib import Path

import pytest

from benchmark_data import always_a, answers, make_test_set, motive_file, oracle, tom_file, tom_line
from humanllm.benchmarks import build
from humanllm.errors import InputError
from humanllm.scoring import READINGS, score
from humanllm.stats import Tally
from humanllm.tables import Row

GOLDS = ["ABC", "AAB", "CDE", "FAB", "BBB"]
LABELS = ["Belief: One", "Belief: One", "belief: Two", "Belief: Two", "Emotion: Three", "Emotion: Three "]


def motive(folder: Path, orders: int = 6) -> list[Row]:
    files = [motive_file(folder, GOLDS), motive_file(folder, GOLDS[:2], "Persona")]
    return build("motivebench", files, {"orders": orders}, Tally("build_benchmark"))[0]


def tom(folder: Path, orders: int = 5) -> list[Row]:
    lines = [
        tom_line(label, "AB"[number % 2], ["yes", "no"], story=f"Story {number}.", 故事=f"{number}")
        for number, label in enumerate(LABELS)
    ]
    knobs = {"language": "en", "orders": orders}
    return build("tombench", [tom_file(folder, lines)], knobs, Tally("build_benchmark"))[0]


def selection(folder: Path) -> list[Row]:
    knobs = {"tasks": ["item_selection"], "items_per_task": 5, "options": 8, "orders": 2, "seed": 1}
    return build("in_domain", [make_test_set(folder, ["item_selection"])], knobs, Tally("build_benchmark"))[0]


@pytest.mark.parametrize(("benchmark", "make"), [("motivebench", motive), ("tombench", tom), ("in_domain", selection)])
def test_an_oracle_scores_one_everywhere(tmp_path: Path, benchmark: str, make: object) -> None:
    items = make(tmp_path)  # type: ignore[operator]
    scores, _ = score(benchmark, "oracle", items, answers(items, oracle), seed=1, resamples=100)
    tables = [scores, *scores["readings"].values()]
    assert len(tables) == len(READINGS[benchmark])
    for table in tables:
        for value in (*table["columns"].values(), table["average"]):
            assert (value["accuracy"], value["low"], value["high"]) == (1.0, 1.0, 1.0)
    assert scores["no_answer"] == {"count": 0, "share": 0.0}
    assert scores["consistency"]["same_choice"] == 1.0


def test_always_a_on_motivebench_is_counted_by_hand(tmp_path: Path) -> None:
    items = motive(tmp_path, orders=1)
    scores, cells = score("motivebench", "a", items, answers(items, always_a), seed=1, resamples=200)
    golds = "".join(GOLDS), "".join(GOLDS[:2])
    expected = [letters.count("A") / len(letters) for letters in golds]
    assert [scores["columns"][name]["accuracy"] for name in ("Amazon", "Persona")] == pytest.approx(expected, abs=1e-6)
    assert scores["average"]["accuracy"] == pytest.approx(sum(expected) / 2, abs=1e-6)
    assert scores["average"]["chance"] == pytest.approx(1 / 6, abs=1e-6)
    first = [letters[0] for letters in GOLDS + GOLDS[:2]]
    motivation = scores["readings"]["by_type"]["columns"]["motivation"]
    assert motivation["accuracy"] == pytest.approx(first.count("A") / len(first), abs=1e-6)
    assert scores["readings"]["all_three"]["average"] == {"accuracy": 0, "low": 0, "high": 0, "chance": 0.00463}
    assert scores["columns"]["Amazon"] | {"low": 0, "high": 0} == {
        "accuracy": 0.266667,
        "low": 0,
        "high": 0,
        "chance": 0.166667,
        "items": 15,
        "clusters": 5,
        "answers": 15,
    }
    assert scores["choice_positions"] == {"A": 21}
    assert scores["by_gold_position"]["B"] == {"accuracy": 0.0, "answers": 8}
    assert scores["consistency"] is None
    assert sum(cell["answers"] for cell in cells) == 21


def test_always_a_in_the_six_orders_is_chance(tmp_path: Path) -> None:
    items = motive(tmp_path)
    scores, _ = score("motivebench", "a", items, answers(items, always_a), seed=1, resamples=100)
    assert scores["average"]["accuracy"] == pytest.approx(1 / 6, abs=1e-6)
    assert scores["consistency"] == {"items": 21, "same_choice": 0.0, "agreement": 0.166667}


def test_the_readings_of_tombench(tmp_path: Path) -> None:
    items = tom(tmp_path, orders=1)
    right = {"tombench:False Belief Task:1", "tombench:False Belief Task:3", "tombench:False Belief Task:6"}
    given = answers(items, lambda item, order: order.index(item["gold"] if item["id"] in right else 1 - item["gold"]))
    scores, _ = score("tombench", "s", items, given, seed=1, resamples=100)
    # raw labels: One 1/2; belief: Two 1/1; Belief: Two 0/1 (another spelling) | Three 0/1; "Three " 1/1
    assert scores["columns"]["Belief"]["accuracy"] == 0.5
    assert scores["columns"]["Emotion"]["accuracy"] == 0.5
    macro, micro = scores["readings"]["macro"], scores["readings"]["micro"]
    assert macro["columns"]["Belief"]["accuracy"] == 0.5  # One 1/2, Two 1/2
    assert micro["columns"]["Belief"]["accuracy"] == 0.5  # 2/4
    assert micro["average"]["accuracy"] == 0.5  # 3/6


def test_raw_labels_weigh_as_the_paper_counts_them(tmp_path: Path) -> None:
    labels = ["Knowledge: Links"] * 3 + ["Knowledge: Links "]
    lines = [tom_line(label, "A", ["yes", "no"], story=f"S {n}", 故事=f"{n}") for n, label in enumerate(labels)]
    items = build("tombench", [tom_file(tmp_path, lines)], {"language": "en", "orders": 1}, Tally("b"))[0]
    last = items[-1]["id"]
    given = answers(items, lambda item, order: order.index(item["gold"] if item["id"] == last else 1))
    scores, _ = score("tombench", "s", items, given, seed=1, resamples=100)
    assert scores["columns"]["Knowledge"]["accuracy"] == 0.5  # mean of 0/3 and 1/1
    assert scores["readings"]["macro"]["average"]["accuracy"] == 0.25
    assert scores["readings"]["micro"]["average"]["accuracy"] == 0.25


def test_the_majority_of_the_orders_counts_once(tmp_path: Path) -> None:
    items = tom(tmp_path)[:1]
    wanted = [True, True, True, False, None]
    turn = iter(wanted)

    def choose(item: Row, order: list[int]) -> int | None:
        right = next(turn)
        return None if right is None else order.index(item["gold"] if right else 1 - item["gold"])

    scores, _ = score("tombench", "s", items, answers(items, choose), seed=1, resamples=100)
    assert scores["columns"]["Belief"]["accuracy"] == 0.6
    assert scores["readings"]["majority"]["columns"]["Belief"]["accuracy"] == 1.0
    assert scores["no_answer"] == {"count": 1, "share": 0.2}
    assert scores["consistency"] == {"items": 1, "same_choice": 0.0, "agreement": 0.6}
    assert scores["columns"]["Belief"]["low"] is None  # one cluster has no interval


@pytest.mark.parametrize("change", ["drop", "double", "foreign"])
def test_responses_that_do_not_cover_the_items_are_refused(tmp_path: Path, change: str) -> None:
    items = tom(tmp_path)
    given = answers(items, always_a)
    rows = {"drop": given[1:], "double": [*given, given[0]], "foreign": [*given, given[0] | {"id": "other"}]}[change]
    with pytest.raises(InputError, match="do not cover the items"):
        score("tombench", "s", items, rows, seed=1, resamples=100)


def test_answers_of_two_models_are_refused(tmp_path: Path) -> None:
    items = tom(tmp_path)
    given = answers(items, always_a)
    with pytest.raises(InputError, match=r"more than one revision \(made, other\)"):
        score("tombench", "s", items, [given[0] | {"revision": "other"}, *given[1:]], seed=1, resamples=100)


def test_the_likeliest_letters_are_a_reading_of_their_own(tmp_path: Path) -> None:
    items = tom(tmp_path, orders=1)
    given = answers(items, always_a)
    likely = [row | {"likeliest": item["gold"]} for row, item in zip(given, items, strict=True)]
    scores, cells = score("tombench", "s", items, likely, seed=1, resamples=100)
    assert scores["readings"]["likelihood"]["average"]["accuracy"] == 1.0
    assert scores["readings"]["likelihood"].keys() == scores["readings"]["micro"].keys() == {"columns", "average"}
    assert scores["no_likelihood"] == {"count": 0, "share": 0.0}
    plain, same = score("tombench", "s", items, given, seed=1, resamples=100)
    assert "likelihood" not in plain["readings"]
    assert plain["no_likelihood"] is None
    assert cells == same  # the paper's reading stays what it is
    few, _ = score("tombench", "s", items, [likely[0], *given[1:]], seed=1, resamples=100)
    assert few["no_likelihood"] == {"count": 5, "share": 0.833333}
    assert few["readings"]["likelihood"]["columns"]["Belief"]["accuracy"] == 0.166667  # label One 1/2, two labels 0/1
