"""All systems on one benchmark, and each tuned one against its base.

comparison/{benchmark}.json, where "average" is a column like the others:
    {"benchmark": "motivebench", "reading": "paper", "columns": ["Amazon", "Blogger", "Persona", "average"],
     "items": 600, "clusters": 200, "interval": 0.95, "test": "permutation test paired by cluster ...", "tests": 8,
     "systems": {"demo-base": {"columns": {"Amazon": {"accuracy": 0.61, "low": 0.55, "high": 0.67, "chance": 0.167,
                                                      "items": 150, ...}, "average": {...}},
                               "readings": {...}, "no_answer": {...}, "consistency": {...}, "provenance": {...}}},
     "pairs": [{"system": "demo-full-merged", "base": "demo-base", "columns": {"Amazon": {"difference": 0.02,
                "low": -0.01, "high": 0.05, "p": 0.2, "p_holm": 0.8}, "average": {...}}}]}
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.scoring_statistics import LEVEL, Cells, as_number, check_paired, holm, intervals, p_values
from humanllm.tables import Row

Scores = dict[str, Any]
AVERAGE = "average"
TEST = "permutation test paired by cluster, two-sided; p_holm: Holm's correction over all tests of this file"
TAKEN = ("readings", "no_answer", "consistency", "provenance")  # from the scores as they are
VALUES = ("accuracy", "low", "high", "chance")
DIFFERENCES = ("difference", "low", "high", "p", "p_holm")


def compare(
    scores: list[Scores], cells: dict[str, list[Row]], bases: dict[str, str], seed: int, resamples: int
) -> dict[str, Any]:
    """The comparison JSON of the `scores` of one benchmark.

    `cells` are the systems' sums of the paper's reading, `bases` the system to compare each system with. Raises
    InputError when two systems were scored on different items.
    """
    check_same_items(scores)
    made = {name: Cells(rows) for name, rows in cells.items()}
    pairs: list[dict[str, Any]] = [
        {"system": name, "base": base, "columns": differences(made[name], made[base], seed, resamples)}
        for name, base in bases.items()
        if name in made and base in made
    ]
    tests = [test for pair in pairs for test in pair["columns"].values()]
    for test, adjusted in zip(tests, holm([test["p"] for test in tests]), strict=True):
        test["p_holm"] = as_number(adjusted)
    first = scores[0]
    return {
        **{name: first[name] for name in ("benchmark", "reading", "items", "clusters")},
        "columns": [*sorted(first["columns"]), AVERAGE],
        "interval": LEVEL,
        "test": TEST,
        "tests": len(tests),
        "systems": {
            score["system"]: {name: score[name] for name in TAKEN}
            | {"columns": score["columns"] | {AVERAGE: score["average"] | {"items": score["items"]}}}
            for score in scores
        },
        "pairs": pairs,
    }


def check_same_items(scores: list[Scores]) -> None:
    """Like is compared with like: one benchmark, the same items in the same orders."""
    if not scores:
        raise InputError("no scores to compare: name systems or students in the config")
    seen = {(score["benchmark"], score["provenance"]["items_digest"]): score["system"] for score in scores}
    if len(seen) > 1:
        raise InputError(
            f"the systems {', '.join(sorted(seen.values()))} were scored on different items: answer and score them on"
            " the same benchmark file"
        )


def differences(cells: Cells, base: Cells, seed: int, resamples: int) -> dict[str, dict[str, Any]]:
    """{column: system minus base, its interval and p}, the average too."""
    check_paired(cells, base)
    values = zip(
        [*cells.names, AVERAGE],
        cells.point() - base.point(),
        intervals(cells, seed, resamples, against=base),
        p_values(cells, base, seed, resamples),
        strict=True,
    )
    return {
        name: {"difference": as_number(value), "low": as_number(low), "high": as_number(high), "p": as_number(p)}
        for name, value, (low, high), p in values
    }


def write_csv(path: Path, comparison: dict[str, Any]) -> None:
    """A line a system and column: values, and the difference to the base where there is one."""
    pairs = {pair["system"]: pair for pair in comparison["pairs"]}
    ends = ("difference_low", "difference_high")
    with publish(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["system", "column", *VALUES, "base", "difference", *ends, "p", "p_holm"])
        for system, found in comparison["systems"].items():
            pair = pairs.get(system, {"base": None, "columns": {}})
            for column in comparison["columns"]:
                value, change = found["columns"][column], pair["columns"].get(column, {})
                writer.writerow(
                    [system, column, *(value[name] for name in VALUES), pair["base"]]
                    + [change.get(name) for name in DIFFERENCES]
                )
