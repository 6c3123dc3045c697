"""The Slurm profile on a real Slurm: what its jobs are given, and trainings that go on over several jobs."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import yaml

from project import ROOT, Project, copy_project
from slurm_runs import rule_of, sacct, said, start, use_profile, wait_until, words_of
from training_runs import TRAINED, training_project

PROFILE = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())
GPU_RULES = {rule for rule, wanted in PROFILE["set-resources"].items() if "gpu_model" in wanted}
SYSTEMS = ["demo-base", "demo-full-unmerged", "demo-full-merged"]
SCORES = [f"results/demo/scores/{system}/tombench.json" for system in SYSTEMS]
GRADED = "results/demo/graded/demo-base.parquet"
DISTRACTORS = "results/demo/distractors/demo-1/in_domain.parquet"  # seven of these, and more people, make in_domain
STEPS = 1200  # more than two minutes hold; the second job does the rest


def test_the_demo_runs_to_its_scores(cluster: Path, tmp_path: Path) -> None:
    """With pretend GPUs for its models: every GPU rule's jobs get them on a100, every other rule's run on cpu."""
    project = copy_project(tmp_path / "project")
    use_profile(project, {rule: {"gpu": 8 if rule == "train_sft" else 2} for rule in GPU_RULES})
    assert start(project, *SCORES, GRADED, DISTRACTORS).wait(1500) == 0, said(project)[-4000:]
    for path in SCORES:
        assert json.loads((project.folder / path).read_text())["columns"]

    jobs = sacct(project.folder)
    assert {job["State"] for job in jobs} == {"COMPLETED"}
    ran = {rule_of(job) for job in jobs}
    assert ran & GPU_RULES == GPU_RULES - {"derive_weights"}  # which the demo's merge has no use for
    assert {"ingest_dump", "gather_users", "select_product", "score_benchmark"} < ran
    for job in jobs:
        if (rule := rule_of(job)) in GPU_RULES:
            gpus = 8 if rule == "train_sft" else 2
            assert (job["Partition"], f"gres/gpu:a100={gpus}," in job["AllocTRES"]) == ("a100", True), job
        else:
            assert (job["Partition"], "gpu" in job["AllocTRES"]) == ("cpu", False), job
        assert "node=1" in job["AllocTRES"]
    assert list((project.folder / "logs/slurm").glob("efficiency_report_*.csv"))


def trained(project: Project, steps: int) -> list[str]:
    """The states of its training's jobs; every step stands in the record once, and none was done by two of them."""
    record = json.loads((project.folder / "results/demo/checkpoints/demo/full.training.json").read_text())
    assert [row["step"] for row in record["log"]] == list(range(1, steps + 1))
    logs = [project.folder / "logs/demo/train_sft/demo/full.log"]  # the last job; Slurm keeps the failed ones
    logs += (project.folder / ".snakemake/slurm_logs/rule_train_sft").rglob("*.log")
    done = [set(re.findall(rf"^step (\d+)/{steps}\b", log.read_text(), flags=re.MULTILINE)) for log in logs]
    assert sum(map(len, done)) == len(set().union(*done))
    return [job["State"].split()[0] for job in sacct(project.folder)]


def test_a_training_that_slurm_signals_goes_on_in_its_next_job(
    cluster: Path, tmp_path: Path, pico_model: Callable[..., Path]
) -> None:
    """Its job step gets the signal, here by `scancel --signal`, which is what --signal does before a time limit."""
    base = pico_model(tmp_path / "base", tied=True)
    project = training_project(tmp_path / "project", base, 120, slices=1)
    use_profile(project, {})
    stopped = threading.Thread(target=signal_first_training, args=(project,))
    stopped.start()
    ended = start(project, *TRAINED).wait(900)
    stopped.join()
    assert ended == 0, said(project)[-4000:]
    assert trained(project, 30) == ["FAILED", "COMPLETED"]


def signal_first_training(project: Project) -> None:
    """Send SIGUSR1 to the steps of the first training job, as Slurm does before a time limit, once it trains."""
    log = project.folder / "logs/demo/train_sft/demo/full.log"
    wait_until(lambda: "step " in words_of(log), "it trains")
    subprocess.run(["scancel", "--signal=USR1", sacct(project.folder)[-1]["JobID"]], check=True)


def test_a_training_longer_than_its_time_limit(cluster: Path, tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    """Slurm's own signal before the limit: it saves, ends, and its next job goes on."""
    base = pico_model(tmp_path / "base", tied=True)
    project = training_project(tmp_path / "project", base, 4 * STEPS, slices=1)
    use_profile(project, {"train_sft": {"slurm_extra": "'--signal=USR1@90'"}})
    shortened = threading.Thread(target=shorten_first_training, args=(project,))
    shortened.start()
    ended = start(project, *TRAINED).wait(1500)
    shortened.join()
    assert ended == 0, said(project)[-4000:]
    assert trained(project, STEPS) == ["FAILED", "COMPLETED"]


def shorten_first_training(project: Project) -> None:
    """Two minutes are left to the first training job from when it trains: how fast this machine is does not matter."""
    log = project.folder / "logs/demo/train_sft/demo/full.log"
    wait_until(lambda: "step " in words_of(log), "it trains")
    job = sacct(project.folder)[-1]["JobID"]
    queue = subprocess.run(["squeue", "-h", "-j", job, "-o", "%M"], check=True, capture_output=True, text=True)
    minutes = int(queue.stdout.strip().split(":")[-2])
    subprocess.run(["scontrol", "update", f"JobId={job}", f"TimeLimit={minutes + 2}"], check=True)
