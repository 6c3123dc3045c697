"""Eight bytes of an array at once, from any place on: numba itself reads such words at multiples of eight alone.

Nothing looks whether the place is in the array. The first byte is the lowest of the word (the processors of all
clusters are little-endian).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from humanllm.kernels import intrinsic

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
SLACK = 8  # bytes that put_word may write behind the end of what is copied


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
