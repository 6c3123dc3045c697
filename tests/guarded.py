"""Bytes beside which nothing can be read: a kernel that does so, for it looks at no bounds, ends the tests at once."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterator
from contextlib import contextmanager

PAGE = mmap.PAGESIZE


@contextmanager
def guarded(content: bytes, at_end: bool) -> Iterator[int]:
    """The address of the content, which ends or begins where memory cannot be read."""
    pages = -(-len(content) // PAGE) or 1
    memory = mmap.mmap(-1, (pages + 2) * PAGE)
    here = ctypes.c_char.from_buffer(memory)
    first, last = ctypes.addressof(here), ctypes.addressof(here) + (pages + 1) * PAGE
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    start = (pages + 1) * PAGE - len(content) if at_end else PAGE
    memory[start : start + len(content)] = content
    assert protect(first, PAGE, 0) == protect(last, PAGE, 0) == 0
    try:
        yield first + start
    finally:
        assert protect(first, PAGE, mmap.PROT_READ) == protect(last, PAGE, mmap.PROT_READ) == 0
        del here
        memory.close()
