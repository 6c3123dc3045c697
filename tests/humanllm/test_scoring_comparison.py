from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from benchmark_data import always_a, answers, motive_file, oracle
from humanllm.benchmarks import build
from humanllm.errors import InputError
from humanllm.scoring import score
from humanllm.scoring_comparison import compare, write_csv
from humanllm.stats import Tally
from humanllm.tables import Row

PAIRS = [
    ("tiny-full-unmerged", "tiny-base", "base"),
    ("tiny-full-merged", "tiny-base", "base"),
    ("tiny-full-merged", "tiny-full-unmerged", "unmerged"),
]


def scored(folder: Path, golds: list[str], **systems: Any) -> tuple[list[dict[str, Any]], dict[str, list[Row]]]:
    items = build("motivebench", [motive_file(folder, golds)], {"orders": 2}, Tally("b"))[0]
    both = {
        name.replace("_", "-"): score("motivebench", name.replace("_", "-"), items, answers(items, choose), 1, 200)
        for name, choose in systems.items()
    }
    return [scores for scores, _ in both.values()], {name: cells for name, (_, cells) in both.items()}


def test_tuned_systems_stand_against_their_base(tmp_path: Path) -> None:
    golds = ["CCC"] * 12
    scores, cells = scored(tmp_path, golds, tiny_base=always_a, tiny_full_merged=oracle, gpt=always_a)
    made = compare(scores, cells, PAIRS, seed=1, resamples=500)
    assert made["columns"] == ["Amazon", "average"]
    assert list(made["systems"]) == ["tiny-base", "tiny-full-merged", "gpt"]
    assert (made["kind"], made["scale"], made["power"]) == ("accuracy", [0, 1], 0.8)
    assert made["systems"]["tiny-full-merged"]["columns"]["average"]["accuracy"] == 1.0
    assert made["tests"] == 2
    (pair,) = made["pairs"]
    assert (pair["system"], pair["base"], pair["why"]) == ("tiny-full-merged", "tiny-base", "base")
    found = pair["columns"]["Amazon"]
    assert (found["difference"], found["low"], found["high"]) == (1.0, 1.0, 1.0)
    assert found["p"] == pytest.approx(2 / 501, abs=1e-6)  # twelve scenarios, all better: as small as 500 flips allow
    assert found["p_holm"] == found["p"]  # one pair on one column: nothing to correct for
    assert found["mde"] is None  # all scenarios differ alike

    write_csv(tmp_path / "c.csv", made)
    with (tmp_path / "c.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert rows[2] | {"p": "", "p_holm": ""} == {
        "system": "tiny-full-merged",
        "column": "Amazon",
        "accuracy": "1.0",
        "low": "1.0",
        "high": "1.0",
        "chance": "0.166667",
        "base": "tiny-base",
        "why": "base",
        "difference": "1.0",
        "difference_low": "1.0",
        "difference_high": "1.0",
        "p": "",
        "p_holm": "",
        "mde": "",
    }
    assert rows[0]["difference"] == rows[4]["difference"] == ""


def test_each_kind_of_pair_is_corrected_by_itself_and_its_averages_apart(tmp_path: Path) -> None:
    def half(item: Row, order: list[int]) -> int | None:
        return (oracle if int(item["cluster"].rpartition(":")[2]) % 2 else always_a)(item, order)

    systems = {"tiny_base": always_a, "tiny_full_unmerged": half, "tiny_full_merged": oracle}
    scores, cells = scored(tmp_path, ["CCC"] * 12, **systems)
    made = compare(scores, cells, PAIRS, seed=1, resamples=500)
    assert made["tests"] == 6
    assert [(pair["why"], pair["base"]) for pair in made["pairs"]] == [
        ("base", "tiny-base"),
        ("base", "tiny-base"),
        ("unmerged", "tiny-full-unmerged"),
    ]
    weak, strong, merged = (pair["columns"]["average"] for pair in made["pairs"])
    assert weak["p_holm"] == weak["p"]
    assert strong["p_holm"] == pytest.approx(2 * strong["p"], abs=1e-5)
    assert merged["p_holm"] == merged["p"]  # the only one of its kind
    assert weak["difference"] == merged["difference"] == 0.5
    assert weak["mde"] == merged["mde"] == pytest.approx(0.4641, abs=1e-4)  # 12 clusters, deviation 0.522, effect 0.889


def test_grades_are_compared_like_accuracies(tmp_path: Path) -> None:
    def graded(system: str, grades: list[float]) -> tuple[dict[str, Any], list[Row]]:
        cells = [
            {"cluster": str(number), "column": "realism", "group": "realism", "item": str(number)}
            | {"correct": grade, "answers": 1.0}
            for number, grade in enumerate(grades)
        ]
        value = {"accuracy": sum(grades) / len(grades), "low": 1.0, "high": 10.0, "chance": None}
        return {
            "system": system,
            "benchmark": "profile_writing",
            "reading": "judge",
            "kind": "grades",
            "scale": [1, 10],
            "columns": {"realism": value},
            "average": value,
            "items": len(grades),
            "clusters": len(grades),
            "provenance": {"items_digest": "d"},
        }, cells

    both = [graded("tiny-base", [4, 5, 6, 5, 4, 6] * 3), graded("tiny-full-merged", [7, 7, 9, 8, 6, 8] * 3)]
    cells = {scores["system"]: rows for scores, rows in both}
    made = compare([scores for scores, _ in both], cells, PAIRS, seed=1, resamples=500)
    assert (made["kind"], made["scale"]) == ("grades", [1, 10])
    found = made["pairs"][0]["columns"]["realism"]
    assert found["difference"] == 2.5
    assert found["p_holm"] < 0.01
    assert 0.3 < found["mde"] < 0.5
    assert made["systems"]["tiny-base"]["consistency"] is None


def test_scores_over_different_items_are_refused(tmp_path: Path) -> None:
    one, cells = scored(tmp_path / "a", ["ABC", "ABC"], tiny_base=always_a)
    two, more = scored(tmp_path / "b", ["ABC", "ABD"], tiny_full_merged=always_a)
    with pytest.raises(InputError, match="scored on different items"):
        compare(one + two, cells | more, PAIRS, seed=1, resamples=100)
    with pytest.raises(InputError, match="no scores to compare"):
        compare([], {}, PAIRS, seed=1, resamples=100)
