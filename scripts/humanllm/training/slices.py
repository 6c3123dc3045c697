"""The jobs that a training took, so that its record can say what all of them together cost.

slices.json, a row a job, of one that was killed too:
    [{"seconds": 86012.4, "ranks": 8, "micro_batch": 2, "packages": {"torch": "2.9.1", "deepspeed": "0.19.8"},
      "code": {"sha256": {"ranks": "0c7e..", ...}}}]
Seconds are counted from the job's start until its ranks are gone; a killed one lacks the last minute at most.
"""

from __future__ import annotations

import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from humanllm.files import read_json, write_json
from humanllm.training.code import code_facts
from humanllm.training.settings import Settings

PACKAGES = ("torch", "transformers", "deepspeed", "accelerate", "safetensors", "flash-attn")
PAUSE = 60.0  # seconds between two notes


class Slice:
    """The job at hand, noted in `path` behind those before it. `began`: by time.monotonic()."""

    def __init__(self, path: Path, settings: Settings, began: float) -> None:
        self.path, self.began = path, began
        self.before = slices(path)
        layout = {"ranks": settings.ranks, "micro_batch": settings.micro_batch}
        self.row = {**layout, "packages": _versions(), "code": code_facts()}
        self.noted = 0.0
        self.note()

    def note(self) -> None:
        """Write down the seconds so far."""
        self.noted = time.monotonic()
        write_json(self.path, [*self.before, {"seconds": round(self.noted - self.began, 1), **self.row}])

    def note_sometimes(self) -> None:
        if time.monotonic() - self.noted >= PAUSE:
            self.note()


def slices(path: Path) -> list[dict[str, Any]]:
    """The rows so far."""
    return list(read_json(path)) if path.exists() else []


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
