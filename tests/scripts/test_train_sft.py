from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from safetensors.numpy import save_file

from training_runs import TRAINED, Training, command, pack, training_project

MORE = pytest.mark.skipif("KILLS" not in os.environ, reason="like ZeRO-3, which loads more; KILLS=5 runs both")


def stop_it(command: list[str], log: Path, after: str) -> int:
    """Start a training, send SIGUSR1 once its log says `after`, and wait; the step at which it saved."""
    with log.open("w") as file, subprocess.Popen(command, stderr=file, stdout=file) as job:
        while after not in log.read_text() and job.poll() is None:
            time.sleep(0.1)
        job.send_signal(signal.SIGUSR1)
    assert job.returncode == 1, log.read_text()
    return int(re.findall(r"told to end at step (\d+) of \d+; saved", log.read_text())[-1])


@pytest.mark.slow
@pytest.mark.parametrize("zero_stage", [pytest.param(2, marks=MORE), 3])
def test_one_rank_goes_on_where_two_stopped(tmp_path: Path, pico_model: Callable[..., Path], zero_stage: int) -> None:
    """By itself it would not cut the sequences in two, and take 5 of them an update."""
    base = pico_model(tmp_path / "base", tied=True)
    pack(tmp_path / "packed.parquet", sequences=20)
    knobs = {"zero_stage": zero_stage, "precision": "fp32", "batch_size": 20, "micro_batch": "auto"}
    whole = command(tmp_path, base, **knobs, record=tmp_path / "whole.json", state=tmp_path / "whole")
    assert subprocess.run(whole, capture_output=True).returncode == 0
    step = stop_it(command(tmp_path, base, **knobs), tmp_path / "log", after="step 1/")

    done = subprocess.run(command(tmp_path, base, **knobs, ranks=1), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"checkpoint-{step} regrouped for 1 ranks" in done.stderr
    records = [json.loads(path.read_text()) for path in (tmp_path / "whole.json", tmp_path / "out/full.training.json")]
    assert [record["manifest"] for record in records] == [records[0]["manifest"]] * 2
    assert (records[1]["manifest"]["data"]["parts"], records[1]["manifest"]["batch"]["sequences"]) == (2, 10)
    assert [row["ranks"] for row in records[1]["slices"]] == [2, 1]
    assert records[1]["seconds_all_slices"] == sum(row["seconds"] for row in records[1]["slices"])
    losses = [[row["loss"] for row in record["log"]] for record in records]
    assert losses[0] == pytest.approx(losses[1], abs=1e-3)  # the same batches, added up in another order


def test_bad_input_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base/config.json").write_text("{}")
    save_file({"weight": np.zeros(1, dtype=np.float32)}, tmp_path / "base/model.safetensors")
    no_tokenizer = subprocess.run(command(tmp_path, tmp_path / "base"), capture_output=True, text=True)
    (tmp_path / "base/tokenizer.json").write_text("{}")
    pack(tmp_path / "packed.parquet", sequences=0)
    no_sequence = subprocess.run(command(tmp_path, tmp_path / "base"), capture_output=True, text=True)
    for done, complaint in ((no_tokenizer, "has no tokenizer"), (no_sequence, "the packed table holds no sequence")):
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1
        assert complaint in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_is_regrouped_alone_and_as_an_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not once the training has ended."""
    import train_sft
    from humanllm.training import job as module
    from humanllm.training.settings import Batches
    from humanllm.training.state import State, mark_complete

    state, happened, made = State(tmp_path / "state"), list[str](), Batches(1, 4, 16.0, 10)

    def is_free() -> bool:
        with (state.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def regroup(checkpoint: Path, ranks: int) -> bool:
        happened.append(f"{checkpoint.name} for {ranks}, free {is_free()}, attempt {state.attempts.exists()}")
        return True

    def launch(*_: object, meanwhile: Callable[[], None]) -> None:
        happened.append(f"launch, free {is_free()}")

    monkeypatch.setattr(train_sft, "local_folder", lambda base, revision: Path(base))
    monkeypatch.setattr(train_sft, "weight_hashes", lambda model: {})
    for name, fake in {
        "manifest": lambda *_: {"data": {"digest": "1a"}},
        "lay_out": lambda settings, *_: (settings, SimpleNamespace(sequences=40), made),
        "parameters_of": lambda model: 0,
        "regroup": regroup,
        "launch": launch,
    }.items():
        monkeypatch.setattr(module, name, fake)
    state.prepare({"data": {"digest": "1a"}})
    (state.folder / "checkpoint-5").mkdir()
    mark_complete(state.folder / "checkpoint-5", step=5, ranks=2)
    arguments = command(tmp_path, tmp_path, ranks=1)[2:]
    done = CliRunner().invoke(train_sft.main, arguments)
    assert "the training did not end" in done.output
    assert happened == ["checkpoint-5 for 1, free False, attempt True", "launch, free True"]
    state.final.mkdir()
    mark_complete(state.final, step=9)
    CliRunner().invoke(train_sft.main, arguments)
    assert len(happened) == 2


TIME_LIMIT = """#!{python}
import os, pathlib, signal, subprocess, sys, time

command = ["{python}", *sys.argv[1:]]
if "scripts/train_sft.py" not in command:
    os.execv(command[0], command)
jobs, log = pathlib.Path("jobs"), pathlib.Path("logs/demo/train_sft/demo/full.log")
with jobs.open("a") as file:
    file.write("job\\n")
job = subprocess.Popen(command)
if len(jobs.read_text().split()) == 1:
    while job.poll() is None and not (log.exists() and "step " in log.read_text()):
        time.sleep(0.1)
    job.send_signal(signal.SIGUSR1)
sys.exit(job.wait())
"""


@pytest.mark.slow
def test_a_training_longer_than_its_time_limit_ends_by_slices(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    """The first job's `python` stands for Slurm: it sends SIGUSR1 after a step (tests/slurm has the real one)."""
    project = training_project(tmp_path / "project", pico_model(tmp_path / "base", tied=True), 120, slices=1)
    wrapper = tmp_path / "bin/python"
    wrapper.parent.mkdir()
    wrapper.write_text(TIME_LIMIT.format(python=sys.executable))
    wrapper.chmod(0o755)
    project.first_on_path = (wrapper.parent,)
    done = project.demo(*TRAINED)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project.folder / "jobs").read_text().count("job") == 2
    assert (done.stdout + done.stderr).count("Trying to restart job") == 1
    record = json.loads((project.folder / "results/demo/checkpoints/demo/full.training.json").read_text())
    assert [row["step"] for row in record["log"]] == list(range(1, record["steps"] + 1))
    assert record["steps"] == 30
    said = (project.folder / "logs/demo/train_sft/demo/full.log").read_text()
    assert not re.search(r"^step 1/30", said, flags=re.MULTILINE), "the last job did not begin anew"


