"""Room on the disks for what a training writes, asked for before the first GPU minute.

    demand_room(Path("state/training/a/full"), Path("results/checkpoints/a/full"), checkpoint=107e9, model=15e9)
A checkpoint holds the weights, and for Adam their copy in fp32 and two moments: 14 bytes a parameter in bf16 under
ZeRO-3, 16 under the lower stages, which write the weights twice (the Trainer's file and DeepSpeed's); in fp32 16 and
20. Two stand side by side while the newer one is written, and beside the older one its copy for another number of ranks
(regroup.py). The trained model is written into the state and then linked to its place, or copied if that is on another
disk.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from humanllm.errors import FULL, InputError
from humanllm.modelfiles import shards
from humanllm.training.settings import Settings

ADAM = 12  # bytes a parameter: fp32 weights and two moments
WEIGHTS = {"bf16": 2, "fp32": 4}
CHECKPOINTS = 2  # the newest complete one, and the next while it is written
GIB = 1 << 30
WORDS_OF_A_DISK = ("os error", "PytorchStreamWriter", "inline_container", "iostream error", *map(os.strerror, FULL))


class DiskError(InputError):
    """A file could not be written; it may befall one rank alone."""


def parameters_of(model: Path) -> int:
    """Counted in the headers of the model's shards; no weights are loaded."""
    from safetensors import safe_open

    count = 0
    for shard in shards(model):
        with safe_open(shard, framework="np") as weights:
            for name in weights.keys():  # noqa: SIM118 - no mapping
                size = 1
                for length in weights.get_slice(name).get_shape():
                    size *= length
                count += size
    return count


def sizes_of(settings: Settings, parameters: int) -> tuple[int, int]:
    """Bytes of a checkpoint and of the trained model."""
    model = parameters * WEIGHTS[settings.precision]
    return (1 if settings.zero_stage == 3 else 2) * model + ADAM * parameters, model


def demand_room(state: Path, output: Path, checkpoint: int, model: int, copy: int = 0) -> None:
    """InputError if the disk of `state` has no room for the checkpoints, or that of `output` none for the model.

    `copy`: bytes of the saved checkpoint's form for another number of ranks, which may stand already.
    """
    standing = sum(size_on_disk(folder) for folder in state.glob("checkpoint-*"))
    what = f"{CHECKPOINTS} checkpoints of {in_gib(checkpoint)}"
    what += f" and a copy of {in_gib(copy)} for another number of ranks" if copy else ""
    _demand(state, CHECKPOINTS * checkpoint + copy - standing, what, "state")
    if _device(state) != _device(output):  # else it is linked there
        _demand(output, model, "the trained model", "results")


@contextmanager
def saving(folder: Path, what: str) -> Iterator[None]:
    """Turn what a disk that fills makes of a save into one line: torch, safetensors and the system say it differently.

    A missing file or a wrong type is no such thing and passes through.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise
    except Exception as error:
        if not _is_of_a_disk(error):
            raise
        reason = str(error).strip().splitlines()[0]
        raise DiskError(
            f"{what} could not be written into {folder} ({reason}; {in_gib(free_bytes(folder))} free): make room, or"
            " see your quota, and run again; the checkpoint before it is kept"
        ) from error


def _is_of_a_disk(error: Exception) -> bool:
    """OSError and safetensors' error carry the system's words; torch's zip writer says only that it could not write."""
    return isinstance(error, OSError) or tells_of_a_disk(str(error))


def tells_of_a_disk(said: str) -> bool:
    """Whether an error's text is what torch, safetensors or the system say when a file cannot be written."""
    return any(word in said for word in WORDS_OF_A_DISK)


def size_on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def free_bytes(folder: Path) -> int:
    """On the disk of `folder`, which need not exist yet."""
    return shutil.disk_usage(_standing(folder)).free


def _demand(folder: Path, wanted: int, what: str, knob: str) -> None:
    free = free_bytes(folder)
    if free < wanted:
        raise InputError(
            f"{folder} has {in_gib(free)} free and needs {in_gib(wanted)} more, for {what}: make room, or lay"
            f" pathvars.{knob} on a larger disk"
        )


def _standing(folder: Path) -> Path:
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())


def _device(folder: Path) -> int:
    return _standing(folder).stat().st_dev


def in_gib(size: float) -> str:
    return f"{size / GIB:,.1f} GiB"
