"""A comparison/{benchmark}.json (see `humanllm.scoring_comparison`) as tables of words and numbers.

A cell: {"value": 0.35, "low": 0.25, "high": 0.45, "chance": 0.25, "best": True, "paper": 0.41}
One of a table of differences has `p` (corrected for the number of tests) and `mde` instead of the last three.
"""

from __future__ import annotations

from typing import Any

from humanllm.report.lineup import grouped, label, lineup, main_variant
from humanllm.report.paper import Figures
from humanllm.report.plots import Score

TITLES = {
    "in_domain": "In-domain tasks",
    "motivebench": "MotiveBench",
    "tombench": "ToMBench",
    "profile_writing": "Profile writing",
    "human_explainer": "Human explainer",
    "personalized_writing": "Personalised writing",
}
IN_PAPER = {"in_domain": 1, "motivebench": 2, "tombench": 3}
WHY = {  # the kinds of pairs: how a table of them is called, and its rows
    "base": "Trained against the base",
    "unmerged": "Merged against unmerged",
    "full": "Other training sets against the full one",
}
AVERAGE = "average"
SURE = 0.05  # a corrected p below it is marked
OPEN = 8  # rows of a table that is shown without a click
Comparison = dict[str, Any]
Cell = dict[str, Any]
Facts = dict[str, Any]


def title(benchmark: str) -> str:
    return TITLES.get(benchmark, benchmark)


def averages(comparison: Comparison, run: dict[str, Any]) -> dict[str, Cell]:
    """{system: its average}, in the order of the run's systems."""
    return {
        member["system"]: value_of(comparison["systems"][member["system"]]["columns"][AVERAGE])
        for _, members in grouped(run, comparison["systems"])
        for member in members
    }


def value_of(found: dict[str, Any]) -> Cell:
    return {"value": found["accuracy"]} | {name: found.get(name) for name in ("low", "high", "chance")}


def tables(
    name: str, comparison: Comparison, run: dict[str, Any], figures: Figures, only: list[str] | None = None
) -> dict[str, Any]:
    """Everything that the report shows of one benchmark or application, or of the systems in `only`."""
    main, more = _split(run, comparison) if only is None else (only, [])
    printed = figures.get(name, {})
    graded = comparison.get("kind") == "grades"
    return {
        "name": name,
        "title": title(name) + (f" (the paper's Table {IN_PAPER[name]})" if name in IN_PAPER else ""),
        "caption": _caption(comparison, graded),
        "graded": graded,
        "digits": 2 if graded else 3,
        "columns": [column.replace("_", " ") for column in comparison["columns"]],
        "main": _grid(comparison, run, main, printed),
        "more": _grid(comparison, run, more, printed) if more else [],
        "more_count": len(more),
        "chance": _chance(comparison),
        "paper_only": _paper_only(comparison, printed),
        "has_paper": bool(printed),
        "pairs": _pairs(comparison, run),
        "test": comparison["test"],
        "power": comparison.get("power"),
        "systems": len(comparison["systems"]),
    }


def _caption(comparison: Comparison, graded: bool) -> str:
    low, high = comparison.get("scale", [0, 1])
    what = f"Mean grade of the judge, {low:g} to {high:g}," if graded else "Accuracy"
    said = (
        f"{what} over {comparison['items']:,} items in {comparison['clusters']:,} clusters (users, scenarios or"
        f" stories), with {100 * comparison['interval']:.0f} % intervals over clusters."
    )
    most = max((sum((of.get("left_out") or {}).values()) for of in comparison["systems"].values()), default=0)
    if not most:
        return said
    return said + (
        f" Some answers, of one system {most:,}, came without usable grades: they are left out of its means alone, and"
        " two systems are compared over the items that both have grades for."
    )


def _split(run: dict[str, Any], comparison: Comparison) -> tuple[list[str], list[str]]:
    """The systems of the paper's main table, and those of the other training sets."""
    more = [member["system"] for member in lineup(run) if member["variant"] not in (None, main_variant(run))]
    names = list(comparison["systems"])
    return [name for name in names if name not in more], [name for name in names if name in more]


