"""The texts of a polars column where they lie, for kernels: a copy of them would take longer than many a look at them.

The other way round, `series` makes a column of arrays that a kernel filled.

A view is 16 bytes (Arrow's format, variable-size binary view): a text's size, then the text itself, if it has 12 bytes
at most, else its first four bytes, the number of a buffer, and its place there:
    Texts(views=[[5, "shor", "t", 0], [30, "a lo", 0, 0]], address=..., buffers=[...])
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from humanllm.kernels import inlined, intrinsic
from humanllm.kernels.words import Bytes, Places

VIEW, INLINE, BEFORE = 16, 12, 4  # bytes: of a view, of a text within it at most, of the size before that


class Texts(NamedTuple):
    views: npt.NDArray[np.uint32]  # (rows, 4); a null is an empty text, for its view may be anything
    address: int  # of the views in memory
    buffers: Places  # the addresses of the buffers


class _Handed:
    """An array that polars takes by Arrow's interface between libraries (PyCapsule).

    What it knows for pyarrow's own it would first ask pyarrow.compute about, whose import is 0.03 s of every start.
    """

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        capsules: tuple[object, object] = self.array.__arrow_c_array__(requested_schema)
        return capsules


def series(array: pa.Array) -> pl.Series:
    """The column of an array, whose memory it shares."""
    return pl.Series(_Handed(array))


@contextmanager
def in_place(column: pl.Series) -> Iterator[Texts]:
    """The texts or bytes of a column, which stay where they are as long as this lasts."""
    array: Any = column.to_arrow(compat_level=pl.CompatLevel.newest())
    _, views, *buffers = array.buffers()
    rows = np.frombuffer(views if len(array) else b"", np.uint32).reshape(-1, 4)[array.offset :]
    if array.null_count:
        rows = np.where(column.is_not_null().to_numpy()[:, None], rows, np.uint32(0))
        rows.flags.writeable = False  # as the others are, for each type of array is compiled for itself
    yield Texts(rows, rows.ctypes.data, np.array([buffer.address for buffer in buffers], np.int64))


@intrinsic
def letters_at(address: int, size: int | np.int64) -> Bytes:
    """letters_at(*place_of(texts, row)): the bytes of a text. A function that finds both could not return the array."""
    return np.ctypeslib.as_array((ctypes.c_uint8 * int(size)).from_address(address))


@inlined
def place_of(texts: Texts, row: int) -> tuple[int, np.int64]:
    """Where in memory the bytes of a text are, and how many."""
    size = np.int64(texts.views[row, 0])
    if size <= INLINE:
        return texts.address + VIEW * row + BEFORE, size
    return texts.buffers[texts.views[row, 2]] + np.int64(texts.views[row, 3]), size
