"""Whole files or none: everything is written under a temporary name and renamed at the end."""

from __future__ import annotations

import fcntl
import glob
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from humanllm.errors import InputError

STALE = 600  # seconds without a write after which a temporary file has nobody who writes it
WAIT_FOR_LOCK = 120  # seconds for the processes of a killed job to end


def lock(file: int, path: Path, taken: str) -> None:
    """Lock the open `file` at `path` for this process, when whoever holds it lets go.

    Raises InputError that says `taken` if that takes two minutes, or if the file system has no locks (some Lustre and
    NFS mounts).
    """
    began, told = time.monotonic(), False
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() - began > WAIT_FOR_LOCK:
                raise InputError(taken) from None
            if not told:
                print(f"{path} is held by another job: waiting for its end", file=sys.stderr, flush=True)
            told = True
            time.sleep(1)
        except OSError as error:
            raise InputError(
                f"{path} cannot be locked ({error.strerror}): lay pathvars.state on a file system that has locks"
            ) from error


def _temporary(path: Path) -> Path:
    """A name beside `path` of this process alone; what killed ones left there is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for other in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with suppress(FileNotFoundError):  # another process was quicker
            if time.time() - other.stat().st_mtime > STALE:
                shutil.rmtree(other) if other.is_dir() else other.unlink()
    return path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}.tmp")


def drop_left_over(pattern: Path) -> None:
    """Remove what killed processes left of the files of this name (or pattern), which no other may be writing now."""
    for temporary in pattern.parent.glob(f".{pattern.name}.*.tmp"):
        temporary.unlink()


@contextmanager
def publish(path: str | Path) -> Iterator[Path]:
    """Give a temporary file beside `path`; rename it to `path` when the block ends well, remove it otherwise."""
    path = Path(path)
    temporary = _temporary(path)
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def publish_folder(path: str | Path) -> Iterator[Path]:
    """The same for a folder: an existing `path` is replaced as a whole."""
    path = Path(path)
    temporary = _temporary(path)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        if path.exists():
            shutil.rmtree(path)
        os.replace(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as indented UTF-8 JSON with sorted keys, so that equal values give equal bytes."""
    with publish(path) as temporary:
        text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: str | Path) -> Any:
    return json.loads(Path(path).read_text(encoding="utf-8"))
