"""Start the ranks by DeepSpeed's own launcher, and hand them the signals that it would not survive.

The launcher dies of SIGUSR1 and gives its ranks 30 seconds after SIGTERM, one after the other: too little to save a
large model. So it runs in a process group of its own with SIGUSR1 ignored, which it inherits, and this process turns
what it is sent into a SIGUSR1 to the group: only the ranks, which set a handler, take notice. A rank that is still
loading has none yet and would miss it, so the signal is sent again until they are gone.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from humanllm.errors import InputError

PASSED_ON = (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT)
PAUSE = 0.5  # seconds between two looks at the ranks


def is_rank() -> bool:
    """Whether this process was started by the launcher."""
    return "LOCAL_RANK" in os.environ


def launch(command: Sequence[str], ranks: int, device: str, meanwhile: Callable[[], None]) -> int:
    """Run `command` (a Python script and its options) as `ranks` processes; the exit status, non-zero on failure.

    `meanwhile` is called twice a second as they run. Raises InputError when fewer GPUs than ranks are granted.
    """
    launcher = [sys.executable, "-m", "deepspeed.launcher.runner"]
    gpus = _granted(ranks) if device == "cuda" else []
    options = [
        # With a number the launcher would forget which GPUs are ours, and take the node's first ones.
        *([] if gpus else [f"--num_accelerators={ranks}"]),
        f"--master_port={free_port()}",
        "--no_local_rank",
        "--log_level=critical",
    ]
    previous = {number: signal.getsignal(number) for number in PASSED_ON}
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # inherited by the launcher
    # The pipe tells the ranks when this process is gone: see callbacks.Saves.
    process = subprocess.Popen(
        [*launcher, *options, *command],
        env=_environment(ranks, device) | ({"CUDA_VISIBLE_DEVICES": ",".join(gpus)} if gpus else {}),
        stdin=subprocess.PIPE,
        start_new_session=True,
    )

    told = False

    def pass_on(number: int, _: Any) -> None:
        nonlocal told
        if not told:
            print(f"{signal.Signals(number).name}: saving, then ending", file=sys.stderr, flush=True)
        told = True

    try:
        for number in PASSED_ON:
            signal.signal(number, pass_on)
        while process.poll() is None:
            if told:
                os.killpg(process.pid, signal.SIGUSR1)
            meanwhile()
            time.sleep(PAUSE)
        return process.returncode
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _granted(ranks: int) -> list[str]:
    """The GPUs that are ours by CUDA_VISIBLE_DEVICES, which Slurm sets, one a rank; none if it is unset."""
    names = [part.strip() for part in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if part.strip()]
    found = len(names) or _gpus_here()
    if found is not None and found < ranks:
        raise InputError(f"{ranks} ranks, but only {found} GPUs: ask for as many GPUs as training.ranks")
    # A GPU's long name, as of a MIG slice, is one that the launcher cannot read.
    return names[:ranks] if all(name.isdigit() for name in names) else []


def _gpus_here() -> int | None:
    """Of this machine, by the driver's own tool; None where there is none to ask."""
    try:
        done = subprocess.run(["nvidia-smi", "--list-gpus"], capture_output=True, text=True)
    except OSError:
        return None
    return sum(line.startswith("GPU ") for line in done.stdout.splitlines())


def free_port() -> int:
    """A port that no other job on this node uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(ranks: int, device: str) -> dict[str, str]:
    cores = len(os.sched_getaffinity(0))
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(max(1, cores // ranks)),
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
        "ACCELERATE_LOG_LEVEL": "error",
        "HF_HUB_OFFLINE": "1",  # the model is a folder by now
        "PYTHONWARNINGS": "ignore",
    }
    if device == "cpu":
        environment |= {"DS_ACCELERATOR": "cpu", "GLOO_SOCKET_IFNAME": "lo"}
    return environment
