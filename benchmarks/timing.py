"""Wall time, processor time and peak memory of commands that run one after another, each in a process of its own.

One of them, in seconds and MiB:
    Run(tool="ours", wall=4.1, cpu=4.0, peak=310.0, out="Books: 417727 records in, ...")
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

ONE_THREAD = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
TOUCHED = 4 << 30  # bytes, more than a command holds or writes; but no more than a quarter of the machine's
UNKEPT = "PYTHONDONTWRITEBYTECODE"  # with it each run would compile our sources anew, and no others


@dataclass(frozen=True)
class Run:
    tool: str
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MiB
    out: str


class Started:
    """A command that runs on one core.

    Linux counts the memory of the starting process into the peak of the started one, so this process must stay small:
    it makes no dump itself.
    """

    def __init__(self, tool: str, command: Sequence[str], core: int = 0) -> None:
        self.tool, self.command = tool, command
        self.out = TemporaryFile("w+")  # noqa: SIM115 - `end` closes it
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdout=self.out,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in (os.environ | ONE_THREAD).items() if name != UNKEPT},
        )

    def end(self) -> Run:
        """Wait for it. Raises RuntimeError if it failed."""
        _, status, used = os.wait4(self.process.pid, 0)
        wall = time.perf_counter() - self.began
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.out.seek(0)
        out = self.out.read()
        self.out.close()
        if status:
            raise RuntimeError(f"{' '.join(self.command)} failed:\n{out[-2000:]}")
        return Run(self.tool, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.strip())


def touch_memory() -> None:
    """Have the host of a virtual machine give back what it took while nobody used it: the next command would wait for
    that, 10 us a page, and one that holds or writes much the longest."""
    size = min(TOUCHED, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4)
    subprocess.run([sys.executable, "-c", f"b'1' * {size}"], check=True)


def interleaved(
    commands: Mapping[str, Sequence[str]], rounds: int, before: Callable[[], object] = lambda: None
) -> list[Run]:
    """`rounds` runs of each command, in turn, so that a slow minute of the machine hits all.

    What is to be done `before` each of them takes none of its time.
    """
    runs = []
    for _ in range(rounds):
        for tool, command in commands.items():
            before()
            touch_memory()
            runs.append(Started(tool, command).end())
    return runs


def medians(runs: Sequence[Run]) -> dict[str, Run]:
    """For each tool the medians of its runs, the peak their largest."""
    found = {}
    for tool in dict.fromkeys(run.tool for run in runs):
        own = [run for run in runs if run.tool == tool]
        wall, cpu = median(run.wall for run in own), median(run.cpu for run in own)
        found[tool] = Run(tool, wall, cpu, max(run.peak for run in own), own[0].out)
    return found


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; numbers with a point get two or no decimals by their size."""
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell >= 20 else f"{cell:.2f}"
    return str(cell)


def machine(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor, its generation, whether it has AVX-512, and how many cores of it there are: ratios hang on these.

    AMD EPYC (family 25, model 1, no AVX-512), 2 cores
    """
    lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    facts = {name.strip(): value for name, _, value in (line.partition(": ") for line in lines)}
    generation = [f"{name.removeprefix('cpu ')} {facts[name]}" for name in ("cpu family", "model") if name in facts]
    wide = "AVX-512" if "avx512f" in facts.get("flags", "").split() else "no AVX-512"
    return f"{facts.get('model name', 'unknown processor')} ({', '.join([*generation, wide])}), {os.cpu_count()} cores"
