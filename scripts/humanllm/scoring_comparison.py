"""All systems on one benchmark, and the pairs of them that answer a question of the paper.

comparison/{benchmark}.json, where "average" is a column like the others:
    {"benchmark": "motivebench", "reading": "paper", "columns": ["Amazon", "Blogger", "Persona", "average"],
     "kind": "accuracy", "scale": [0, 1], "items": 600, "clusters": 200, "interval": 0.95, "power": 0.8,
     "test": "permutation test paired by cluster ...", "tests": 8,
     "systems": {"demo-base": {"columns": {"Amazon": {"accuracy": 0.61, "low": 0.55, "high": 0.67, "chance": 0.167,
                                                      "items": 150, ...}, "average": {...}},
                               "readings": {...}, "no_answer": {...}, "consistency": {...}, "provenance": {...}}},
     "pairs": [{"system": "demo-full-merged", "base": "demo-base", "why": "base", "left_out": 0,
                "columns": {"Amazon": {"difference": 0.02, "low": -0.01, "high": 0.05, "p": 0.2, "p_holm": 0.8,
                                       "mde": 0.04}, "average": {...}}}]}
`why`: "base" (tuned against its base), "unmerged" (merged against unmerged), "full" (an ablation against the full
training set). `mde`: the least true difference that one test by itself, at 0.05, would find with the given power. Of an
application "kind" is "grades", "scale" [1, 10], "accuracy" the mean grade, and there is no chance; its pairs are
compared over the items that both have grades for, and `left_out` counts the others.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.scoring_statistics import (
    LEVEL,
    POWER,
    Cells,
    as_number,
    check_paired,
    detectable,
    holm,
    intervals,
    p_values,
)
from humanllm.tables import Row

Scores = dict[str, Any]
Pair = tuple[str, str, str]  # a system, the one it is compared with, why
AVERAGE = "average"
TEST = (
    "permutation test paired by cluster, two-sided; p_holm: Holm's correction over all pairs of one kind, the averages"
    " by themselves and the columns by themselves"
)
FLIPS = 100  # of signs a test of a family at least: the smallest p that can come out must outlast the correction
# From the scores as they are; what one kind of score does not have is null.
TAKEN = ("readings", "no_answer", "consistency", "by_gold_position", "choice_positions", "provenance")
OF_GRADES = ("distribution", "by_position", "length", "left_out", "cut_off")
VALUES = ("accuracy", "low", "high", "chance")
DIFFERENCES = ("difference", "low", "high", "p", "p_holm", "mde")


def compare(
    scores: list[Scores], cells: dict[str, list[Row]], pairs: list[Pair], seed: int, resamples: int
) -> dict[str, Any]:
    """The comparison JSON of the `scores` of one benchmark or application.

    `cells` are the systems' sums of the paper's reading, `pairs` what to compare. Raises InputError when two systems
    were scored on different items.
    """
    check_same_items(scores)
    asked = [pair for pair in pairs if pair[0] in cells and pair[1] in cells]
    columns = [*sorted(scores[0]["columns"]), AVERAGE]
    flips = max(resamples, FLIPS * _largest_family(asked, len(columns) - 1))
    found: list[dict[str, Any]] = []
    first = scores[0]
    for name, base, why in asked:
        own, other, left_out = in_common(cells[name], cells[base], first["items"])
        changes = differences(Cells(own), Cells(other), seed, resamples, flips)
        found.append({"system": name, "base": base, "why": why, "left_out": left_out, "columns": changes})
    return {
        **{name: first[name] for name in ("benchmark", "reading", "items", "clusters")},
        "kind": first.get("kind", "accuracy"),
        "scale": first.get("scale", [0, 1]),
        "columns": columns,
        "interval": LEVEL,
        "power": POWER,
        "test": TEST,
        "tests": correct(found),
        "systems": {
            score["system"]: {name: score.get(name) for name in TAKEN + OF_GRADES}
            | {"columns": score["columns"] | {AVERAGE: score["average"] | {"items": _items(score)}}}
            for score in scores
        },
        "pairs": found,
    }


def _items(score: Scores) -> int:
    """Those that count for a system."""
    return int(score["items"]) - sum((score.get("left_out") or {}).values())


def in_common(cells: list[Row], base: list[Row], items: int) -> tuple[list[Row], list[Row], int]:
    """Both systems' cells of the items that both have, and how many of the `items` are not among these.

    Cells of whole clusters are of all items. Raises InputError when nothing is left.
    """
    shared = {cell["item"] for cell in cells} & {cell["item"] for cell in base}
    if not shared:
        raise InputError("two systems have no item in common that both have grades for: judge their answers again")
    if None in shared:
        return cells, base, 0
    own, other = ([cell for cell in rows if cell["item"] in shared] for rows in (cells, base))
    return own, other, items - len(shared)


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


def differences(cells: Cells, base: Cells, seed: int, resamples: int, flips: int) -> dict[str, dict[str, Any]]:
    """{column: system minus base, its interval, p and the least detectable difference}, the average too."""
    check_paired(cells, base)
    values = zip(
        [*cells.names, AVERAGE],
        cells.point() - base.point(),
        intervals(cells, seed, resamples, against=base),
        p_values(cells, base, seed, flips),
        detectable(cells, base),
        strict=True,
    )
    return {
        name: {
            "difference": as_number(value),
            "low": as_number(low),
            "high": as_number(high),
            "p": as_number(p),
            "mde": as_number(mde),
        }
        for name, value, (low, high), p, mde in values
    }


def _largest_family(pairs: list[Pair], columns: int) -> int:
    kinds = [why for _, _, why in pairs]
    return max((kinds.count(why) for why in kinds), default=0) * columns


def correct(pairs: list[dict[str, Any]]) -> int:
    """Give each test its `p_holm`, in families of one kind of pair; the number of tests."""
    families: dict[tuple[str, bool], list[dict[str, Any]]] = defaultdict(list)
    for pair in pairs:
        for column, test in pair["columns"].items():
            families[pair["why"], column == AVERAGE].append(test)
    for tests in families.values():
        for test, adjusted in zip(tests, holm([test["p"] for test in tests]), strict=True):
            test["p_holm"] = as_number(adjusted)
    return sum(map(len, families.values()))


def write_csv(path: Path, comparison: dict[str, Any]) -> None:
    """A line a system and column, and one more for each pair that the system is compared in beyond the first."""
    pairs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pair in comparison["pairs"]:
        pairs[pair["system"]].append(pair)
    ends = ("difference_low", "difference_high")
    with publish(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["system", "column", *VALUES, "base", "why", "difference", *ends, "p", "p_holm", "mde"])
        for system, found in comparison["systems"].items():
            for column in comparison["columns"]:
                value = [found["columns"][column].get(name) for name in VALUES]
                for pair in pairs[system] or [{"base": None, "why": None, "columns": {}}]:
                    change = pair["columns"].get(column, {})
                    writer.writerow(
                        [system, column, *value, pair["base"], pair["why"]] + [change.get(name) for name in DIFFERENCES]
                    )
