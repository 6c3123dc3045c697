"""What goes wrong on a cluster, made to go wrong on a real Slurm: the files are those of an undisturbed run, and no
reply that was in the journal is asked for again. docs/cluster.md says for each what a person sees and does.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from slurm_runs import BUCKET, Run, Undisturbed, run_in, said, start, wait_until, words_of

HERE = Path(__file__).parent
SAVED = 10  # seconds after which the controller has surely written down that a job runs; Slurm says five at most


def slurm(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def kill_daemon(cluster: Path, name: str) -> None:
    """SIGKILL to one of the cluster's daemons."""
    pid = cluster / f"run/{name}.pid"
    process = psutil.Process(int(pid.read_text()))
    process.kill()
    process.wait(30)
    pid.unlink()


def start_daemons(cluster: Path) -> None:
    subprocess.run([HERE / "cluster-up", cluster], check=True, timeout=600, stdout=subprocess.DEVNULL)


# ---------------------------------------------------------------- faults of one job: side by side
def time_limit(run: Run, cluster: Path) -> None:
    """A job that is ended by its time limit is sent again, with more time."""
    run.wait_until_held()
    run.wait_for("TIMEOUT")
    run.gate.set()
    assert run.end() == 0, said(run.project)[-4000:]
    assert run.states == ["TIMEOUT", "COMPLETED"]
    assert [job["Timelimit"] for job in run.jobs] == ["00:01:00", "00:10:00"]
    run.check(interruptions=1)


def out_of_memory(run: Run, cluster: Path) -> None:
    """A job that is killed for its memory is sent again, with more memory."""
    run.gate.set()
    assert run.end() == 0, said(run.project)[-4000:]
    assert run.states[0] in ("FAILED", "OUT_OF_MEMORY")
    assert [job["ReqMem"] for job in run.jobs] == ["40M", "4000M"]
    run.check(interruptions=1)


def cancelled(run: Run, cluster: Path) -> None:
    """A job that somebody cancels is sent again."""
    run.wait_until_held()
    slurm("scancel", run.job)
    run.wait_for("CANCELLED")
    run.gate.set()
    assert run.end() == 0, said(run.project)[-4000:]
    assert run.states == ["CANCELLED", "COMPLETED"]
    assert {job["Partition"] for job in run.jobs} == {"cpu"}  # a GPU rule whose model needs none
    run.check(interruptions=1)


def main_process_killed(run: Run, cluster: Path) -> None:
    """Its job runs on, and the folder stays locked: cancel what is left by its name, unlock, start again."""
    run.wait_until_held()
    run.process.kill()
    run.process.wait()
    assert run.states == ["RUNNING"]
    again = start(run.project, BUCKET)
    assert again.wait(120) != 0
    assert "Directory cannot be locked" in said(run.project)
    name = slurm("squeue", "-h", "-j", run.job, "-o", "%j").strip()
    slurm("scancel", "--name", name)
    wait_until(lambda: not slurm("squeue", "-h", "--name", name), "the job left over is gone")
    assert not (run.project.folder / BUCKET).exists()
    run.gate.set()
    assert start(run.project, "--unlock").wait(120) == 0
    run.start()
    assert run.end() == 0, said(run.project)[-4000:]
    assert run.states == ["CANCELLED", "COMPLETED"]
    run.check(interruptions=1)


def main_process_killed_and_forgotten(run: Run, cluster: Path) -> None:
    """Started again beside the job left over: the new one waits for the journal and asks nothing again."""
    run.wait_until_held()
    run.process.kill()
    run.process.wait()
    assert start(run.project, "--unlock").wait(120) == 0
    run.start()
    log = run.project.folder / "logs/demo/rewrite_text/blogger/0.log"
    wait_until(lambda: "is held by another job: waiting" in words_of(log), "a second job waits")
    run.gate.set()
    assert run.end() == 0, said(run.project)[-4000:]
    assert run.states == ["COMPLETED", "COMPLETED"]
    run.check(interruptions=0)


def preempted(run: Run, cluster: Path) -> None:
    """A job that makes room for one of more rank is queued again by Slurm, as --requeue says."""
    run.wait_until_held()
    wanted = ["--partition=a100", "--nodes=2", "--gpus-per-node=8", "--time=5", "--output=/dev/null"]
    slurm("sbatch", *wanted, "--wrap", "sleep 2")
    wait_until(lambda: "PREEMPTED" in slurm("sacct", "-X", "-n", "-D", "-j", run.job, "-o", "State"), "it is preempted")
    run.gate.set()
    assert run.end() == 0, said(run.project)[-4000:]
    assert run.states == ["COMPLETED"]
    run.check(interruptions=1)


def node_failure(run: Run, cluster: Path) -> None:
    """A node that is suddenly without power: its job is sent to another one."""
    run.wait_until_held()
    node = run.jobs[-1]["NodeList"]
    daemon = psutil.Process(int((cluster / f"run/slurmd-{node}.pid").read_text()))
    for process in [daemon, *processes_of(run)]:
        process.kill()
    run.wait_for("NODE_FAIL")
    run.gate.set()
    assert run.end() == 0, said(run.project)[-4000:]
    assert run.states == ["NODE_FAIL", "COMPLETED"]
    assert run.jobs[1]["NodeList"] != node
    run.check(interruptions=1)


