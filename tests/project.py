"""A copy of the project in which Snakemake can run, and the commands to ask it for its plan."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PARTS = ["Snakefile", "config.yaml", "rules", "scripts", "presets", "profiles", "envs"]
# one source, one bucket: the smallest run that has every stage of the data path
SMALL = {
    "active_sources": ["blogger"],
    "sources": {"blogger": {"buckets": 1}},
    "sample": {"people": 20},
}


@dataclass
class Project:
    """A checkout of its own at `folder`, with results/demo as its output."""

    folder: Path
    first_on_path: tuple[Path, ...] = ()

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = [*self.first_on_path, Path(sys.executable).parent, ROOT / ".venv/workflow/bin"]
        environment = os.environ | {"PATH": ":".join([*map(str, path), os.environ["PATH"]])}
        return subprocess.run(
            ["snakemake", "--cores", "2", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
        )

    def demo(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.snakemake(*arguments, "--configfile", "presets/demo.yaml", "small.yaml")

    def planned(self, *arguments: str) -> dict[str, int]:
        """{rule: jobs} of a dry-run."""
        done = self.demo(*arguments, "--dry-run", "--quiet", "rules")
        assert done.returncode == 0, done.stdout + done.stderr
        return jobs(done.stdout + done.stderr)

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        file = self.folder / path
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def jobs(text: str) -> dict[str, int]:
    """The job counts of snakemake's table, without its total and the named targets."""
    rows = dict(re.findall(r"^(\w+) +(\d+)$", text, flags=re.MULTILINE))
    skip = {"total", "all", "genome", "sft", "models", "scores", "report"}
    return {rule: int(count) for rule, count in rows.items() if rule not in skip}


def copy_project(folder: Path) -> Project:
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / part)
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL), encoding="utf-8")
    return Project(folder)
