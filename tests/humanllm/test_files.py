"""Whole files or none, and nothing left of processes that were killed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from humanllm.files import STALE, publish, publish_folder, read_json, write_json


def left(folder: Path, name: str, age: float) -> Path:
    """What a killed process left, last written `age` seconds ago."""
    path = folder / name
    path.write_text("half")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        with publish(tmp_path / "a.json") as temporary:
            temporary.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    assert not list(tmp_path.iterdir())


def test_temporaries_of_killed_processes_go(tmp_path: Path) -> None:
    own, young = left(tmp_path, ".a.json.node1.7.tmp", STALE + 1), left(tmp_path, ".a.json.node2.8.tmp", 1)
    another = left(tmp_path, ".a.json.b.node1.7.x", STALE + 1)
    write_json(tmp_path / "a.json", {"b": 1})
    assert read_json(tmp_path / "a.json") == {"b": 1}
    assert (own.exists(), young.exists(), another.exists()) == (False, True, True)


def test_a_folder_of_a_killed_process_goes(tmp_path: Path) -> None:
    old = tmp_path / ".model.node1.7.tmp"
    old.mkdir()
    os.utime(old, (time.time() - STALE - 1,) * 2)
    with publish_folder(tmp_path / "model") as temporary:
        (temporary / "x").write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
