"""Runs of the workflow on the test cluster: started, watched, disturbed, and held against an undisturbed one.

A server on loopback is the teacher: it answers the first requests and holds the others back until its gate is opened,
so that a job is surely in the midst of its work when something happens to it.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import yaml

from openai_server import Server, serve
from project import ROOT, SMALL, Project, copy_project

WORKFLOW = ROOT / ".venv/workflow/bin"
BUCKET = "results/demo/rewritten/blogger/0.parquet"
ANSWERED = 25  # requests that are answered before the gate is opened
AT_ONCE = 4
FIELDS = ["JobID", "Partition", "State", "AllocTRES", "Comment", "ReqMem", "NodeList", "Timelimit", "WorkDir"]
# Snakemake that looks at its jobs every two seconds: the plugin looks ever rarer, and the tests would take an hour.
QUICK = """#!{python}
import asyncio
from snakemake.cli import main
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
async def soon(self):
    await asyncio.sleep(2)
RemoteExecutor.sleep = soon
main()
"""


def sacct(folder: Path, *options: str) -> list[dict[str, str]]:
    """The jobs that were sent from `folder`, by the accounting database, in their order."""
    command = ["sacct", "-X", "-n", "-P", "--starttime", "now-1hour", "--format", ",".join(FIELDS), *options]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [dict(zip(FIELDS, line.split("|"), strict=True)) for line in text.splitlines()]
    return [row for row in rows if row["WorkDir"] == str(folder)]


def rule_of(job: dict[str, str]) -> str:
    """A job's rule, from its comment: rule_rewrite_text_wildcards_blogger_0, of a group rule_build_task_build_task."""
    name = job["Comment"].split("_wildcards_")[0].removeprefix("rule_")
    half = name[: len(name) // 2]
    return half if name == f"{half}_{half}" else name


def use_profile(project: Project, resources: dict[str, dict[str, object]], **settings: object) -> None:
    """The project's own profile as it can run here, with `resources` of some rules."""
    shutil.copy2(ROOT / "slurm", project.folder / "slurm", follow_symlinks=False)
    path = project.folder / "profiles/slurm/config.yaml"
    profile = yaml.safe_load(path.read_text())
    # no conda here: the jobs find this machine's environment on PATH; and look at the queue more often
    del profile["software-deployment-method"]
    profile |= {"latency-wait": 20, "slurm-init-seconds-before-status-checks": 2, "max-status-checks-per-second": 1}
    profile |= settings
    for rule, wanted in resources.items():
        profile["set-resources"][rule] = profile["set-resources"].get(rule, {}) | wanted
    path.write_text(yaml.safe_dump(profile))


def start(project: Project, *targets: str) -> subprocess.Popen[str]:
    """`snakemake --profile slurm` in the project, its words in said.txt."""
    quick = project.folder / "quick/snakemake"
    if not quick.exists():
        quick.parent.mkdir()
        quick.write_text(QUICK.format(python=WORKFLOW / "python"))
        quick.chmod(0o755)
    path = f"{quick.parent}:{Path(sys.executable).parent}:{WORKFLOW}:{os.environ['PATH']}"
    command = ["snakemake", *targets, "--profile", "slurm", "--configfile", "presets/demo.yaml", "small.yaml"]
    environment = os.environ | {"PATH": path, "OMP_NUM_THREADS": "1", "OPENAI_API_KEY": "made-up"}
    with (project.folder / "said.txt").open("a") as said:
        return subprocess.Popen(command, cwd=project.folder, env=environment, stdout=said, stderr=said, text=True)


def said(project: Project) -> str:
    return (project.folder / "said.txt").read_text()


def words_of(log: Path) -> str:
    """What a job has written by now: nothing while Snakemake has just deleted the log of the job before."""
    try:
        return log.read_text()
    except FileNotFoundError:
        return ""


def wait_until(true: Callable[[], Any], what: str, seconds: float = 300) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain until {what}"
        time.sleep(0.5)
    return value


@contextmanager
def gated(answered: int | None) -> Iterator[tuple[Server, threading.Event]]:
    """A server that holds all requests after the first `answered` until the gate is set; None: it holds none."""
    gate, come = threading.Event(), itertools.count()

    def misbehave(_body: dict[str, Any], _times: int) -> None:
        if answered is not None and next(come) >= answered:
            gate.wait(600)

    with serve(misbehave) as server:
        try:
            yield server, gate
        finally:
            gate.set()


def teach(project: Project, server: Server) -> None:
    """Make the server the teacher of the project."""
    model = {"engine": "openai", "path": "m", "revision": "1", "base_url": server.url, "concurrency": AT_ONCE}
    overlay = SMALL | {"teacher": "served", "models": {"served": model}}
    (project.folder / "small.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")


class Undisturbed:
    """The bucket rewritten on this machine without Slurm: what the disturbed runs start from, and must end with."""

    def __init__(self, folder: Path) -> None:
        self.project = copy_project(folder)
        os.environ["OPENAI_API_KEY"] = "made-up"
        with gated(None) as (server, _):
            teach(self.project, server)
            done = self.project.demo(BUCKET)
            assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
            self.requests = len(server.bodies)
        self.made = made(folder)
        shutil.rmtree(folder / "results/demo/rewritten")
        shutil.rmtree(folder / "state/demo/replies")


def made(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / BUCKET).parent.iterdir() if path.is_file()}


