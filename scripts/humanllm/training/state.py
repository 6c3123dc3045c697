"""A training's state on disk, outside the rule's outputs, so that a killed job's successor goes on from it.

manifest.json            what the state belongs to: data, base weights, knobs, code; goes when the training has ended
sequences.arrow          the packed sequences, mapped by all ranks
job.json                 the knobs of the job that is running, as its ranks read them ("auto" is a number by then)
checkpoint-120/          the Trainer's and DeepSpeed's files; the one before goes when this one is complete
  complete.json          {"step": 120, "files": {name: bytes}}, written last: a folder without it, or with other files,
                         was cut off and is removed
curves/                  TensorBoard's events
attempts.json            {"step": 120, "attempts": 2}: jobs that began at this step, to end a training that gets nowhere
slices.json              what each job took: see slices.py
final/                   the trained model and its log; complete.json again written last
kept/                    what final/ becomes when it is published: see kept.py
lock                     held while ranks are running
stale-1f0c9a27/          all this of a training with another manifest, named by its digest: gone on with when data, base
                         and knobs are those once more, removed when a third one is set aside
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import lock, read_json, write_json
from humanllm.training.room import in_gib, size_on_disk

MARKER = "complete.json"
MOST_ATTEMPTS = 3  # without a step between them


class State:
    """The folder and its rules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = folder / "manifest.json"
        self.job = folder / "job.json"
        self.sequences = folder / "sequences.arrow"
        self.curves = folder / "curves"
        self.attempts = folder / "attempts.json"
        self.slices = folder / "slices.json"
        self.final = folder / "final"

    def prepare(self, manifest: dict[str, Any]) -> list[str]:
        """Keep what was made under the same manifest and set all else aside; lines that say what was done.

        Other code alone goes on from a checkpoint, but takes no trained model for its own.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        before = dict(read_json(self.manifest)) if self.manifest.exists() else {}
        said = []
        if _digest(before) != _digest(manifest):
            if self.saved():
                said.append(self._set_aside(before, manifest))
            for path in self._own():  # nothing whole: what is left tells of another training
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        if (aside := self._stale(manifest)).exists():
            self._take_up(aside)
            said.append(f"{aside.name} is of this training, which goes on from there")
        if self.is_final() and read_json(self.manifest).get("code") != manifest.get("code"):
            shutil.rmtree(self.final)
            said.append("the trained model was made by other code: its training goes on from the newest checkpoint")
        write_json(self.manifest, manifest)
        return said

    def saved(self) -> dict[str, Any]:
        """The manifest of what the state holds; empty without a whole checkpoint or trained model."""
        return dict(read_json(self.manifest)) if self.manifest.exists() and (self.newest() or self.is_final()) else {}

    def resumable(self) -> list[dict[str, Any]]:
        """The manifests of the saved training and of the one that was set aside."""
        aside = [dict(read_json(file)) for file in self.folder.glob(f"stale-*/{self.manifest.name}")]
        return [one for one in (self.saved(), *aside) if one]

    def _set_aside(self, before: dict[str, Any], manifest: dict[str, Any]) -> str:
        aside = self._stale(before)
        for older in self.folder.glob("stale-*"):
            if older not in (aside, self._stale(manifest)):
                shutil.rmtree(older)
        aside.mkdir(exist_ok=True)
        for path in self._own():
            path.rename(aside / path.name)
        return (
            f"the saved training differs in {', '.join(_differing(before, manifest))}: it is set aside in {aside}"
            f" ({in_gib(size_on_disk(aside))}), which may be deleted"
        )

    def _take_up(self, aside: Path) -> None:
        """The manifest first: a job that is killed here leaves what the next one takes up."""
        for path in sorted(aside.iterdir(), key=lambda path: path.name != self.manifest.name):
            path.rename(self.folder / path.name)
        aside.rmdir()

    def _stale(self, manifest: dict[str, Any]) -> Path:
        return self.folder / f"stale-{_digest(manifest)}"

    def _own(self) -> list[Path]:
        """What belongs to one training; the manifest last, so that what a killed job has not moved is known by it."""
        paths = [*self.folder.glob("checkpoint-*"), self.final, self.curves, self.attempts, self.slices, self.manifest]
        return [path for path in paths if path.exists()]

    def drop_before(self, step: int) -> None:
        """Remove the checkpoints of fewer steps, and any that was cut off: a whole one stands at `step`."""
        for folder in self.folder.glob("checkpoint-*"):
            if folder.is_dir() and (_steps(folder) < step or not (folder / MARKER).exists()):
                shutil.rmtree(folder, ignore_errors=True)

    def drop_cut_off(self) -> None:
        """Remove every folder that is not whole, so that it counts for nothing and its room is free again."""
        for folder in [*self.folder.glob("checkpoint-*"), self.final]:
            if folder.is_dir() and not is_whole(folder):
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
        """Drop all but the curves, the kept model and what was set aside, after the output stands."""
        for folder in [*self.folder.glob("checkpoint-*"), self.final]:
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self.manifest, self.sequences, self.attempts, self.slices, self.job):
            file.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the state against a second training. Raises InputError if another does not end in two minutes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            taken = f"another training holds {self.folder}: stop it, or wait for it"
            lock(file.fileno(), Path(file.name), taken)
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


def _digest(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(_compared(manifest), sort_keys=True).encode()).hexdigest()[:8]


def _compared(manifest: dict[str, Any]) -> dict[str, Any]:
    """{"settings.epochs": 3, ...}, without code, and the base's name: its weights say which one it is."""
    flat = {f"{head}.{name}": value for head, facts in manifest.items() for name, value in facts.items()}
    return {name: value for name, value in flat.items() if name not in ("base.name", "code.sha256")}


def _differing(before: dict[str, Any], manifest: dict[str, Any]) -> list[str]:
    one, other = _compared(before), _compared(manifest)
    return sorted(name for name in one | other if one.get(name) != other.get(name))
