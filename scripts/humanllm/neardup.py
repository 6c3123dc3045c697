"""Texts of one person that say the same: MinHash over word 5-grams finds the pairs, their true Jaccard decides."""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 128
GRAM = 5
WORD = re.compile(r"\w+")


def grams(text: str) -> frozenset[str]:
    """The word 5-grams of `text`, in small letters; of a shorter text the whole of it."""
    words = WORD.findall(text.lower())
    return frozenset(" ".join(words[start : start + GRAM]) for start in range(max(1, len(words) - GRAM + 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _hash(gram: bytes) -> int:
    return zlib.crc32(gram)


def _sketch(shingles: Iterable[str]) -> MinHash:
    from datasketch import MinHash

    sketch = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=_hash)
    sketch.update_batch([gram.encode() for gram in sorted(shingles)])
    return sketch


@functools.cache
def _bands(threshold: float) -> tuple[int, int]:
    """Bands and rows for this threshold; finding them takes long, so once. Misses weigh more than needless pairs."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, weights=(0.2, 0.8))
    return index.b, index.r


def near_duplicates(texts: list[str], threshold: float) -> list[int]:
    """Places of the texts that are near-duplicates of an earlier one that stays. 1.0 or more looks for none."""
    if len(texts) < 2 or threshold >= 1:
        return []
    from datasketch import MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=_bands(threshold))
    kept: dict[int, frozenset[str]] = {}
    found = []
    for place, text in enumerate(texts):
        shingles = grams(text)
        sketch = _sketch(shingles)
        if any(jaccard(shingles, kept[other]) >= threshold for other in index.query(sketch)):
            found.append(place)
            continue
        index.insert(place, sketch)
        kept[place] = shingles
    return found
