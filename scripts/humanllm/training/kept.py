"""The trained model that stays in the state after its outputs stand, for Snakemake may yet delete them.

It deletes the outputs of a job that fails in its last second and of one that runs again, because some code was edited.
A job for the same training then hands this model out and starts no rank.

kept/
  model/           the output's own files by hard links, which take no room; copies where results lie on another disk
  training.json    the record; its manifest says which training it was
  stats.json
  sha256.json      {"model.safetensors": "5e..", ...}: a linked file that was written to in its place is no longer
                   what was trained
  ...              log.json and complete.json of the final folder that this one was
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from humanllm.files import publish_folder, read_json, write_json
from humanllm.modelfiles import sha256
from humanllm.training.knobs import goes_on
from humanllm.training.settings import Settings
from humanllm.training.state import State, is_whole


class Kept:
    """The folder and its rules."""

    def __init__(self, state: State) -> None:
        self.state, self.folder = state, state.folder / "kept"
        self.record, self.stats = self.folder / "training.json", self.folder / "stats.json"
        self.hashes = self.folder / "sha256.json"

    def is_of(self, settings: Settings, packed: Path, weights: dict[str, str], code: dict[str, Any]) -> bool:
        """Whether it was made of these data, base weights and knobs by this code, and is as it was."""
        if not is_whole(self.folder):
            return False
        made_of = read_json(self.record)["manifest"]
        if made_of["code"] != code or not goes_on(settings, made_of, sha256(packed), weights):
            return False
        return bool(_hashes(self.folder / "model") == read_json(self.hashes))

    def take(self, record: dict[str, Any], stats: dict[str, Any]) -> None:
        """Make the state's final folder the kept one."""
        final = self.state.final
        for file, said in ((self.record, record), (self.stats, stats), (self.hashes, _hashes(final / "model"))):
            write_json(final / file.name, said)
        flush(final)
        self.drop()
        final.rename(self.folder)

    def hand_out(self, output: Path, record: Path, stats: Path) -> None:
        """Publish the model, its record and its counts, on the disk before their names."""
        for source, target in ((self.record, record), (self.stats, stats)):
            write_json(target, read_json(source))
        with publish_folder(output) as temporary:
            shutil.copytree(self.folder / "model", temporary, copy_function=link, dirs_exist_ok=True)
            flush(temporary)
        flush(output.parent)

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _hashes(model: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(model.iterdir()) if path.is_file()}


def link(source: str, target: str) -> None:
    """A second name for the file; a copy where the disk is another one or has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def flush(folder: Path) -> None:
    """Have the file system keep every file of `folder`, and their names. Raises OSError if it cannot."""
    for path in (*(path for path in folder.rglob("*") if path.is_file()), folder):
        file = os.open(path, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
