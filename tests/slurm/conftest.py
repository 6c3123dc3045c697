"""One real Slurm for all tests of this folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real Slurm on this machine: three CPU nodes, two nodes of 8 pretend A100s, with accounting; its folder."""
    if running := os.environ.get("SLURMLAB_STATE"):  # one that a person started, with SLURMLAB_NCPU=3; it is left alone
        yield Path(running)
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip("needs root on Debian, to install and start Slurm")
    state = tmp_path_factory.mktemp("slurm")
    os.environ["SLURMLAB_NCPU"] = "3"
    try:
        subprocess.run([HERE / "cluster-up", state], check=True, timeout=600)
        yield state
    finally:
        subprocess.run([HERE / "cluster-down", state, "--purge"], check=False, timeout=120)
