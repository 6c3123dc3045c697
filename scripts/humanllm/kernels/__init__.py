"""Loops over bytes that no library has, compiled by numba: what an ingest would else spend most of its time on.

A kernel is a function over arrays, without a polars or Python object. It makes no array and gives nothing back: those
that it fills are given to it. So numba need not count who holds which array (`_nrt`), which took half the time of a
loop over short texts. Nothing looks whether a place is in its array.

    @kernel
    def doubled(numbers: Places, found: Places) -> None: ...

    doubled(numbers, found)

numba takes a third of a second to start, so it is imported only by a process that finds no machine code: the first on
a kind of processor (`humanllm.kernels.making`); all others load what that one kept (`humanllm.kernels.kept`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import update_wrapper
from operator import index
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np

from humanllm.kernels import kept

F = TypeVar("F", bound=Callable[..., Any])
Code = Callable[..., int]

# What kernels call, and how numba is to take it.
PARTS: dict[Callable[..., Any], dict[str, bool]] = {}
# What LLVM has and Python has not; by what makes its instructions, a name in `humanllm.kernels.instructions`.
INTRINSICS: set[Callable[..., Any]] = set()
LOADING = Lock()  # held by a thread that loads or makes machine code


def compiled(function: F) -> F:
    """A part of kernels that each of them calls."""
    PARTS[function] = {}
    return function


def inlined(function: F) -> F:
    """A part that becomes part of each: a call would pass every array in seven words."""
    PARTS[function] = {"forceinline": True}
    return function


def intrinsic(function: F) -> F:
    """A part that `humanllm.kernels.instructions` makes; the function itself tells what it does, in Python."""
    INTRINSICS.add(function)
    return function


def kernel(function: F) -> F:
    """What can be called from Python. Its arguments are arrays, numbers and named tuples of these."""
    return cast(F, Kernel(function))


class Kernel:
    """A function whose machine code is loaded, or made, when it is first called with arguments of some types."""

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.function = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.source = Path(function.__code__.co_filename).read_bytes()
        self.codes: dict[str, Code] = {}

    def __call__(self, *arguments: Any) -> None:
        types = " ".join(_types(arguments))
        code = self.codes.get(types) or self._load(types, arguments)
        told = np.zeros(2, np.int64)  # where numba writes a result and an error, of which there are none
        if code(told.ctypes.data, told.ctypes.data + told.itemsize, *_words(arguments)):
            raise RuntimeError(f"{self.name} raised an error, and a kernel must not: report this")

    def _load(self, types: str, arguments: tuple[Any, ...]) -> Code:
        with LOADING:
            return self.codes.get(types) or self._loaded(types, arguments)

    def _loaded(self, types: str, arguments: tuple[Any, ...]) -> Code:
        words = 2 + len([*_words(arguments)])

        def make() -> bytes:
            from humanllm.kernels.making import machine_code

            return machine_code(self.function, plain(arguments), words)

        self.codes[types] = kept.loaded(self.name, f"{types}\0".encode() + self.source, words, make)
        return self.codes[types]


def plain(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments with all numbers as int64. Raises OverflowError for larger ones, TypeError for what is none."""
    found: list[Any] = [
        value if isinstance(value, np.ndarray) else plain(value) if isinstance(value, tuple) else np.int64(index(value))
        for value in arguments
    ]
    return type(arguments)(*found) if hasattr(arguments, "_fields") else tuple(found)


def _types(arguments: tuple[Any, ...]) -> Iterator[str]:
    """The types of arguments, as numba tells them apart: `<u42r` is an array of two dimensions that is only read."""
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            flags = argument.flags
            if not flags.c_contiguous:
                raise ValueError("an array that does not lie in one piece, where a kernel takes it to")
            yield f"{argument.dtype.str}{argument.ndim}{'r' * (not flags.writeable)}{'u' * (not flags.aligned)}"
        elif isinstance(argument, tuple):
            yield from (type(argument).__name__, *getattr(argument, "_fields", ()), "(", *_types(argument), ")")
        else:
            yield "number"


def _words(arguments: tuple[Any, ...]) -> Iterator[int]:
    """The arguments as numba passes them, words of 64 bits. Of an array: who holds it (twice, and no one need know),
    numbers of values and of bytes in each, address, shape and strides."""
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            yield from (0, 0, argument.size, argument.itemsize, argument.ctypes.data)
            yield from (*argument.shape, *argument.strides)
        elif isinstance(argument, tuple):
            yield from _words(argument)
        else:
            yield int(np.int64(index(argument)))  # ctypes would cut a larger one
