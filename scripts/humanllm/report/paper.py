"""The paper's own figures, from a CSV that the user fills in; this project ships none of them.

docs/paper_figures.csv has the rows; those without a value are left out:
    table,system,column,value
    tombench,llama-3.1-8b-base,Belief,
    funnel,reddit,records in the dumps,
read(...) gives {"tombench": {"llama-3.1-8b-base": {"Belief": 0.61}}}.
"""

from __future__ import annotations

import csv
from pathlib import Path

from humanllm.errors import InputError

HEAD = ["table", "system", "column", "value"]
Figures = dict[str, dict[str, dict[str, float]]]


def read(path: Path) -> Figures:
    """The figures that are filled in. Raises InputError, with the line, for what is no figure or stands there twice."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [(number, row) for number, row in enumerate(csv.reader(file), 1) if any(row)]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"report.paper_figures: {path} cannot be read ({error}): give a CSV, or null") from error
    if not lines or lines[0][1] != HEAD:
        raise InputError(f"report.paper_figures: {path} must begin with the line {','.join(HEAD)}")
    found: Figures = {}
    for number, row in lines[1:]:
        if len(row) != len(HEAD):
            raise InputError(f"{path}, line {number}: {len(row)} fields, not {len(HEAD)} ({', '.join(HEAD)})")
        table, system, column, value = (field.strip() for field in row)
        if not value:
            continue
        place = found.setdefault(table, {}).setdefault(system, {})
        if column in place:
            raise InputError(f"{path}, line {number}: {table}, {system}, {column} stands there twice")
        place[column] = _number(value, f"{path}, line {number}")
    return found


def _number(text: str, where: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise InputError(f"{where}: {text!r} is no number: write 0.6123 for 61.23 %") from None


def check(figures: Figures, tables: dict[str, list[str]], scales: dict[str, list[float]], known: set[str]) -> None:
    """Raise InputError for an unknown table, a column that a shown table does not have, or a value off its scale.

    `tables`: {table: its columns} and `scales`: {table: [least, greatest]} of the tables that this run shows; figures
    of the other `known` ones are left alone.
    """
    for table, systems in figures.items():
        if table not in known:
            raise InputError(f"report.paper_figures: no table {table} (known: {', '.join(sorted(known))})")
        for system, columns in systems.items() if table in tables else ():
            for column, value in columns.items():
                where = f"report.paper_figures: {table}, {system}, {column}"
                if column not in tables[table]:
                    raise InputError(f"{where}: no such column (known: {', '.join(tables[table])})")
                low, high = scales.get(table, [0, float("inf")])
                if not low <= value <= high:
                    raise InputError(f"{where}: {value:g} is not between {low:g} and {high:g}: write shares, not %")
