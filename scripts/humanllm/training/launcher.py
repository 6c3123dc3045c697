"""Start the ranks by DeepSpeed's own launcher, and hand them the signals that it would not survive.

The launcher dies of SIGUSR1 and gives its ranks 30 seconds after SIGTERM, one after the other: too little to save a
large model. So it runs in a process group of its own with SIGUSR1 ignored, which it inherits, and this process turns
what it is sent into a SIGUSR1 to the group: only the ranks, which set a handler, take notice.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from humanllm.errors import InputError

PASSED_ON = (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT)


def is_rank() -> bool:
    """Whether this process was started by the launcher."""
    return "LOCAL_RANK" in os.environ


def launch(command: Sequence[str], ranks: int, device: str) -> int:
    """Run `command` (a Python script and its options) as `ranks` processes; the exit status, non-zero on failure.

    Raises InputError when fewer GPUs than ranks are granted.
    """
    launcher = [sys.executable, "-m", "deepspeed.launcher.runner"]
    gpus = _granted(ranks) if device == "cuda" else []
    options = [
        # With a number the launcher would forget which GPUs are ours, and take the node's first ones.
        *([] if gpus else [f"--num_accelerators={ranks}"]),
        f"--master_port={_free_port()}",
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

    def pass_on(number: int, _: Any) -> None:
        print(f"{signal.Signals(number).name}: saving, then ending", file=sys.stderr, flush=True)
        os.killpg(process.pid, signal.SIGUSR1)

    try:
        for number in PASSED_ON:
            signal.signal(number, pass_on)
        return process.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _granted(ranks: int) -> list[str]:
    """The GPUs that are ours by CUDA_VISIBLE_DEVICES, which Slurm sets, one a rank; none if it is unset."""
    numbers = [part.strip() for part in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if part.strip()]
    if not all(number.isdigit() for number in numbers):  # names of GPUs, which the launcher cannot read
        return []
    if numbers and len(numbers) < ranks:
        raise InputError(f"{ranks} ranks, but only {len(numbers)} GPUs: ask for as many GPUs as training.ranks")
    return numbers[:ranks]


def _free_port() -> int:
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
        "HF_HUB_OFFLINE": "1",  # the model is a folder by now
        "PYTHONWARNINGS": "ignore",
    }
    if device == "cpu":
        environment |= {"DS_ACCELERATOR": "cpu", "GLOO_SOCKET_IFNAME": "lo"}
    return environment