def processes_of(run: Run) -> list[psutil.Process]:
    """What belongs to the run's newest job: the steps' daemons and all that they started."""
    named = [line.split(None, 1) for line in slurm("ps", "-eo", "pid,args").splitlines()]
    steps = [psutil.Process(int(pid)) for pid, name in named if name.startswith(f"slurmstepd: [{run.job}.")]
    return [process for step in steps for process in [step, *step.children(recursive=True)]]


def full_disk(run: Run, cluster: Path) -> None:
    """The job says so, the run ends; with room again, it goes on from the journal."""
    run.wait_until_held()
    ballast = run.project.folder / "disk/ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"0" * 4096):
                pass
        except OSError:
            pass
    run.gate.set()
    assert run.end() != 0
    assert run.states == ["FAILED"] * 3
    assert "No space left on device): make room, then run the same command again" in said(run.project)
    ballast.unlink()
    run.start()
    assert run.end() == 0, said(run.project)[-4000:]
    run.check(interruptions=3)


Fault = Callable[[Run, Path], None]
ELSEWHERE = {"slurm_extra": "'--exclude=cpu03'"}  # than on the node that node_failure takes down
PREEMPTIBLE = {"slurm_partition": "a100-preempt", "qos": "preemptible", "slurm_extra": "'--requeue'", "gpu": 8}
FAULTS: dict[Fault, dict[str, Any]] = {  # and what the job asks for
    time_limit: {"runtime": "1 if attempt == 1 else 10"} | ELSEWHERE,
    out_of_memory: {"mem_mb": "40 * 100 ** (attempt - 1)"} | ELSEWHERE,
    cancelled: ELSEWHERE,
    main_process_killed: ELSEWHERE,
    main_process_killed_and_forgotten: ELSEWHERE,
    preempted: PREEMPTIBLE,
    node_failure: {"slurm_extra": "'--nodelist=cpu03' if attempt == 1 else ''"},
    full_disk: ELSEWHERE,
}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(tmp_path_factory.mktemp("undisturbed") / "project")


@pytest.fixture(scope="module")
def ended(
    cluster: Path, undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Fault, Future[None]]]:
    """All faults at once, for each waits most of its time."""
    folder = tmp_path_factory.mktemp("faults")

    def suffer(fault: Fault) -> None:
        with run_in(folder / fault.__name__, undisturbed, FAULTS[fault], own_disk=fault is full_disk) as run:
            fault(run, cluster)

    with ThreadPoolExecutor(len(FAULTS)) as pool:
        yield {fault: pool.submit(suffer, fault) for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_one_job_suffers(ended: dict[Fault, Future[None]], fault: Fault) -> None:
    ended[fault].result()


# ---------------------------------------------------------------- faults of the cluster: one after the other
def test_sbatch_refuses_for_a_while(cluster: Path, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """The run ends when its retries are used up, which takes a second; started again, it goes on."""
    slurm("scontrol", "update", "PartitionName=cpu", "State=INACTIVE")
    try:
        with run_in(tmp_path / "refused", undisturbed) as run:
            assert run.end() != 0
            assert "SLURM sbatch failed. The error message was" in said(run.project)
            slurm("scontrol", "update", "PartitionName=cpu", "State=UP")
            run.gate.set()
            run.start()
            assert run.end() == 0, said(run.project)[-4000:]
            assert run.states == ["COMPLETED"]
            run.check(interruptions=0)
    finally:
        slurm("scontrol", "update", "PartitionName=cpu", "State=UP")


def test_the_controller_is_down_for_a_while(cluster: Path, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """A job that ends meanwhile is taken for what it is once the controller answers again."""
    with run_in(tmp_path / "controller", undisturbed) as run:
        run.wait_until_held()
        time.sleep(SAVED)  # killed before, it forgets the job, and the plugin waits for good (docs/cluster.md, 8)
        kill_daemon(cluster, "slurmctld")
        try:
            run.gate.set()
            wait_until((run.project.folder / BUCKET).exists, "the job has written its table")
            time.sleep(10)  # several looks at the queue that have no answer
            assert run.process.poll() is None
        finally:
            start_daemons(cluster)
        assert run.end() == 0, said(run.project)[-4000:]
        assert run.states == ["COMPLETED"]
        run.check(interruptions=0)


def test_the_database_is_down(cluster: Path, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """A run needs none; what it did stands in the database once that is back."""
    kill_daemon(cluster, "slurmdbd")
    try:
        with run_in(tmp_path / "database", undisturbed) as run:
            run.gate.set()
            assert run.end() == 0, said(run.project)[-4000:]
            run.check(interruptions=0)
    finally:
        start_daemons(cluster)
    wait_until(lambda: run.states == ["COMPLETED"], "the job stands in the database")
