"""A checkpoint for another number of ranks: DeepSpeed's universal form, which any number can load.

checkpoint-120/
  global_step120/            as the ranks wrote it: each its part of weights and optimizer
  .regroup/                  where DeepSpeed's converter works; one that was cut off is wiped by the next
  global_step120_universal/  what it made, moved here when it is whole: a folder a tensor
  latest_universal           the name of the latter; written last, by us: the converter's own stays in .regroup
A checkpoint that is saved later has no such pointer and is read in its plain form again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import publish, read_json
from humanllm.training.room import ADAM, DiskError, free_bytes, in_gib, tells_of_a_disk
from humanllm.training.state import MARKER

POINTER = "latest_universal"
UNIVERSAL = "_universal"


def is_universal(checkpoint: Path) -> bool:
    return (checkpoint / POINTER).exists()


def size_of_copy(checkpoint: Path, ranks: int, parameters: int) -> int:
    """Bytes of the universal form of `checkpoint`, one that stands already too; 0 where `ranks` need none.

    Three numbers a parameter in fp32, and the ranks' model files once more. While it is made its tensors stand twice,
    which the room for a next checkpoint holds.
    """
    if read_json(checkpoint / MARKER)["ranks"] == ranks and not is_universal(checkpoint):
        return 0
    files = checkpoint.glob("global_step*/*model_states.pt")
    return ADAM * parameters + sum(file.stat().st_size for file in files if not file.parent.name.endswith(UNIVERSAL))


class OwnSteps:
    """Gives every part of the optimizer a count of steps of its own.

    After loading the universal form ZeRO-3 lets all parts share one tensor (DeepSpeed 0.19.8), which each update then
    counts up once a part: Adam's bias correction would run ahead.
    """

    def on_train_begin(self, args: object, state: object, control: object, optimizer: Any = None, **_: object) -> None:
        while hasattr(optimizer, "optimizer"):
            optimizer = optimizer.optimizer
        for part in optimizer.state.values():
            if hasattr(part.get("step"), "clone"):
                part["step"] = part["step"].clone()


def regroup(checkpoint: Path, ranks: int) -> bool:
    """Convert `checkpoint` if another number of ranks wrote it; whether it was needed.

    Raises InputError with the converter's last line when it fails, DiskError for a full disk, and InputError when the
    checkpoint is not one of ours; it stays as it was.
    """
    wrote = read_json(checkpoint / MARKER)["ranks"]
    if wrote == ranks or is_universal(checkpoint):
        return False
    parts = _parts(checkpoint)
    work = checkpoint / ".regroup"
    made, target = work / f"{parts.name}{UNIVERSAL}", checkpoint / f"{parts.name}{UNIVERSAL}"
    for left in (work, target):
        shutil.rmtree(left, ignore_errors=True)
    work.mkdir()
    done = _convert(parts, made)
    if done.returncode:
        free = in_gib(free_bytes(checkpoint))  # as it was when the converter ended
        shutil.rmtree(work)
        raise _failed(checkpoint, ranks, wrote, done.stderr, free)
    os.sync()
    made.rename(target)
    shutil.rmtree(work)
    with publish(checkpoint / POINTER) as temporary:
        temporary.write_text(target.name, encoding="utf-8")
    return True


def _failed(checkpoint: Path, ranks: int, wrote: int, said: str, free: str) -> InputError:
    """What to do about a converter that said this; never to delete what was trained."""
    lines = said.strip().splitlines() or ["no reason given"]
    if tells_of_a_disk(said):
        reason = next(line for line in reversed(lines) if tells_of_a_disk(line)).strip()
        return DiskError(
            f"{checkpoint} could not be regrouped for {ranks} ranks ({reason}; {free} free): make room, or see your"
            f" quota, and run again, or train with {wrote} ranks as before; the checkpoint is kept"
        )
    return InputError(
        f"{checkpoint} cannot be regrouped for {ranks} ranks ({lines[-1]}): train with {wrote} ranks, as wrote it; the"
        " checkpoint is kept"
    )


def _parts(checkpoint: Path) -> Path:
    """The folder that the ranks wrote."""
    found = sorted(path for path in checkpoint.glob("global_step*") if not path.name.endswith(UNIVERSAL))
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise InputError(
            f"{checkpoint} wants one folder global_step* of the ranks' parts and has {names}: put it back as it was"
            " saved"
        )
    return found[0]


def _convert(parts: Path, made: Path) -> subprocess.CompletedProcess[str]:
    converter = [sys.executable, "-m", "deepspeed.checkpoint.ds_to_universal", "--inject_missing_state"]
    options = [f"--input_folder={parts}", f"--output_folder={made}"]
    return subprocess.run([*converter, *options], capture_output=True, text=True)
