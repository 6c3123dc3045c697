"""For how much a plan is made: raw texts of each source, or what a run has already ingested.

counts_of("paper")             {"blogger": Count(raw=681000, records=None), ...}: Table A1
counts_of("results/paper")     what its ingest counted; once all buckets are gathered, records and their length too
counts_of("counts.json")       {"blogger": 12752, "reddit": {"raw": 50000}, "twitter": {"records": 9000}}
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.planning.sample import Sample
from humanllm.report.view import PAPER_RAW
from humanllm.settings import Config


@dataclass(frozen=True)
class Count:
    """A source's raw texts (comments of Reddit not counted), its records and their length where they are known."""

    raw: float | None = None
    records: float | None = None
    characters: float | None = None  # of all records' texts


def counts_of(given: str, config: Config) -> dict[str, Count]:
    """The counts of the config's active sources. Raises InputError when none can be had."""
    sources = config["active_sources"]
    if given == "paper":
        return {source: Count(PAPER_RAW[source]) for source in sources}
    path = Path(given)
    found = _of_run(path, config) if path.is_dir() else _of_file(path)
    if unknown := set(found) - set(sources):
        raise InputError(f"--counts {given}: {', '.join(sorted(unknown))} is none of active_sources {sources}")
    return found


def _of_run(folder: Path, config: Config) -> dict[str, Count]:
    run, found = Sample(folder), {}
    for source in config["active_sources"]:
        raw = run.ingested(source, raw_only=True)
        if raw.files:
            records = run.counts("records", source)
            whole = records.files == config["sources"][source]["buckets"]
            characters = float(run.characters(source)[0]) if whole else None
            found[source] = Count(raw.taken, records.kept if whole else None, characters)
    if not found:
        raise InputError(
            f"--counts {folder}: no dump of the active sources is ingested there (filtered/*/*.stats.json)"
        )
    return found


def _of_file(path: Path) -> dict[str, Count]:
    try:
        given = read_json(path)
        found = {}
        for source, value in given.items():
            found[source] = Count(**_amounts(source, value if isinstance(value, dict) else {"raw": value}))
            if found[source].raw is None and found[source].records is None:
                raise ValueError(f"{source} has neither raw nor records")
        return found
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"--counts {path}: give `paper`, a run's results folder, or a JSON file such as"
            f' {{"blogger": 681288, "twitter": {{"records": 9000}}}} ({error})'
        ) from error


def _amounts(source: str, given: dict[str, Any]) -> dict[str, float]:
    """Raises ValueError on what is no amount: a text, a negative number, NaN."""
    found = {name: float(value) for name, value in given.items()}
    for name, value in found.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{source}: {name} is {value:g}, and not a number from 0 up")
    return found
