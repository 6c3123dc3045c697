"""Eight bytes of an array at once, from any place on: numba itself reads such words at multiples of eight alone.

Nothing looks whether the place is in the array. The first byte is the lowest of the word (the processors of all
clusters are little-endian).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
SLACK = 8  # bytes that put_word may write behind the end of what is copied


def in_each(value: int) -> np.uint64:
    """A word that has this value in each of its bytes."""
    return np.uint64(value * 0x0101010101010101)


HIGHS = in_each(0x80)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, place: Any) -> Any:
    letters = context.make_array(array_type)(context, builder, array)
    at = cgutils.gep_inbounds(builder, letters.data, place)
    return builder.bitcast(at, ir.IntType(64).as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def word_at(typing: Any, letters: Any, place: Any) -> Any:
    """word_at(letters, place): the eight bytes from there on, as uint64."""

    def load(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.load(_pointer(context, builder, signature.args[0], values[0], values[1]), align=1)

    return types.uint64(letters, types.intp), load


@intrinsic  # type: ignore[untyped-decorator]
def put_word(typing: Any, letters: Any, place: Any, word: Any) -> Any:
    """put_word(letters, place, word): write the eight bytes of `word` there."""

    def store(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        builder.store(values[2], _pointer(context, builder, signature.args[0], values[0], values[1]), align=1)
        return context.get_dummy_value()

    return types.void(letters, types.intp, types.uint64), store


@intrinsic  # type: ignore[untyped-decorator]
def zeros_below(typing: Any, word: Any) -> Any:
    """zeros_below(word): how many bits of a word that is not 0 are 0 below its lowest 1."""

    def count(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), count
