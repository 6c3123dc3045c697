"""The trained model that outlives the outputs."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from humanllm.files import read_json, write_json
from humanllm.modelfiles import sha256
from humanllm.training import kept as module
from humanllm.training.code import code_facts
from humanllm.training.kept import Kept
from humanllm.training.record import manifest
from humanllm.training.sequences import Facts
from humanllm.training.settings import Batches, Settings
from humanllm.training.state import State, mark_complete

SETTINGS = Settings(1e-5, 16, 3, 0.1, "bf16", True, 3, 2, 2, 2025, "cpu", 30.0)
WEIGHTS = {"model.safetensors": "5e"}


class Ended:
    """A training that has ended and is kept, with the files that it was made of."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state, self.packed = folder, State(folder / "state"), folder / "packed.parquet"
        self.kept = Kept(self.state)
        self.packed.write_bytes(b"tokens")
        facts = Facts(sha256(self.packed), parts=1, sequences=40, samples=160, tokens=900, answer_tokens=800)
        self.made_of = manifest(SETTINGS, facts, Batches(1, 4, 16.0, 10), "models/a", WEIGHTS)
        self.state.prepare(self.made_of)
        model = self.state.final / "model"
        model.mkdir(parents=True)
        (model / "model.safetensors").write_bytes(b"weights")
        (model / "config.json").write_text("{}")
        mark_complete(self.state.final, step=30)
        self.kept.take({"manifest": self.made_of, "steps": 30}, {"kept": 40})

    def is_of(self, **changed: Any) -> bool:
        given: dict[str, Any] = {"settings": SETTINGS, "packed": self.packed, "weights": WEIGHTS, "code": code_facts()}
        return self.kept.is_of(**(given | changed))

    def hand_out(self) -> Path:
        out = self.folder / "out"
        self.kept.hand_out(out / "full", out / "full.training.json", out / "full.stats.json")
        return out


@pytest.fixture
def ended(tmp_path: Path) -> Ended:
    return Ended(tmp_path)


def test_it_takes_no_room_beside_the_output_and_outlives_it(ended: Ended) -> None:
    ended.state.clear()
    assert {path.name for path in ended.state.folder.iterdir()} == {"kept"}
    for _ in range(2):
        out = ended.hand_out()
        assert os.path.samefile(out / "full/model.safetensors", ended.kept.folder / "model/model.safetensors")
        assert sorted(path.name for path in (out / "full").iterdir()) == ["config.json", "model.safetensors"]
        assert read_json(out / "full.training.json") == {"manifest": ended.made_of, "steps": 30}
        assert read_json(out / "full.stats.json") == {"kept": 40}
        shutil.rmtree(out)  # as Snakemake does
        assert ended.is_of()


def test_on_another_disk_it_is_copied(ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(module.os, "link", refuse)
    model = ended.hand_out() / "full/model.safetensors"
    assert model.read_bytes() == b"weights"
    assert model.stat().st_nlink == 1


def test_it_is_of_one_training_alone(ended: Ended) -> None:
    """How an update is shared out is free, as for one that goes on."""
    assert ended.is_of()
    assert ended.is_of(settings=replace(SETTINGS, ranks=7, micro_batch="auto", zero_stage="auto"))
    assert not ended.is_of(settings=replace(SETTINGS, epochs=2))
    assert not ended.is_of(weights={"model.safetensors": "6f"})
    assert not ended.is_of(code={"sha256": {**code_facts()["sha256"], "ranks": "other"}})
    ended.packed.write_bytes(b"other tokens")
    assert not ended.is_of()


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_an_output_that_was_written_to_in_its_place_is_not_given_out(ended: Ended, name: str) -> None:
    path = ended.hand_out() / "full" / name
    path.write_bytes(b"x" * path.stat().st_size)
    assert not ended.is_of()


def test_a_job_that_is_killed_before_it_is_kept_leaves_the_trained_model(ended: Ended) -> None:
    """The folder is renamed at last, so that it is either."""
    ended.kept.folder.rename(ended.state.final)
    assert not ended.is_of()
    ended.state.drop_cut_off()
    assert ended.state.is_final()
    ended.kept.take({"manifest": ended.made_of}, {})
    assert ended.is_of()
    write_json(ended.kept.folder / "log.json", [])
    (ended.kept.folder / "model/config.json").unlink()
    assert not ended.is_of(), "a file is gone"
