from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from humanllm.files import read_json
from humanllm.training import slices as module
from humanllm.training.code import code_facts
from humanllm.training.slices import Slice, slices

SETTINGS: Any = SimpleNamespace(ranks=2, micro_batch=1)


def test_every_job_leaves_its_seconds_and_packages_a_killed_one_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    path = tmp_path / "slices.json"
    killed = Slice(path, SETTINGS, began=90.0)
    now = 150.0  # too soon after the start to be noted
    killed.note_sometimes()
    assert slices(path)[0]["seconds"] == 10.0
    now = 170.0
    killed.note_sometimes()
    now = 5.0  # another machine
    SETTINGS.ranks = 1
    ended = Slice(path, SETTINGS, began=1.0)
    now = 31.0
    ended.note()
    assert [(row["seconds"], row["ranks"]) for row in slices(path)] == [(80.0, 2), (30.0, 1)]
    assert read_json(path)[0]["code"] == code_facts()
    assert set(read_json(path)[0]["packages"]) >= {"torch", "transformers", "deepspeed"}


def test_a_new_training_has_none(tmp_path: Path) -> None:
    assert slices(tmp_path / "slices.json") == []
