"""Our find_kcore beside pandas, polars and DuckDB, on the same made edges, two threads each.

    .venv/bench/bin/python -m benchmarks.find_kcore --folder /tmp/edges
    .venv/bench/bin/python -m benchmarks.find_kcore --folder /tmp/edges --edges 571540000 --no-references

20 million edges take 1 GB in the folder, Amazon's 571.54 million 15 GB, and 20 GB more while the stage runs.
The k-core alone: distinct edges, already numbered, in memory; medians of the rounds, which go through the tools in
turn. The whole stage: from the filtered tables to the written core, its start included. Needs pandas.
Every command is a process of its own. Prints Markdown.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

import click

from benchmarks import ROOT
from benchmarks.cores import BOUNDS, CONTESTANTS
from benchmarks.timing import machine, table

THREADS = 2
KEEPING = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1"}  # as the rule has it
ENVIRONMENT = os.environ | KEEPING | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True)
class Run:
    out: str
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # GiB, as the system counts the process's resident set


def measured(*command: str | Path, polars_threads: int = THREADS) -> Run:
    """Run Python with these arguments, polars with so many threads. Raises RuntimeError if it fails."""
    with TemporaryFile("w+") as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT | {"POLARS_MAX_THREADS": str(polars_threads)},
            cwd=ROOT,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().strip()
    if status:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{text[-2000:]}")
    return Run(text, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / (1 << 20))


def made(folder: Path, edges: int, references: bool) -> Path:
    """The folder of the edges, made unless it is there as a whole."""
    path = folder / f"{edges}{'-numbered' if references else ''}"
    if not path.exists():
        making = path.with_suffix(".making")
        measured("-m", "benchmarks.edges", "--edges", str(edges), *["--numbers"][: int(references)], making)
        making.rename(path)
    return path


def whole_stage(path: Path) -> tuple[Run, int]:
    """The command of the rule find_kcore on the tables; how many reviews it kept."""
    output, stats = path / "core.parquet", path / "core.json"
    bounds = [part for name, least in BOUNDS.items() for part in (f"--{name}", str(least))]
    options = ["--top-items", "1.0", "--threads", str(THREADS), "--output", str(output), "--stats", str(stats)]
    run = measured("scripts/find_kcore.py", *bounds, *options, *sorted(path.glob("dump*.parquet")), polars_threads=1)
    output.unlink()
    return run, json.loads(stats.read_text(encoding="utf-8"))["kept"]


def contest(path: Path, rounds: int, left: int) -> list[tuple[str, float, float, float]]:
    """Tool, seconds, times our seconds, peak GiB. Raises RuntimeError if one leaves other than `left` edges."""
    runs: dict[str, list[Run]] = {name: [] for name in CONTESTANTS}
    for name in list(CONTESTANTS) * rounds:
        run = measured("-m", "benchmarks.cores", name, path)
        if int(run.out.split()[0]) != left:
            raise RuntimeError(f"{name} leaves {run.out.split()[0]} edges, our stage {left}")
        runs[name].append(run)
    seconds = {name: median(float(run.out.split()[1]) for run in own) for name, own in runs.items()}
    return [
        (name, seconds[name], seconds[name] / seconds["ours"], max(run.peak for run in own))
        for name, own in runs.items()
    ]


def report(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    click.echo(f"\n{table(head, rows)}")


@click.command(help=__doc__)
@click.option("--folder", type=click.Path(path_type=Path), required=True, help="For the edges; kept for another run.")
@click.option("--edges", type=click.IntRange(1000), default=20_000_000, show_default=True)
@click.option("--references/--no-references", default=True, help="The k-core alone, by every tool.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Runs of each tool.")
def main(folder: Path, edges: int, references: bool, rounds: int) -> None:
    path = made(folder, edges, references)
    stage, left = whole_stage(path)
    click.echo(f"{machine()}; {edges:,} reviews, {left:,} in the k-core")
    report(["find_kcore, whole", "CPU s", "peak GiB"], [(stage.wall, stage.cpu, stage.peak)])
    if references:
        report(["k-core alone", "s", "times ours", "peak GiB"], contest(path, rounds, left))


if __name__ == "__main__":
    main()
