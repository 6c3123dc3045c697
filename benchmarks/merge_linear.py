"""merge_linear beside copying the same bytes and beside mergekit's bare run: time and peak memory.

    python -m benchmarks.merge_linear --layers 15
Two models of Qwen2.5-3B's shape (fewer layers) with random bfloat16 weights in shards of at most 1 GB. `copy` reads and
writes what a merge must: it copies base and reads tuned. `mergekit` writes shards of that size too, with no hashes, no
probe and no checks. All files leave the page cache before each run, and what was written counts only when it is on the
disk. At the end every tensor of our merge is held against the mean.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from benchmarks.checkpoints import weights
from benchmarks.timing import Run, Started, machine, medians, table

CHILD = [sys.executable, "-m", "benchmarks.checkpoints"]


def merging(base: Path, tuned: Path, folder: Path) -> list[str]:
    models = {name: {"path": str(path), "revision": "made"} for name, path in (("base", base), ("tuned", tuned))}
    options = [f"--models={json.dumps(models)}", '--weights={"base": 0.5, "tuned": 0.5}', "--no-normalize"]
    options += ["--dtype=bfloat16", "--donor=base", "--engine=blocks", f"--output={folder}"]
    options += [f"--{name}={folder}.{name}" for name in ("plan", "manifest", "stats")]
    return [sys.executable, "scripts/merge_linear.py", *options]


def run(tool: str, command: list[str], cores: str, written: Path) -> Run:
    """One run on these cores, its files written through to the disk."""
    shutil.rmtree(written, ignore_errors=True)
    script = f'"$@" && mkdir -p "{written}" && sync -f "{written}"'
    return Started(tool, ["taskset", "-c", cores, "bash", "-c", script, "bash", *command]).end()


def forget(*folders: Path) -> None:
    """Drop the weights from the page cache."""
    for path in (path for folder in folders for path in weights(folder)):
        file = os.open(path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", default="0,1")
    parser.add_argument("--folder", type=Path, default=Path("results/benchmarks/merging"))
    arguments = parser.parse_args()
    models = [arguments.folder / "base", arguments.folder / "tuned"]
    for seed, model in enumerate(models):
        if not model.exists():
            Started("make", [*CHILD, "make", str(model), str(arguments.layers), str(seed)]).end()
    targets = {tool: arguments.folder / tool for tool in ("copy", "mergekit", "merge_linear")}
    commands = {tool: [*CHILD, tool, *map(str, (*models, target))] for tool, target in targets.items()}
    commands["merge_linear"] = merging(models[0], models[1], targets["merge_linear"])
    runs = []
    for _ in range(arguments.rounds):
        for tool, command in commands.items():
            forget(*models, *targets.values())
            runs.append(run(tool, command, arguments.cores, targets[tool]))
    found = medians(runs)
    sizes = [path.stat().st_size / 2**20 for path in weights(models[0])]
    print(machine(), f"a model of {sum(sizes):,.0f} MiB, its largest shard {max(sizes):,.0f} MiB", sep="\n\n")
    print(f"\nmemory allowed: 1.3 x {max(sizes):,.0f} + 1024 = {1.3 * max(sizes) + 1024:,.0f} MiB\n")
    rows = [[one.tool, one.wall, one.wall / found["copy"].wall, one.cpu, one.peak] for one in found.values()]
    print(table(["tool", "seconds", "of copying", "processor seconds", "peak MiB"], rows))
    checked = Started("check", [*CHILD, "check", *map(str, (*models, targets["merge_linear"]))]).end()
    print("", found["merge_linear"].out, checked.out, sep="\n")


if __name__ == "__main__":
    main()
