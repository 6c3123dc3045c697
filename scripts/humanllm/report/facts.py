"""All that the report, the cards and the summary say about a run, in one JSON (report/facts.json).

    {"run": {"teacher": {"name": "extractive", ...}, "students": ["demo"], ...},
     "funnel": {"blogger": {"rows": [...], "gaps": []}}, "sft": {"full": {...}},
     "models": [{"model": "demo", "variant": "full", "packing": {...}, "training": {...}, "merge": {...}}],
     "benchmarks": {"tombench": {...}}, "applications": {"profile_writing": {...}}, "clues": {"in_domain": {...}},
     "sheets": {"profile_writing": "../human/profile_writing/sheet.html"}, "stages": [...],
     "paper": {"tombench": {...}}, "costs": [...], "missing": ["scores of tombench"]}
A part that is absent stands in `missing`, in words that fit "This run has no ...".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.report import costs, paper
from humanllm.report.funnel import COUNTS, gaps, read_stats

Files = Mapping[str, str]  # by the name under which the report shows them
POINTS = 400  # of a loss curve: more cannot be seen


class Gatherer:
    """Reads the run's files; what is not there is noted, what is no JSON is an error."""

    def __init__(self) -> None:
        self.missing: list[str] = []

    def read(self, path: str, what: str) -> Any:
        """The JSON of `path`, or None with `what` noted as missing."""
        if not Path(path).exists():
            self.missing.append(what)
            return None
        try:
            return read_json(path)
        except (ValueError, OSError) as error:
            raise InputError(f"{path} is no JSON ({error}): delete it and run again") from error

    def read_all(self, files: Files, what: str) -> dict[str, Any]:
        """{name: JSON} of what is there; `what` alone is noted when none is asked for."""
        if not files:
            self.missing.append(what)
        found = {name: self.read(path, f"{what} of {name.replace('_', ' ')}") for name, path in files.items()}
        return {name: value for name, value in found.items() if value is not None}


def gather(
    run: dict[str, Any], files: dict[str, Any], figures: Path | None, measured: Path | None, page: Path
) -> dict[str, Any]:
    """Everything in one dict, plain JSON.

    `files`: {"funnels": {source: path}, "sets": {variant: path}, "models": {"model/variant": {"packing": path,
    "training": path, "merge": path}}, "benchmarks": {benchmark: path}, "applications": {application: path},
    "clues": {benchmark: path}, "sheets": {application: path}, "stages": {part: path of a .stats.json}}
    `figures` is the CSV of the paper's figures, `measured` the folder of Snakemake's benchmark files, `page` where the
    report will lie, from which the sheets are linked.
    """
    reader = Gatherer()
    funnel = {
        source: {"rows": counts["rows"], "gaps": gaps(counts["rows"])}
        for source, counts in reader.read_all(files["funnels"], "funnel").items()
    }
    sets = reader.read_all(files["sets"], "report of the training set")
    models = _models(reader, files["models"])
    return {
        "run": run,
        "funnel": funnel,
        "sft": sets,
        "models": models,
        "benchmarks": reader.read_all(files["benchmarks"], "scores"),
        "applications": reader.read_all(files["applications"], "grades"),
        "clues": {
            name: found
            for name, path in files["clues"].items()
            if (found := reader.read(path, f"check of {name.replace('_', ' ')} for clues")) is not None
        },
        "sheets": _sheets(reader, files["sheets"], page),
        "paper": paper.read(figures) if figures else {},
        "costs": _costs(reader, run, measured, models),
        "stages": [_stage(part, Path(path)) for part, path in files["stages"].items() if Path(path).exists()],
        "missing": reader.missing,
    }


def _costs(
    reader: Gatherer, run: dict[str, Any], measured: Path | None, models: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    whole = {
        f"train_sft/{model['model']}/{model['variant']}": model["training"]["seconds_all_slices"]
        for model in models
        if (model["training"] or {}).get("seconds_all_slices") is not None
    }
    taken = costs.measure(measured, run.get("gpus", {}), whole) if measured else []
    if not taken:
        reader.missing.append("measured times of jobs")
    return taken


def _sheets(reader: Gatherer, sheets: Files, page: Path) -> dict[str, str]:
    """{application: its sheet, as the page links it}."""
    found = {}
    for name, path in sheets.items():
        if Path(path).exists():
            found[name] = Path(os.path.relpath(path, page.parent)).as_posix()
        else:
            reader.missing.append(f"sheet for people's grades of {name.replace('_', ' ')}")
    return found


def _models(reader: Gatherer, models: dict[str, Files]) -> list[dict[str, Any]]:
    if not models:
        reader.missing.append("trained model")
    found = []
    for name, files in models.items():
        model, variant = name.rsplit("/", 1)
        row: dict[str, Any] = {"model": model, "variant": variant}
        row |= {part: reader.read(path, f"{part} of {model} ({variant})") for part, path in files.items()}
        if row.get("training"):
            row["training"] = _training(row["training"])
        found.append(row)
    return found


def _training(record: dict[str, Any]) -> dict[str, Any]:
    """The record without the full log: some hundred points of (step, loss) are enough for a curve."""
    log = [(entry.get("step", number), entry["loss"]) for number, entry in enumerate(record["log"], 1)]
    every = -(-len(log) // POINTS)
    points = log[::every] + ([log[-1]] if (len(log) - 1) % every else [])
    return {name: value for name, value in record.items() if name != "log"} | {"points": points}


def _stage(part: str, path: Path) -> dict[str, Any]:
    stats = read_stats(path)
    more = {name: value for name, value in stats.items() if name not in COUNTS}
    return {name: stats[name] for name in COUNTS} | {"part": part.partition("/")[2], "facts": more}


def dead_letters(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Every place where a model's reply failed for good: stage, part, source, reasons and how many were asked."""
    rows = [row | {"source": source} for source, funnel in facts["funnel"].items() for row in funnel["rows"]]
    return [row for row in [*rows, *facts["stages"]] if row["dead"]]


def extractive_roles(facts: dict[str, Any]) -> list[str]:
    """The roles (teacher, judge) that rules without a model played in this run."""
    return [role for role in ("teacher", "judge") if facts["run"].get(role, {}).get("engine") == "extractive"]
