"""The report's tables as plain rows, for a spreadsheet or another program: report/tables/{name}.csv and .json.

flat_tables(facts)["scores"][0]
    {"benchmark": "tombench", "system": "demo-base", "student": "demo", "variant": None, "state": "base",
     "column": "Belief", "accuracy": 0.35, "low": 0.25, "high": 0.45, "chance": 0.25, "paper": None}
A table without rows has no file: the page says what the run lacks.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from humanllm.files import publish_folder, write_json
from humanllm.report import quality, training_view
from humanllm.report.lineup import grouped
from humanllm.report.view import calls, dead_rows, funnel_steps

Row = dict[str, Any]
Facts = dict[str, Any]
VALUES = ("accuracy", "low", "high", "chance")
DIFFERENCES = ("difference", "low", "high", "p", "p_holm", "mde")
MEMBER = ("system", "student", "variant", "state")


def flat_tables(facts: Facts) -> dict[str, list[Row]]:
    """{name of a table: its rows}."""
    compared = facts["benchmarks"] | facts["applications"]
    return {
        "funnel": _funnel(facts),
        "stages": _stages(facts),
        "quality": _quality(facts),
        "judge_scores": _judge_scores(facts),
        "training_set": _training_set(facts),
        "training": _training(facts),
        "scores": [row for name, found in compared.items() for row in _scores(name, found, facts)],
        "differences": [row for name, found in compared.items() for row in _differences(name, found)],
        "clues": [
            {"benchmark": name, "column": column} | values
            for name, found in facts["clues"].items()
            for column, values in found["columns"].items()
        ],
        "calls": [{name: value for name, value in row.items() if name != "label"} for row in calls(facts)],
        "costs": facts["costs"],
        "dead_letters": dead_rows(facts),
    }


def write_tables(folder: Path, tables: dict[str, list[Row]]) -> None:
    with publish_folder(folder) as temporary:
        for name, rows in tables.items():
            if not rows:
                continue
            write_json(temporary / f"{name}.json", rows)
            with (temporary / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(
                    file, list(dict.fromkeys(key for row in rows for key in row)), lineterminator="\n"
                )
                writer.writeheader()
                writer.writerows(rows)


def _funnel(facts: Facts) -> list[Row]:
    given = facts["paper"].get("funnel", {})
    return [
        {"step": row["label"], "source": source, "count": count, "paper": given.get(source, {}).get(row["label"])}
        for row in funnel_steps(facts)
        for source, count in zip(facts["funnel"], row["cells"], strict=True)
    ]


def _stages(facts: Facts) -> list[Row]:
    """A row a stage, part and source; what was dropped is a row for each reason, with the same counts."""
    return [
        {"source": source, **{name: row[name] for name in ("stage", "part", "in", "kept")}}
        | {"reason": reason, "dropped": count, "dead": sum(row["dead"].values())}
        for source, funnel in facts["funnel"].items()
        for row in funnel["rows"]
        for reason, count in (row["dropped"] or {"": 0}).items()
    ]


def _quality(facts: Facts) -> list[Row]:
    return [
        {"kind": row["kind"], "source": source, "made": cell["made"], "passed": cell["passed"]}
        for row in quality.rows(facts)
        for source, cell in zip(facts["funnel"], row["cells"], strict=True)
    ]


def _judge_scores(facts: Facts) -> list[Row]:
    return [
        {"kind": kind, "metric": metric, "grade": grade, "count": count}
        for kind, metrics in quality.histograms(facts).items()
        for metric, counts in metrics.items()
        for grade, count in sorted(counts.items())
    ]


def _training_set(facts: Facts) -> list[Row]:
    return [
        {
            "variant": variant,
            "task": task,
            "source": source,
            "train": sides.get("train", 0),
            "test": sides.get("test", 0),
        }
        for variant, report in facts["sft"].items()
        for task, sources in report["samples"].items()
        for source, sides in sources.items()
    ]


def _training(facts: Facts) -> list[Row]:
    return [
        {"student": model["model"]}
        | {name: value for name, value in training_view.model_row(model).items() if name != "lines"}
        for model in facts["models"]
    ]


def _scores(name: str, comparison: Facts, facts: Facts) -> list[Row]:
    printed = facts["paper"].get(name, {})
    rows = []
    for _, members in grouped(facts["run"], comparison["systems"]):
        for member in members:
            values = comparison["systems"][member["system"]]["columns"]
            for column in comparison["columns"]:
                row = {"benchmark": name, **{part: member[part] for part in MEMBER}, "column": column}
                row |= {part: values[column].get(part) for part in VALUES}
                rows.append(row | {"paper": printed.get(member["system"], {}).get(column)})
    return rows


def _differences(name: str, comparison: Facts) -> list[Row]:
    return [
        {"benchmark": name, "system": pair["system"], "against": pair["base"], "why": pair.get("why"), "column": column}
        | {"left_out": pair.get("left_out", 0)}
        | {part: values.get(part) for part in DIFFERENCES}
        for pair in comparison["pairs"]
        for column, values in pair["columns"].items()
    ]