class Run:
    """rewrite_text of the bucket as a job of the test cluster."""

    def __init__(self, folder: Path, undisturbed: Undisturbed, server: Server, gate: threading.Event) -> None:
        shutil.copytree(undisturbed.project.folder, folder)
        self.project, self.undisturbed, self.server, self.gate = Project(folder), undisturbed, server, gate
        self.journal = folder / "state/demo/replies/rewrite_text/blogger/0.jsonl"
        teach(self.project, server)

    def start(self) -> None:
        self.process = start(self.project, BUCKET)

    def end(self) -> int:
        return self.process.wait(600)

    @property
    def jobs(self) -> list[dict[str, str]]:
        return sacct(self.project.folder)

    @property
    def states(self) -> list[str]:
        """Of its jobs in their order; CANCELLED by 0 is CANCELLED."""
        return [job["State"].split()[0] for job in self.jobs]

    @property
    def job(self) -> str:
        """The number of its newest job."""
        return self.jobs[-1]["JobID"]

    def stop(self) -> None:
        """Leave nothing behind: no process, no job in the queue."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        queue = subprocess.run(["squeue", "-h", "-o", "%i %Z"], capture_output=True, text=True).stdout.splitlines()
        left = [line.split()[0] for line in queue if line.split()[1] == str(self.project.folder)]
        if left:
            subprocess.run(["scancel", *left], check=False)

    def wait_until_held(self) -> None:
        """Until the job has its first replies and waits for the others."""
        held = ANSWERED + AT_ONCE
        wait_until(lambda: len(self.server.bodies) >= held or self.process.poll() is not None, "the job asks")
        assert self.process.poll() is None, said(self.project)[-4000:]
        assert not (self.project.folder / BUCKET).exists()

    def wait_for(self, state: str, seconds: float = 300) -> None:
        wait_until(lambda: state in self.states, f"a job is {state}", seconds)

    def check(self, interruptions: int) -> None:
        """The same files as undisturbed, each reply in the journal once, nothing asked twice but what was under way."""
        assert made(self.project.folder) == self.undisturbed.made
        packed = self.journal.with_name("0.jsonl.gz")
        lines = gzip.decompress(packed.read_bytes()).splitlines() + self.journal.read_bytes().splitlines()
        answered = Counter(json.loads(line)["id"] for line in lines)
        assert set(answered.values()) == {1}
        assert len(answered) == self.undisturbed.requests
        repeated = len(self.server.bodies) - self.undisturbed.requests
        print(f"{self.project.folder.name}: {repeated} of {len(answered)} requests asked twice")
        assert repeated <= interruptions * AT_ONCE


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of half a megabyte for what the rule writes in the project at `folder`."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], check=True)
    try:
        for name, path in (("rewritten", "results/demo/rewritten"), ("replies", "state/demo/replies")):
            (disk / name).mkdir()
            (folder / path).symlink_to(disk / name)
        yield
    finally:
        subprocess.run(["umount", "--lazy", disk], check=False)


@contextmanager
def run_in(
    folder: Path,
    undisturbed: Undisturbed,
    resources: dict[str, Any] | None = None,
    own_disk: bool = False,
    **settings: object,
) -> Iterator[Run]:
    """A run whose rule has these `resources`, its profile these `settings`; what is left of it is cancelled."""
    with gated(ANSWERED) as (server, gate):
        run = Run(folder, undisturbed, server, gate)
        use_profile(run.project, {"rewrite_text": resources or {}}, **settings)
        with small_disk(folder) if own_disk else nullcontext():
            run.start()
            try:
                yield run
            finally:
                gate.set()
                run.stop()
