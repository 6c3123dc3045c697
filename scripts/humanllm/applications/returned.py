"""The sheets that people sent back: checked against the key, then means by system and how far the raters agree.

A line of a returned sheet (applications/sheets.py lays it out); a grade that was not given is empty:
    sheet,application,rater,sample,faithfulness,realism,coverage
    4f0c9a1be213,profile_writing,"anna",s01,7,8,
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

import numpy as np
from scipy import stats

from humanllm.applications.scores import SCALE
from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.scoring_statistics import Cells, as_number, intervals
from humanllm.tables import Row

LEVELS: tuple[Literal["ordinal", "interval"], ...] = ("ordinal", "interval")  # of measurement, for alpha
HEAD = ("sheet", "application", "rater", "sample")
Key = dict[str, Any]


@dataclass
class Sheet:
    """One rater's grades: {sample: {metric: grade}}, without those not given."""

    path: Path
    rater: str
    grades: dict[str, dict[str, int]] = field(default_factory=dict)

    def grade(self, sample: str, metric: str) -> int | None:
        return self.grades.get(sample, {}).get(metric)


def read_key(path: Path) -> Key:
    """The key of a sheet. Raises InputError on another file."""
    try:
        key = read_json(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a sheet's key ({error}): give key.json of the sheet") from error
    if not isinstance(key, dict) or not {"sheet", "application", "metrics", "rows"} <= key.keys():
        raise InputError(f"{path} is no sheet's key: give the key.json that lay_out_sheet wrote beside the sheet")
    return dict(key)


def read_sheets(paths: Sequence[Path], key: Key) -> list[Sheet]:
    """All sheets. Raises InputError when two of them are by one rater."""
    sheets: list[Sheet] = []
    for path in paths:
        sheet = read_sheet(path, key)
        same = [other.path for other in sheets if _same_name(other.rater, sheet.rater)]
        if same:
            raise InputError(
                f"{path} and {same[0]} are both by the rater {sheet.rater!r}: leave one out, or if they are two people"
                " change the name in the column rater of one"
            )
        sheets.append(sheet)
    return sheets


def _same_name(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def read_sheet(path: Path, key: Key) -> Sheet:
    """One returned CSV, as saved or passed through a spreadsheet. Raises InputError with the line and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as UTF-8 text ({error}): ask for the CSV that the sheet saves"
        ) from error
    first = text.partition("\n")[0]
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    wanted = [*HEAD, *key["metrics"]]
    if missing := [name for name in wanted if name not in (lines.fieldnames or ())]:
        raise InputError(f"{path} lacks the columns {', '.join(missing)}: it is no sheet of {key['application']}")
    sheet: Sheet | None = None
    for line in lines:
        place = f"{path} line {lines.line_num}"
        if not any((line[name] or "").strip() for name in HEAD):
            continue  # an empty line that a spreadsheet left
        sheet = _take(line, key, place, sheet or Sheet(path, (line["rater"] or "").strip()))
    if sheet is None:
        raise InputError(f"{path} holds no sample: ask for the CSV that the sheet saves")
    return sheet


def _take(line: dict[str, str], key: Key, place: str, sheet: Sheet) -> Sheet:
    """Add a line's grades to the sheet."""
    given, sample = {name: (line[name] or "").strip() for name in HEAD}, (line["sample"] or "").strip()
    if given["sheet"] != key["sheet"]:
        raise InputError(
            f"{place} is of the sheet {given['sheet'] or '(none)'}, the key is of {key['sheet']}: give the key of the"
            " run that the sheet was laid out by"
        )
    if not given["rater"]:
        raise InputError(f"{place} names no rater: write the same name or code in the column rater of every line")
    if not _same_name(given["rater"], sheet.rater):
        raise InputError(
            f"{place}: the rater is {given['rater']!r}, in other lines {sheet.rater!r}: one file, one rater"
        )
    if sample not in key["rows"]:
        raise InputError(f"{place}: the sheet has no sample {sample!r}")
    if sample in sheet.grades:
        raise InputError(f"{place}: the sample {sample} stands twice; leave one of its lines out")
    sheet.grades[sample] = {
        metric: _grade(value, metric, place) for metric in key["metrics"] if (value := (line[metric] or "").strip())
    }
    return sheet


def _grade(text: str, metric: str, place: str) -> int:
    low, high = SCALE
    if not re.fullmatch(r"\d{1,2}", text) or not low <= int(text) <= high:
        raise InputError(f"{place}: {metric} is {text!r}, and not a whole number from {low} to {high}")
    return int(text)


def score_sheets(key: Key, sheets: Sequence[Sheet], seed: int, resamples: int) -> dict[str, Any]:
    """Means by system and metric with intervals over people written about, and agreement by metric."""
    metrics, rows = key["metrics"], key["rows"]
    wanted = len(rows) * len(metrics)
    given = {sheet.rater: sum(map(len, sheet.grades.values())) for sheet in sheets}
    return {
        "application": key["application"],
        "sheet": key["sheet"],
        "raters": sorted(given),
        "samples": len(rows),
        "missing": {rater: wanted - count for rater, count in sorted(given.items())},
        "agreement": {metric: agreement(key, sheets, metric) for metric in metrics},
        "systems": {
            system: _of_system(key, sheets, system, seed, resamples)
            for system in sorted({row["system"] for row in rows.values()})
        },
    }


def agreement(key: Key, sheets: Sequence[Sheet], metric: str) -> dict[str, Any]:
    """Krippendorff's alpha among the raters, and Spearman's correlation of their means with the judge's grades.

    Alpha is None where fewer than two raters graded a same sample, or all grades are the same: it says nothing then.
    """
    table = np.array([[sheet.grade(sample, metric) for sample in key["rows"]] for sheet in sheets], dtype=float)
    found: dict[str, Any] = {"grades": int(np.isfinite(table).sum())}
    shared = table[:, np.isfinite(table).sum(0) > 1]
    found["samples_shared"] = shared.shape[1]
    found |= {level: _alpha(shared, level) for level in LEVELS}
    judged = [(fmean(own), row["judge"][metric]) for own, row in _means(key, sheets, metric) if row["judge"]]
    told = len({one for one, _ in judged}) > 1 and len({other for _, other in judged}) > 1
    found["with_judge"] = as_number(stats.spearmanr(*zip(*judged, strict=True)).statistic) if told else None
    return found


def _alpha(table: np.ndarray, level: Literal["ordinal", "interval"]) -> float | None:
    import krippendorff

    values = np.unique(table[np.isfinite(table)])
    return as_number(krippendorff.alpha(table, level_of_measurement=level)) if len(values) > 1 else None


def _means(key: Key, sheets: Sequence[Sheet], metric: str) -> list[tuple[list[int], Row]]:
    """The grades of each sample that has any, with its row of the key."""
    every = [([sheet.grade(name, metric) for sheet in sheets], row) for name, row in key["rows"].items()]
    found = [([grade for grade in grades if grade is not None], row) for grades, row in every]
    return [(grades, row) for grades, row in found if grades]


def _of_system(key: Key, sheets: Sequence[Sheet], system: str, seed: int, resamples: int) -> dict[str, Any]:
    """{metric: mean, interval, counts and the judge's mean of the same samples}, and the average of the metrics."""
    cells: list[Row] = []
    columns: dict[str, dict[str, Any]] = {}
    for metric in key["metrics"]:
        own = [(grades, row) for grades, row in _means(key, sheets, metric) if row["system"] == system]
        judged = [row["judge"][metric] for _, row in own if row["judge"]]
        columns[metric] = {"samples": len(own), "grades": sum(len(grades) for grades, _ in own)}
        columns[metric]["judge"] = as_number(fmean(judged)) if judged else None
        for grades, row in own:
            cell = {"cluster": row["cluster"], "column": metric, "group": metric}
            cells.append(cell | {"correct": fmean(grades), "answers": 1.0})
    table = Cells(cells) if cells else None
    values = [] if table is None else zip(table.point(), intervals(table, seed, resamples), strict=True)
    names = [] if table is None else [*table.names, "average"]
    means = {
        name: {"mean": as_number(value), "low": as_number(low), "high": as_number(high)}
        for name, (value, (low, high)) in zip(names, values, strict=True)
    }
    nothing = {"mean": None, "low": None, "high": None}
    return {name: means.get(name, nothing) | columns.get(name, {}) for name in (*key["metrics"], "average")}
