"""A training's state on disk, outside the rule's outputs, so that a killed job's successor goes on from it.

manifest.json            what the state belongs to: data, base weights, knobs; any difference starts anew
sequences.arrow          the packed sequences, mapped by all ranks
job.json                 the knobs of the job that is running, as its ranks read them ("auto" is a number by then)
checkpoint-120/          the Trainer's and DeepSpeed's files; the one before goes when this one is complete
  complete.json          {"step": 120, "files": {name: bytes}}, written last: a folder without it, or with other files,
                         was cut off and is removed
curves/                  TensorBoard's events
attempts.json            {"step": 120, "attempts": 2}: jobs that began at this step, to end a training that gets nowhere
final/                   the trained model and its log; complete.json again written last
lock                     held while ranks are running
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import no_locks, read_json, write_json

MARKER = "complete.json"
MOST_ATTEMPTS = 3  # without a step between them
WAIT_FOR_LOCK = 120  # seconds for the ranks of a killed job to notice


class State:
    """The folder and its rules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = folder / "manifest.json"
        self.job = folder / "job.json"
        self.sequences = folder / "sequences.arrow"
        self.curves = folder / "curves"
        self.attempts = folder / "attempts.json"
        self.final = folder / "final"

    def prepare(self, manifest: dict[str, Any]) -> list[str]:
        """Keep what was made under the same manifest, drop the rest and every folder that was cut off.

        Returns the manifest's keys that changed since, none for a new or an unchanged training.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        before = read_json(self.manifest) if self.manifest.exists() else manifest
        same = self.manifest.exists() and before == manifest
        for folder in [*self.folder.glob("checkpoint-*"), self.final]:
            if folder.is_dir() and not (same and is_whole(folder)):
                shutil.rmtree(folder)
        if not same:
            self.attempts.unlink(missing_ok=True)
            shutil.rmtree(self.curves, ignore_errors=True)
        write_json(self.manifest, manifest)
        return sorted(key for key in before | manifest if before.get(key) != manifest.get(key))

    def saved(self) -> dict[str, Any]:
        """The manifest of what the state holds; empty for a new training."""
        return dict(read_json(self.manifest)) if self.manifest.exists() else {}

    def drop_before(self, step: int) -> None:
        """Remove the checkpoints of fewer steps, and any that was cut off: a whole one stands at `step`."""
        for folder in self.folder.glob("checkpoint-*"):
            if folder.is_dir() and (_steps(folder) < step or not (folder / MARKER).exists()):
                shutil.rmtree(folder, ignore_errors=True)

    def drop_cut_off(self) -> None:
        """Remove what has no marker, so that a full disk has room again."""
        for folder in [*self.folder.glob("checkpoint-*"), self.final]:
            if folder.is_dir() and not (folder / MARKER).exists():
                shutil.rmtree(folder, ignore_errors=True)

    def newest(self) -> Path | None:
        """The complete checkpoint with the most steps."""
        complete = [marker.parent for marker in self.folder.glob(f"checkpoint-*/{MARKER}")]
        return max(complete, key=_steps, default=None)

    def count_attempt(self) -> None:
        """Note that a job begins. Raises InputError when several ended without a checkpoint beyond where they began."""
        newest = self.newest()
        step = read_json(newest / MARKER)["step"] if newest else 0
        before = read_json(self.attempts) if self.attempts.exists() else {"step": -1}
        count = before["attempts"] + 1 if before["step"] == step else 1
        if count > MOST_ATTEMPTS:
            raise InputError(
                f"{MOST_ATTEMPTS} jobs began at step {step} and saved nothing beyond it: their logs say why; when it is"
                f" mended, delete {self.attempts} and run again"
            )
        write_json(self.attempts, {"step": step, "attempts": count})

    def is_final(self) -> bool:
        return (self.final / MARKER).exists()

    def clear(self) -> None:
        """Drop the heavy parts after the output stands."""
        for folder in [*self.folder.glob("checkpoint-*"), self.final]:
            shutil.rmtree(folder, ignore_errors=True)
        self.sequences.unlink(missing_ok=True)
        self.attempts.unlink(missing_ok=True)
        self.job.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the state against a second training. Raises InputError if another does not end in two minutes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            deadline = time.monotonic() + WAIT_FOR_LOCK
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise InputError(f"another training holds {self.folder}: stop it, or wait for it") from None
                    time.sleep(1)
                except OSError as error:
                    raise InputError(no_locks(self.folder / "lock", error)) from error
            yield


def mark_complete(folder: Path, **facts: Any) -> None:
    """Write the marker that says every file of `folder` stands, after the file system has them."""
    os.sync()
    write_json(folder / MARKER, facts | {"files": _sizes(folder)})


def is_whole(folder: Path) -> bool:
    """Whether every file that the marker names is there in its length."""
    if not (folder / MARKER).exists():
        return False
    now = _sizes(folder)
    return all(now.get(name) == size for name, size in read_json(folder / MARKER).get("files", {}).items())


def _sizes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}


def _steps(checkpoint: Path) -> int:
    return int(checkpoint.name.split("-")[1])
