"""The views of texts that stand one behind another, for polars to take them as they are (`humanllm.kernels.views`).

views_of(letters, ends, 0, views), where `letters` are "shorta text of 20 bytes" and `ends` [[0], [5], [25]], writes
the views [[5, "shor", "t", 0], [20, "a te", 0, 5]], of which a word holds two parts
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from humanllm.kernels import inlined, kernel
from humanllm.kernels.views import INLINE
from humanllm.kernels.words import Bytes, Places, word_at

BEHIND = 12  # bytes that are read from the start of a text on, however short it is: there must be so many
BITS, HALF = np.uint64(64), np.uint64(32)


@inlined
def _first(word: np.uint64, size: int) -> np.uint64:
    """A word without its bytes from `size` on, a number from 0 to 8."""
    return word << (BITS - np.uint64(8 * size)) >> (BITS - np.uint64(8 * size)) if size else np.uint64(0)


@kernel
def views_of(letters: Bytes, ends: Places, slot: int, views: npt.NDArray[np.uint64]) -> None:
    """Write the views, (rows, 2), of the texts between these ends; their places are counted from the first's start."""
    first = ends[0, slot]
    for row in range(len(views)):
        start = ends[row, slot]
        size = ends[row + 1, slot] - start
        head, tail = word_at(letters, start), np.uint64(start - first) << HALF
        if size <= INLINE:
            head, tail = _first(head, min(size, 4)), _first(word_at(letters, start + 4), max(size - 4, 0))
        views[row, 0] = head << HALF | np.uint64(size)
        views[row, 1] = tail