FAILS_AT_LAST = """#!{python}
import pathlib, subprocess, sys

done, jobs = subprocess.run(["{python}", *sys.argv[1:]]), pathlib.Path("jobs")
if "scripts/train_sft.py" not in sys.argv:
    sys.exit(done.returncode)
with jobs.open("a") as file:
    file.write("job\\n")
sys.exit(done.returncode or len(jobs.read_text().split()) == 1)
"""


@pytest.mark.slow
def test_a_job_that_fails_after_all_is_done_and_an_edit_of_other_code_train_nothing(
    tmp_path: Path, pico_model: Callable[..., Path]
) -> None:
    """The first job's `python` stands for a log that cannot be written: Snakemake deletes the outputs."""
    project = training_project(tmp_path / "project", pico_model(tmp_path / "base", tied=True), 8, slices=1, ranks=1)
    wrapper = tmp_path / "bin/python"
    wrapper.parent.mkdir()
    wrapper.write_text(FAILS_AT_LAST.format(python=sys.executable))
    wrapper.chmod(0o755)
    project.first_on_path = (wrapper.parent,)
    model = project.folder / TRAINED[0]

    def run(jobs: int) -> tuple[int, str]:
        done = project.demo(*TRAINED)
        assert done.returncode == 0, done.stdout + done.stderr
        assert (project.folder / "jobs").read_text().count("job") == jobs
        file = model / "model.safetensors"
        return file.stat().st_ino, (project.folder / "logs/demo/train_sft/demo/full.log").read_text()

    trained, said = run(jobs=2)
    assert "nothing is trained" in said
    edit(project.folder / "scripts/humanllm/files.py")
    assert run(jobs=3)[0] == trained
    edit(project.folder / "scripts/humanllm/training/sequences.py")
    another, said = run(jobs=4)
    assert another != trained
    assert "nothing is trained" not in said


def edit(path: Path) -> None:
    path.write_text(path.read_text() + "\nREMARK = 1\n")


@pytest.mark.slow
def test_a_disk_that_fills_is_one_line_and_keeps_the_checkpoint_before(
    tmp_path: Path, pico_model: Callable[..., Path]
) -> None:
    """A limit on the size of a file stands for the disk: the optimizer's part does not fit, all else does."""
    pack(tmp_path / "packed.parquet", sequences=40)
    training = Training(tmp_path, pico_model(tmp_path / "base", tied=True), {"zero_stage": 2, "save_minutes": 0.003})
    training.strike(signal.SIGUSR1, step=1)
    before = training.saved()
    largest = max(file.stat().st_size for file in training.state.rglob("*optim_states.pt"))
    full = ["bash", "-c", f'ulimit -f {(largest - 20_000) // 1024}; exec "$@"', "bash"]
    with subprocess.Popen(
        [*full, *command(tmp_path, training.base, zero_stage=2, save_minutes=0.0001)], stderr=subprocess.PIPE, text=True
    ) as job:
        said = job.communicate()[1]
    assert job.returncode == 1
    assert f"Error: the checkpoint of step {before + 1} could not be written into {training.state} (" in said
    assert "Traceback" not in said
    assert [path.name for path in training.state.glob("checkpoint-*")] == [f"checkpoint-{before}"]
