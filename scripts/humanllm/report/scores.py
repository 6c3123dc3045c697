"""A comparison/{benchmark}.json (see `humanllm.scoring_comparison`) as tables of words and numbers.

A cell: {"value": 0.35, "low": 0.25, "high": 0.45, "chance": 0.25, "best": True}
One of a table of differences has `p` (corrected for the number of tests) instead of the last two.
"""

from __future__ import annotations

from typing import Any

from humanllm.report.plots import Score

TITLES = {"in_domain": "In-domain tasks", "motivebench": "MotiveBench", "tombench": "ToMBench"}
AVERAGE = "average"
Comparison = dict[str, Any]
Cell = dict[str, Any]


def title(benchmark: str) -> str:
    return TITLES.get(benchmark, benchmark)


def averages(comparison: Comparison, order: list[str]) -> dict[str, Cell]:
    """{system: its average}, in the `order` of the run's systems."""
    names = sorted(comparison["systems"], key=lambda name: (order.index(name) if name in order else len(order), name))
    return {name: _value(comparison["systems"][name]["columns"][AVERAGE]) for name in names}


def table(comparison: Comparison, order: list[str]) -> dict[str, Any]:
    """Everything that the report shows of one benchmark, the systems in the `order` of the run."""
    systems, columns = comparison["systems"], comparison["columns"]
    means = averages(comparison, order)
    grid = {name: [_value(systems[name]["columns"][column]) for column in columns] for name in means}
    _mark_best(list(grid.values()))
    return {
        "title": title(comparison["benchmark"]),
        "caption": f"Accuracy over {comparison['items']:,} items in {comparison['clusters']:,} clusters"
        f" (users, scenarios or stories), with {100 * comparison['interval']:.0f} % intervals over clusters.",
        "columns": columns,
        "rows": [{"system": name, "cells": cells} for name, cells in grid.items()],
        "chance": [cell["chance"] for cell in next(iter(grid.values()))],
        "differences": [
            {
                "system": f"{pair['system']} against {pair['base']}",
                "cells": [_change(pair["columns"][column]) for column in columns],
            }
            for pair in comparison["pairs"]
        ],
        "test": comparison["test"],
        "merging": _merging(means),
        "habits": [_habits(name, systems[name]) for name in means],
    }


def _value(found: dict[str, Any]) -> Cell:
    return {"value": found["accuracy"]} | {name: found[name] for name in ("low", "high", "chance")}


def _change(found: dict[str, Any]) -> Cell:
    return {"value": found["difference"], "low": found["low"], "high": found["high"], "p": found["p_holm"]}


def _mark_best(grid: list[list[Cell]]) -> None:
    """The highest of each column."""
    for cells in zip(*grid, strict=True):
        best = max((cell["value"] for cell in cells if cell["value"] is not None), default=None)
        for cell in cells:
            cell["best"] = cell["value"] is not None and cell["value"] == best


def _merging(means: dict[str, Cell]) -> list[str]:
    """Merged against unmerged, for each student and training set that has both."""
    lines = []
    for name in means:
        trained = name.removesuffix("-merged")
        if name == trained or f"{trained}-unmerged" not in means:
            continue
        merged, unmerged = means[name]["value"], means[f"{trained}-unmerged"]["value"]
        if merged is not None and unmerged is not None:
            lines.append(
                f"{trained}: merged {merged:.3f}, unmerged {unmerged:.3f} on average, a difference of"
                f" {merged - unmerged:+.3f}."
            )
    return lines


def _habits(name: str, system: dict[str, Any]) -> dict[str, Any]:
    """How a system answers, right or wrong."""
    steady = system["consistency"]
    return {
        "system": name,
        "no_answer": f"{100 * system['no_answer']['share']:.1f} %",
        "same_choice": f"{100 * steady['same_choice']:.0f} %" if steady else "one order",
    }


def groups(made: dict[str, Any]) -> dict[str, list[Score]]:
    """A table's scores by column, as the figure takes them: (system, value, low, high)."""
    found: dict[str, list[Score]] = {}
    for row in made["rows"]:
        for column, cell in zip(made["columns"], row["cells"], strict=True):
            if cell["low"] is not None:
                found.setdefault(column, []).append((row["system"], cell["value"], cell["low"], cell["high"]))
    return found


def chances(made: dict[str, Any]) -> dict[str, float]:
    """{column: chance} where it is known."""
    pairs = zip(made["columns"], made["chance"], strict=True)
    return {column: chance for column, chance in pairs if chance is not None}
