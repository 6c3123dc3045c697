"""What the jobs took, from the files that Snakemake's `benchmark:` leaves: time, memory, GPU-hours.

measure(...)[0]
    {"rule": "answer_benchmark", "jobs": 9, "hours": 0.062, "gpu_hours": 0.0, "longest": 29.4, "memory_mb": 1818.5}
A file holds its job's last run alone: hours of runs that failed or were stopped are not in it. A training that was run
in slices tells the hours of all of them in its record, which then count; "longest" is of single runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def measure(folder: Path, gpus: dict[str, int], whole: Mapping[str, float] | None = None) -> list[Row]:
    """A row a rule, the longest first; none without the folder.

    `gpus`: how many a job holds, by "rule" or by "rule/first part of the job's name" ("train_sft/llama-3.1-8b").
    `whole`: seconds of all runs of jobs that go on where the last one stopped ({"train_sft/llama-3.1-8b/full": 81000}).
    """
    found: dict[str, Row] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        parts = path.relative_to(folder).with_suffix("").parts
        held = next((gpus[name] for name in ("/".join(parts[:2]), parts[0]) if name in gpus), 0)
        name = "/".join(parts)
        for job in _jobs(path):
            seconds = (whole or {}).get(name, job["s"])
            row = found.setdefault(
                parts[0],
                {"rule": parts[0], "jobs": 0, "hours": 0.0, "gpu_hours": 0.0, "longest": 0.0, "memory_mb": 0.0},
            )
            row["jobs"] += 1
            row["hours"] += seconds / 3600
            row["gpu_hours"] += held * seconds / 3600
            row["longest"] = max(row["longest"], job["s"])
            row["memory_mb"] = max(row["memory_mb"], _memory(job))
    rows = [
        {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}
        for row in found.values()
    ]
    return sorted(rows, key=lambda row: (-row["hours"], row["rule"]))


def _jobs(path: Path) -> Iterator[Row]:
    """The measurements of one file; a file that a job is just writing counts for nothing."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except ValueError:
        return
    yield from (row for row in rows if isinstance(row, dict) and isinstance(row.get("s"), int | float))


def _memory(job: Row) -> float:
    """The peak of a job; Snakemake writes "NA" for one too short to be seen."""
    value = job.get("max_rss")
    return float(value) if isinstance(value, int | float) else 0.0
