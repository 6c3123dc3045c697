"""From filtered tables to user buckets beside DuckDB's sort of the same rows, two cores each.

The claim, and a short form of it:
    .venv/bench/bin/python -m benchmarks.gather_users --records 10000000
    .venv/bench/bin/python -m benchmarks.gather_users --records 1000000

Ours is `gather_users` over all buckets, two jobs at a time, each a process on a core of its own. DuckDB sorts all rows
by (user, time) into one zstd parquet in one process of two threads; it finds no copies, counts nothing and knows no
user too short. The stages before ours, whose cost DuckDB has no share in, are timed beside. Prints Markdown.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import click

from benchmarks import ROOT
from benchmarks.timing import Run, Started, machine, table

CORES = 2
BUCKETS = 32
SORT = """
import duckdb, sys
target, memory, *tables = sys.argv[1:]
duckdb.sql(f"SET threads = 2; SET memory_limit = '{memory}MB'; SET temp_directory = '{target}.spill'")
duckdb.sql(f"COPY (SELECT * FROM read_parquet({tables!r}) ORDER BY user, time) "
           f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
"""


def script(rule: str, *words: object) -> list[str]:
    return [sys.executable, str(ROOT / f"scripts/{rule}.py"), *map(str, words)]


def side_by_side(tool: str, commands: Sequence[Sequence[str]]) -> Run:
    """All commands, as many at a time as there are cores, each on a core of its own; the peak is of one."""
    free: SimpleQueue[int] = SimpleQueue()
    for core in range(CORES):
        free.put(core)

    def one(command: Sequence[str]) -> Run:
        core = free.get()
        try:
            return Started(tool, command, core).end()
        finally:
            free.put(core)

    began = time.perf_counter()
    with ThreadPoolExecutor(CORES) as pool:
        runs = list(pool.map(one, commands))
    wall = time.perf_counter() - began
    return Run(tool, wall, sum(run.cpu for run in runs), max(run.peak for run in runs), "")


def stages(tables: Sequence[Path], work: Path, memory: int) -> list[Run]:
    """Our three stages."""
    sketches = [work / "sketches" / table.name for table in tables]
    stats = ("--stats", work / "stats.json")
    sketching = [
        script("sketch_texts", "--min-characters", 0, "--output", sketch, "--stats", f"{sketch}.json", table)
        for sketch, table in zip(sketches, tables, strict=True)
    ]
    copies = work / "copies.parquet"
    least = ("--min-records", 3)
    finding = script("find_copies", "--near-duplicate-jaccard", 0.8, *least, "--output", copies, *stats, *sketches)
    index = work / "tables.json"
    indexing = script("index_tables", "--threads", 1, "--output", index, *tables)
    knobs = ("--tables", index, "--copies", copies, *least, "--min-characters", 0, "--memory", memory)
    gathering = []
    for bucket in range(BUCKETS):
        base = work / "records" / str(bucket)
        files = ("--output", f"{base}.parquet", "--dropped", f"{base}.dropped.parquet", "--stats", f"{base}.json")
        gathering.append(script("gather_users", "--bucket", bucket, *knobs, *files))
    runs = [side_by_side("sketch_texts", sketching), Started("find_copies", finding).end()]
    runs.append(Started("index_tables", indexing).end())
    return [*runs, side_by_side("gather_users", gathering)]


def sort(tables: Sequence[Path], work: Path, memory: int) -> Run:
    command = [sys.executable, "-c", SORT, str(work / "sorted.parquet"), str(memory), *map(str, tables)]
    return Started("duckdb", ["taskset", "-c", "0,1", *command]).end()


@click.command(help=__doc__)
@click.option(
    "--records", type=click.IntRange(100_000), default=1_000_000, show_default=True, help="A multiple of 100,000."
)
@click.option(
    "--memory", type=click.IntRange(100), default=1000, show_default=True, help="MiB of one gather_users job."
)
@click.option("--duckdb-memory", type=click.IntRange(100), default=4000, show_default=True, help="MB of DuckDB.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("results/benchmarks/gather"), show_default=True)
def main(records: int, memory: int, duckdb_memory: int, work: Path) -> None:
    folder = work / f"records-{records}"
    if not folder.exists():
        made = [sys.executable, "-m", "benchmarks.records", "--records", str(records), str(folder)]
        subprocess.run(made, check=True, cwd=ROOT)
    tables = sorted(folder.glob("*.parquet"))
    made_here = work / "made"
    made_here.mkdir(parents=True, exist_ok=True)
    runs = [*stages(tables, made_here, memory), sort(tables, made_here, duckdb_memory)]
    shutil.rmtree(made_here)
    rows = [(run.tool, run.wall, run.cpu, run.wall / runs[-1].wall, run.peak) for run in runs]
    click.echo(f"{machine()}; {records:,} records, {sum(path.stat().st_size for path in tables) / 1e6:,.0f} MB zstd\n")
    click.echo(table(["", "seconds", "processor seconds", "to DuckDB's", "peak MiB of a process"], rows))


if __name__ == "__main__":
    main()
