"""Loops over bytes that no library has, compiled by numba: what an ingest would else spend most of its time on.

A kernel is a function over arrays, without a polars or Python object. It makes no array: those that it fills are given
to it. So numba need not count who holds which array (`_nrt`), which took half the time of a loop over short texts.
Its machine code is made at its first call and kept beside the sources, in `__pycache__`, for this kind of processor and
for these very sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

F = TypeVar("F", bound=Callable[..., Any])
HERE = Path(__file__).parent


def _digest() -> str:
    """Of all kernels: numba would only look whether the file of a function has changed, not those of what it calls."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(HERE.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


CACHE = HERE / "__pycache__" / _digest()  # if nothing can be written there, numba takes a folder of the user's


def compiled(function: F) -> F:
    """`function` as machine code, which is kept."""
    made: F
    before, config.CACHE_DIR = config.CACHE_DIR, str(CACHE)
    try:
        made = njit(cache=True, nogil=True, _nrt=False)(function)
    except RuntimeError:  # nothing can be written anywhere
        made = njit(nogil=True, _nrt=False)(function)
    finally:
        config.CACHE_DIR = before
    return made


def inlined(function: F) -> F:
    """A part of compiled functions that becomes part of each: a call would pass every array in seven words."""
    made: F = njit(forceinline=True, _nrt=False)(function)
    return made
