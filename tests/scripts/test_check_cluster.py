"""The command on a login node made of three scripts: what it says, and that it says it at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = {
    "sinfo": "cpu|2-00:00:00|128000|32|(null)\na100|1-00:00:00|1000000|128|gpu:a100:8",
    "sbatch": "",
    "squeue": "",
    "sacct": "",
    "sacctmgr": "research|normal|1000",  # of `show assoc`; to `show qos` it says nothing
    "scontrol": "MinJobAge = 300 sec",
    "conda": "",
}


def check(folder: Path, answers: dict[str, str]) -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    for name, text in answers.items():
        (folder / name).write_text(f"#!/bin/sh\n[ \"$2 $3\" = 'show qos' ] || cat <<'END'\n{text}\nEND\n")
        (folder / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{folder}:/usr/bin:/bin"} if answers else os.environ | {"PATH": str(folder)}
    command = [sys.executable, str(ROOT / "scripts/check_cluster.py")]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_a_cluster_with_the_profiles_own_names_fits(tmp_path: Path) -> None:
    done = check(tmp_path / "bin", ANSWERS)
    assert done.returncode == 0, done.stderr
    assert "fits this cluster" in done.stdout


def test_all_that_does_not_fit_is_said_at_once(tmp_path: Path) -> None:
    done = check(
        tmp_path / "bin", {**ANSWERS, "sinfo": "gpu|12:00:00|500000|64|gpu:h100:4", "sacctmgr": "lab|normal|50"}
    )
    assert done.returncode == 1
    assert "partitions.yaml: cpu: Slurm has no such partition; it has gpu" in done.stderr
    assert "partitions.yaml: a100: Slurm has no such partition; it has gpu" in done.stderr
    assert "config.yaml: jobs: 200, but you may have 50 in the queue" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_machine_without_slurm_is_named(tmp_path: Path) -> None:
    done = check(tmp_path / "bin", {})
    assert done.returncode == 1
    assert "no sbatch, sinfo, squeue here: run this on a login node of the cluster" in done.stderr


def test_a_login_node_without_conda_is_named(tmp_path: Path) -> None:
    done = check(tmp_path / "bin", {name: text for name, text in ANSWERS.items() if name != "conda"})
    assert done.returncode == 1
    assert "conda is not on PATH" in done.stderr
    assert "Miniforge" in done.stderr
