"""Eight bytes of an array at once, or 32, from any place on: numba itself reads words at multiples of eight alone.

Nothing looks whether the place is in the array. The first byte is the lowest of the word (the processors of all
clusters are little-endian).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from humanllm.kernels import inlined, intrinsic

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
SLACK = 8  # bytes that put_word may write behind the end of what is copied
WIDE = 32  # bytes that are looked at, or copied, at once


def in_each(value: int) -> np.uint64:
    """A word that has this value in each of its bytes."""
    return np.uint64(value * 0x0101010101010101)


HIGHS = in_each(0x80)


@intrinsic
def word_at(letters: Bytes, place: int) -> np.uint64:
    """The eight bytes from there on."""
    return np.uint64(int.from_bytes(letters[place : place + 8].tobytes(), "little"))


@intrinsic
def put_word(letters: Bytes, place: int, word: np.uint64) -> None:
    """Write the eight bytes of `word` there."""
    letters[place : place + 8] = np.frombuffer(int(word).to_bytes(8, "little"), np.uint8)


@intrinsic
def zeros_below(word: np.uint64) -> int:
    """How many bits of a word that is not 0 are 0 below its lowest 1."""
    return (int(word) & -int(word)).bit_length() - 1


@intrinsic
def copy_wide(letters: Bytes, place: int, out: Bytes, end: int) -> None:
    """Copy the 32 bytes from `place` on to `out` from `end` on."""
    out[end : end + WIDE] = letters[place : place + WIDE]


@intrinsic
def equal_wide(letters: Bytes, one: int, other: int) -> np.uint64:
    """A bit for each of the 32 bytes from `one` on that is the same from `other` on."""
    return _bits(letters[one : one + WIDE] == letters[other : other + WIDE])


@intrinsic
def odd_wide(letters: Bytes, place: int, least: int, one: int, other: int) -> np.uint64:
    """A bit for each of the 32 bytes from `place` on that is below `least`, beyond ASCII, or one of two others."""
    many = letters[place : place + WIDE]
    return _bits((many < least) | (many > 0x7F) | (many == one) | (many == other))


@inlined
def are_same(letters: Bytes, one: int, other: int, length: int) -> bool:
    """Whether so many bytes are the same from both places on; WIDE more can be read behind them."""
    while length > WIDE:
        if zeros_below(~equal_wide(letters, one, other)) < WIDE:
            return False
        one, other, length = one + WIDE, other + WIDE, length - WIDE
    return zeros_below(~equal_wide(letters, one, other)) >= length


def _bits(truths: npt.NDArray[np.bool_]) -> np.uint64:
    return np.uint64(int.from_bytes(np.packbits(truths, bitorder="little").tobytes(), "little"))
