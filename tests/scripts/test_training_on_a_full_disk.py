"""A training whose disk fills for real ends with what to do, keeps what it saved, and goes on when there is room."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from training_runs import Training, pack

OFTEN = 0.003  # minutes between two saves
ROOM = 4 << 20  # of the disk, in bytes: more than the two checkpoints of a pico model


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "state"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"0" * 4096):
                pass
        except OSError:
            pass


@pytest.mark.slow
def test_a_disk_that_fills(tmp_path: Path, small_disk: Path, pico_model: Callable[..., Path]) -> None:
    base = pico_model(tmp_path / "base", tied=True)
    pack(tmp_path / "packed.parquet", sequences=120)
    whole = Training(tmp_path, base).end(state=tmp_path / "elsewhere")
    (tmp_path / "log").unlink()

    training = Training(tmp_path, base, {"save_minutes": OFTEN})
    job = training.start()
    while job.poll() is None and not training.saved():
        time.sleep(0.002)
    fill(small_disk / "ballast")
    assert job.wait() != 0, "it ended before the disk was full"
    assert f"could not be written into {small_disk}" in training.said
    assert "make room, or see your quota, and run again; the checkpoint before it is kept" in training.said
    assert training.said.splitlines()[-1].startswith("Error: "), "after what the other rank says of its lost fellow"

    before = len(training.said)
    assert training.start().wait() != 0
    assert "make room" in training.said.splitlines()[-1], "and a second job starts no ranks in vain"
    assert "Traceback" not in training.said[before:]
    os.remove(small_disk / "ballast")
    assert training.end() == whole
