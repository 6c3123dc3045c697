"""The counts of all stages of a source, added up over dumps and buckets.

A row of funnel/{source}.json, 8 buckets together (`part`: a kind of dump, a product or a task; "" where there is none):
    {"stage": "judge_product", "part": "user", "files": 8, "in": 120, "kept": 117, "dropped": {},
     "dead": {"schema": 3}, "facts": {"scores": {"overall": {"8": 17, "9": 100}}}}
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import read_json

COUNTS = ("stage", "in", "kept", "dropped", "dead")
# Each of these takes what the one before it kept; the other stages start from something else (users, samples).
CHAIN = ("ingest_dump", "gather_users", "rewrite_text", "score_quality", "select_records")


def read_stats(path: Path) -> dict[str, Any]:
    """One `.stats.json`. Raises InputError when it is missing, is none, or loses records."""
    try:
        stats = read_json(path)
        out = stats["kept"] + sum(stats["dropped"].values()) + sum(stats["dead"].values())
        if stats["in"] == out:
            return stats
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} holds no counts of a stage ({type(error).__name__}): delete it, run again") from error
    raise InputError(f"{path}: {stats['in']} in, {out} kept, dropped or dead: delete the stage's output, run again")


def add_counts(totals: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Add whole numbers, in dicts of any depth; other facts (names, means) cannot be added and are left out."""
    for name, value in more.items():
        if isinstance(value, dict):
            inner = totals.setdefault(name, {})
            if isinstance(inner, dict):
                add_counts(inner, value)
        elif isinstance(value, int) and not isinstance(value, bool) and not isinstance(totals.get(name), dict):
            totals[name] = totals.get(name, 0) + value
    return totals


def add_row(part: str, paths: Iterable[Path]) -> dict[str, Any]:
    """One row of the funnel from the `.stats.json` files of one stage and part."""
    row: dict[str, Any] = {"part": part, "files": 0, "in": 0, "kept": 0, "dropped": {}, "dead": {}, "facts": {}}
    for path in paths:
        stats = read_stats(path)
        if row.setdefault("stage", stats["stage"]) != stats["stage"]:
            raise InputError(f"{path} is of stage {stats['stage']}, not {row['stage']}: stages cannot be added up")
        row["files"] += 1
        add_counts(row, {name: stats[name] for name in ("in", "kept", "dropped", "dead")})
        add_counts(row["facts"], {name: value for name, value in stats.items() if name not in COUNTS})
    return row


def gaps(rows: list[dict[str, Any]]) -> list[str]:
    """Where a stage of the chain took another number of records than the stage before it kept."""
    found = []
    flow = {stage: [row for row in rows if row["stage"] == stage] for stage in CHAIN}
    present = [stage for stage in CHAIN if flow[stage]]
    for before, after in pairwise(present):
        kept = sum(row["kept"] for row in flow[before])
        taken = sum(row["in"] for row in flow[after])
        if kept != taken:
            found.append(f"{before} kept {kept:,}, {after} took {taken:,}")
    return found


def total(rows: list[dict[str, Any]], stage: str, count: str) -> int:
    """The sum of `count` ("in" or "kept") over all parts of `stage`."""
    return sum(row[count] for row in rows if row["stage"] == stage)
