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

BASES = {"tiny-full-merged": "tiny-base", "tiny-full-unmerged": "tiny-base"}


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
    made = compare(scores, cells, BASES, seed=1, resamples=500)
    assert made["columns"] == ["Amazon", "average"]
    assert list(made["systems"]) == ["tiny-base", "tiny-full-merged", "gpt"]
    assert made["systems"]["tiny-full-merged"]["columns"]["average"]["accuracy"] == 1.0
    assert made["tests"] == 2
    (pair,) = made["pairs"]
    assert (pair["system"], pair["base"]) == ("tiny-full-merged", "tiny-base")
    found = pair["columns"]["Amazon"]
    assert (found["difference"], found["low"], found["high"]) == (1.0, 1.0, 1.0)
    assert found["p"] == pytest.approx(2 / 501, abs=1e-6)  # twelve scenarios, all better: as small as 500 flips allow
    assert found["p_holm"] == pytest.approx(2 * found["p"], abs=1e-6)

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
        "difference": "1.0",
        "difference_low": "1.0",
        "difference_high": "1.0",
        "p": "",
        "p_holm": "",
    }
    assert rows[0]["difference"] == rows[4]["difference"] == ""


def test_scores_over_different_items_are_refused(tmp_path: Path) -> None:
    one, cells = scored(tmp_path / "a", ["ABC", "ABC"], tiny_base=always_a)
    two, more = scored(tmp_path / "b", ["ABC", "ABD"], tiny_full_merged=always_a)
    with pytest.raises(InputError, match="scored on different items"):
        compare(one + two, cells | more, BASES, seed=1, resamples=100)
    with pytest.raises(InputError, match="no scores to compare"):
        compare([], {}, BASES, seed=1, resamples=100)
