"""The Slurm profile on a real Slurm: GPU rules get A100s on the GPU partition, CPU rules run elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from project import copy_project

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real Slurm on this machine: two CPU nodes, two nodes of 8 pretend A100s, with accounting."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip("needs root on Debian, to install and start Slurm")
    state = tmp_path_factory.mktemp("slurm")
    subprocess.run([HERE / "cluster-up", state], check=True, timeout=600)
    yield state
    subprocess.run([HERE / "cluster-down", state, "--purge"], check=False, timeout=120)


def jobs_of(cluster: Path) -> list[dict[str, str]]:
    """The finished jobs in the accounting database."""
    fields = ["JobID", "Partition", "State", "AllocTRES", "Comment", "ReqMem"]
    text = subprocess.run(
        ["sacct", "-X", "-n", "-P", "--starttime", "now-1hour", "--format", ",".join(fields)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [dict(zip(fields, line.split("|"), strict=True)) for line in text.splitlines()]


def test_rules_go_to_their_partitions(cluster: Path, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    shutil.copy2(ROOT / "slurm", project.folder / "slurm", follow_symlinks=False)
    profile = project.folder / "profiles/slurm/config.yaml"
    settings = yaml.safe_load(profile.read_text())
    # no conda here: the jobs find this machine's environment on PATH; and look at the queue more often
    del settings["software-deployment-method"]
    settings |= {"latency-wait": 20, "slurm-init-seconds-before-status-checks": 2, "seconds-between-status-checks": 2}
    # the extractive engine needs no GPU; asking for one shows where GPU rules go
    for rule in ("rewrite_text", "score_quality"):
        settings["set-resources"][rule] |= {"gpu": 2}
    profile.write_text(yaml.safe_dump(settings))
    done = project.demo("results/demo/scored/blogger/0.parquet", "--profile", "slurm")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]

    jobs = jobs_of(cluster)
    assert {job["State"] for job in jobs} == {"COMPLETED"}
    placed = {job["Comment"].split("_wildcards_")[0].removeprefix("rule_"): job for job in jobs}
    for rule in ("rewrite_text", "score_quality"):
        assert placed[rule]["Partition"] == "a100"
        assert "gres/gpu:a100=2" in placed[rule]["AllocTRES"]
    for rule in ("ingest_dump", "gather_users"):
        assert placed[rule]["Partition"] == "cpu"
        assert "gpu" not in placed[rule]["AllocTRES"]