def _grid(comparison: Comparison, run: dict[str, Any], names: list[str], printed: dict[str, Any]) -> list[Facts]:
    """Rows by student: [{"student": "demo", "rows": [{"system", "label", "cells"}]}], the best of a column marked."""
    groups: list[Facts] = []
    every: list[list[Cell]] = []
    for student, members in grouped(run, names):
        rows: list[Facts] = []
        for member in members:
            values = comparison["systems"][member["system"]]["columns"]
            paper = printed.get(member["system"], {})
            cells = [value_of(values[column]) | {"paper": paper.get(column)} for column in comparison["columns"]]
            rows.append({"system": member["system"], "label": label(member), "cells": cells})
        groups.append({"student": student, "rows": rows})
        every += [row["cells"] for row in rows]
    _mark_best(every)
    return groups


def _mark_best(grid: list[list[Cell]]) -> None:
    """The highest of each column."""
    for cells in zip(*grid, strict=True):
        best = max((cell["value"] for cell in cells if cell["value"] is not None), default=None)
        for cell in cells:
            cell["best"] = len(cells) > 1 and cell["value"] is not None and cell["value"] == best


def _chance(comparison: Comparison) -> list[float | None]:
    first = next(iter(comparison["systems"].values()))["columns"]
    return [first[column].get("chance") for column in comparison["columns"]]


def _paper_only(comparison: Comparison, printed: dict[str, dict[str, float]]) -> list[Facts]:
    """Rows of the paper for systems that this run did not score."""
    return [
        {"system": system, "cells": [values.get(column) for column in comparison["columns"]]}
        for system, values in printed.items()
        if system not in comparison["systems"]
    ]


def _pairs(comparison: Comparison, run: dict[str, Any]) -> list[Facts]:
    """A table of differences for each kind of pair that the run has."""
    made = []
    for why, called in WHY.items():
        pairs = {pair["system"]: pair for pair in comparison["pairs"] if pair.get("why", "base") == why}
        groups = [
            {
                "student": student,
                "rows": [_change_row(pairs[member["system"]], label(member), comparison) for member in members],
            }
            for student, members in grouped(run, pairs)
        ]
        if groups:
            made.append({"title": called, "groups": groups, "open": len(pairs) <= OPEN})
    return made


def _change_row(pair: dict[str, Any], name: str, comparison: Comparison) -> Facts:
    return {
        "label": name,
        "against": pair["base"] + (f" (items left out: {left_out:,})" if (left_out := pair.get("left_out", 0)) else ""),
        "cells": [
            _change(pair["columns"][column], comparison.get("scale", [0, 1])) for column in comparison["columns"]
        ],
    }


def _change(found: dict[str, Any], scale: list[float]) -> Cell:
    """`blind`: not even the largest difference that the scale allows would be found."""
    p, mde = found["p_holm"], found.get("mde")
    return {"value": found["difference"], "low": found["low"], "high": found["high"]} | {
        "p": p,
        "mde": mde,
        "blind": mde is not None and mde > scale[1] - scale[0],
        "sure": p is not None and p < SURE,
    }


def points(comparison: Comparison, run: dict[str, Any]) -> list[Facts]:
    """The averages for the figure: [{"student", "rows": [{"label", "marks": {"merged": (value, low, high)}}]}].

    A student's variant is one row with a mark for each state; its base is a row of its own.
    """
    means = averages(comparison, run)
    groups = []
    for student, members in grouped(run, means):
        rows: dict[str, dict[str, tuple[float, float, float]]] = {}
        for member in members:
            cell = means[member["system"]]
            state = member["state"] if member["student"] else "other"
            if None not in (cell["value"], cell["low"]):
                name = member["variant"] or member["state"]
                rows.setdefault(name, {})[state] = (cell["value"], cell["low"], cell["high"])
        groups.append({"student": student, "rows": [{"label": name, "marks": marks} for name, marks in rows.items()]})
    return groups


def groups(comparison: Comparison, run: dict[str, Any]) -> dict[str, list[Score]]:
    """The scores by column, as the figure takes them: (system, value, low, high)."""
    found: dict[str, list[Score]] = {}
    for _, members in grouped(run, comparison["systems"]):
        for member in members:
            values = comparison["systems"][member["system"]]["columns"]
            for column in comparison["columns"]:
                cell = value_of(values[column])
                if None not in (cell["value"], cell["low"]):
                    point = (member["system"], cell["value"], cell["low"], cell["high"])
                    found.setdefault(column.replace("_", " "), []).append(point)
    return found


def chances(comparison: Comparison) -> dict[str, float]:
    """{column: chance} where it is known."""
    pairs = zip(comparison["columns"], _chance(comparison), strict=True)
    return {column.replace("_", " "): chance for column, chance in pairs if chance is not None}
