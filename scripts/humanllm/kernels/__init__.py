"""Loops over bytes that no library has, compiled by numba: what an ingest would else spend most of its time on.

A kernel is a function over arrays, without a polars or Python object. It makes no array: those that it fills are given
to it. So numba need not count who holds which array (`_nrt`), which took half the time of a loop over short texts.
Its machine code is made at its first call and kept in a folder for these very sources, this numba and this kind of
processor: in NUMBA_CACHE_DIR where that is set, else beside the sources, else where the user's caches are. Folders of
other sources may be deleted.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

import llvmlite
import numba
from llvmlite.binding import get_host_cpu_features, get_host_cpu_name
from numba import config, njit

F = TypeVar("F", bound=Callable[..., Any])
HERE = Path(__file__).parent


def _digest() -> str:
    """Of all that machine code hangs on. Numba itself looks at the file of a function, not at those of what it calls,
    and two kinds of processors that share a folder may write the same file."""
    machine = (numba.__version__, llvmlite.__version__, get_host_cpu_name(), get_host_cpu_features().flatten())
    found = hashlib.blake2b("\0".join(machine).encode(), digest_size=8)
    for path in sorted(HERE.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _folders() -> Iterator[Path]:
    """Where machine code may be kept, the best place first."""
    if config.CACHE_DIR:
        yield Path(config.CACHE_DIR)
    yield HERE / "__pycache__"
    yield Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "humanllm"


def _cache() -> Path | None:
    """The first folder that can be written to, or none."""
    for folder in _folders():
        try:
            (folder / _digest()).mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=folder / _digest()).close()
        except OSError:
            continue
        return folder / _digest()
    return None


CACHE = _cache()


def compiled(function: F) -> F:
    """`function` as machine code, which is kept if it can be."""
    before, config.CACHE_DIR = config.CACHE_DIR, str(CACHE or "")
    try:
        made: F = njit(cache=CACHE is not None, nogil=True, _nrt=False)(function)
    finally:
        config.CACHE_DIR = before
    return made


def inlined(function: F) -> F:
    """A part of compiled functions that becomes part of each: a call would pass every array in seven words."""
    made: F = njit(forceinline=True, _nrt=False)(function)
    return made
