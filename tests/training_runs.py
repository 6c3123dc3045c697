"""Trainings of a pico model as a person or Slurm starts and ends them: the real command, two ranks, real signals."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from project import SMALL, Project, copy_project

ROOT = Path(__file__).resolve().parents[1]
LISTS = pa.schema([(name, pa.list_(pa.int32())) for name in ("input_ids", "labels", "segments")])


def pack(path: Path, sequences: int) -> Path:
    """Sequences of four samples that count upwards, each from another number: easy to learn."""
    rows = []
    for start in range(sequences):
        samples = [[3 + (start + shift + step) % 61 for step in range(24)] for shift in (0, 15, 30, 45)]
        ids = [*chain.from_iterable(samples)]
        labels = [*chain.from_iterable([-100] * 4 + sample[4:] for sample in samples)]
        rows.append({"input_ids": ids, "labels": labels, "segments": [24] * 4})
    pq.write_table(pa.Table.from_pylist(rows, schema=LISTS), path)
    return path


def command(folder: Path, base: Path, **changed: object) -> list[str]:
    options: dict[str, object] = {
        "packed": folder / "packed.parquet",
        "base": base,
        "learning-rate": 0.01,
        "batch-size": 16,
        "epochs": 3,
        "warmup-ratio": 0.1,
        "precision": "bf16",
        "gradient-checkpointing": True,
        "zero-stage": 3,
        "micro-batch": 2,
        "ranks": 2,
        "device": "cpu",
        "seed": 2025,
        "save-minutes": 30,
        "state": folder / "state",
        "output": folder / "out/full",
        "record": folder / "out/full.training.json",
        "stats": folder / "out/full.stats.json",
    }
    script = [sys.executable, str(ROOT / "scripts/train_sft.py")]
    options |= {name.replace("_", "-"): value for name, value in changed.items()}
    return script + [part for name, value in options.items() for part in (f"--{name}", str(value))]


@dataclass
class Training:
    """One training in `folder`, which holds packed.parquet, and the jobs that it takes."""

    folder: Path
    base: Path
    knobs: dict[str, Any] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def said(self) -> str:
        """All that its jobs said so far."""
        return (self.folder / "log").read_text()

    def start(self, **changed: object) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("a") as log:
            made = command(self.folder, self.base, **(self.knobs | changed))
            return subprocess.Popen(made, stdout=log, stderr=log)

    def end(self, **changed: object) -> tuple[list[dict[str, float]], str]:
        """Run a job to its end; (every step's row of the record, the weights' sha256)."""
        assert self.start(**changed).wait() == 0, self.said[-4000:]
        record = json.loads((self.folder / "out/full.training.json").read_text())
        weights = (self.folder / "out/full/model.safetensors").read_bytes()
        return record["log"], hashlib.sha256(weights).hexdigest()

    def saved(self) -> int:
        """Steps of the newest checkpoint, whole or half written."""
        return max((int(path.name.split("-")[1]) for path in self.state.glob("checkpoint-*")), default=0)

    def is_saving(self) -> bool:
        """Whether a checkpoint stands there that is not complete."""
        return any(not (path / "complete.json").exists() for path in self.state.glob("checkpoint-*"))

    def is_starting(self) -> bool:
        """Whether the ranks are about to be started; they listen to signals only when the model is loaded."""
        return (self.state / "attempts.json").exists()

    def is_ending(self) -> bool:
        """Whether the trained model is being written."""
        return (self.state / "final/model").exists()

    def strike(self, way: signal.Signals, step: int = 0, pause: float = 0.0, while_: str = "") -> None:
        """Start a job; once it saved `step` (or is_saving, is_ending), wait `pause` seconds and kill it.

        SIGKILL goes to all its processes, as Slurm ends a job; what else there is to the main one alone.
        """
        step = max(step, self.saved() + 1)
        job = self.start()
        while job.poll() is None and not (getattr(self, while_)() if while_ else self.saved() >= step):
            time.sleep(0.002)
        time.sleep(pause)
        if way == signal.SIGKILL:
            kill_tree(job.pid)
        else:
            job.send_signal(way)
        assert job.wait() != 0, f"it ended before it was killed\n{self.said[-4000:]}"


def kill_tree(pid: int) -> None:
    """End a process and all that it started, at once."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        process.kill()
    psutil.wait_procs(family[1:], timeout=30)  # the first is its starter's to wait for


def random_strikes(
    draw: random.Random, ways: list[signal.Signals], steps: int
) -> list[tuple[signal.Signals, int, float]]:
    """(way, step, pause) of each, in the order of the steps; the ways shuffled, the pauses shorter than a save."""
    ways = draw.sample(ways, len(ways))
    places = sorted(draw.sample(range(1, int(0.8 * steps)), len(ways)))
    return [(way, place, draw.uniform(0, 0.3)) for way, place in zip(ways, places, strict=True)]


def training_project(folder: Path, base: Path, sequences: int, **knobs: object) -> Project:
    """A copy of the workflow where only the demo's training is left to do; `knobs` of config training."""
    project = copy_project(folder)
    packed = folder / "results/demo/packed/demo/full.parquet"
    packed.parent.mkdir(parents=True)
    pack(packed, sequences)
    shutil.copytree(base, folder / "results/demo/models/demo")
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL | {"training": knobs}), encoding="utf-8")
    return project


TRAINED = ("results/demo/checkpoints/demo/full", "--allowed-rules", "train_sft")
