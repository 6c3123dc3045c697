"""What a text is compared by: a hash of the whole, and a MinHash signature of its word 5-grams.

One row of sketches/, for a text of any length (each band holds 8 of the 128 smallest hashes, 8 bits of each):
    {"bucket": 3, "id_code": 5d1c..., "user_code": 9f3a..., "time": 1086000000, "place": 4, "length": 412,
     "exact": 77b0..., "band_00": 21c4..., ..., "band_15": 09ee...}
"""

from __future__ import annotations

from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from humanllm.files import publish
from humanllm.grouped import Grouped
from humanllm.shards import BucketWriter
from humanllm.stats import Tally
from humanllm.staying import ASKED, Staying
from humanllm.tables import FILTERED

Codes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

GRAM = 5  # words
PERMUTATIONS = 128
SEED = 1
BANDS = [f"band_{number:02}" for number in range(PERMUTATIONS // 8)]
PIECE = 512  # texts at a time: their bytes and hashes fit the processor's cache
SPACES = r"[^\S ]|  |^ | $"  # white space that is not one space between two words

_CODES = [(name, pa.uint64()) for name in ("exact", *BANDS)]
_FACTS = [FILTERED.field(name) for name in ("bucket", "id_code", "user_code", "time", "place")]
SKETCH = pa.schema([*_FACTS, ("length", pa.int32()), *_CODES])

MULTIPLIER = 0x9E3779B97F4A7C15


def mixed(numbers: Codes) -> Codes:
    """Every bit of a number spread over all of them (splitmix64's last steps)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


OF_BYTE = mixed(np.arange(1, 257, dtype=np.uint64) * np.uint64(MULTIPLIER))


@cache
def _powers(bits: int, base: int) -> Codes:
    """The first 2**bits powers of an odd base, modulo 2**64."""
    factors = np.full(1 << bits, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


class Hashes:
    """64-bit hashes of any stretches of some texts: a polynomial over their bytes, so that one sum serves them all."""

    def __init__(self, texts: pl.Series) -> None:
        self.offsets, self.bytes = flat(texts)
        self.bits = max(10, len(self.bytes).bit_length())
        sums = OF_BYTE[self.bytes]
        sums *= _powers(self.bits, MULTIPLIER)[: len(sums)]
        self.sums = np.zeros(len(sums) + 1, dtype=np.uint64)
        np.cumsum(sums, out=self.sums[1:])

    def of(self, starts: Places, ends: Places) -> Codes:
        back = _powers(self.bits, pow(MULTIPLIER, -1, 1 << 64))
        return mixed((self.sums[ends] - self.sums[starts]) * back[starts])

    def whole(self) -> Codes:
        return self.of(self.offsets[:-1], self.offsets[1:])


def flat(texts: pl.Series) -> tuple[Places, npt.NDArray[np.uint8]]:
    """Where each text begins in the bytes of all, and those bytes."""
    array: Any = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, content = array.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    start, end = int(places[0]), int(places[-1])
    empty = np.empty(0, dtype=np.uint8)
    return places - start, np.frombuffer(content, dtype=np.uint8)[start:end] if end > start else empty


def folded(texts: pl.Series) -> pl.Series:
    """Small letters, white space collapsed: what makes two texts the same."""
    lower = texts.str.to_lowercase()
    odd = lower.str.contains(SPACES).arg_true()
    plain = lower.gather(odd).str.replace_all(r"\s+", " ").str.strip_chars()
    return lower.scatter(odd, plain) if len(odd) else lower


def exact(texts: pl.Series) -> Codes:
    """A hash of each text as `folded`."""
    return Hashes(folded(texts)).whole()


def grams(folds: pl.Series, wholes: Codes) -> tuple[Codes, Places]:
    """Hashes of the word 5-grams of folded texts, text by text, and where each text's begin.

    A text of fewer words is one gram; one without any is known by its whole hash.
    """
    hashes = Hashes(folds.str.replace_all(r"\W+", " ").str.strip_chars())
    offsets, spaces = hashes.offsets, np.flatnonzero(hashes.bytes == ord(" "))
    starts = np.sort(np.concatenate([offsets[:-1], spaces + 1]))
    ends = np.sort(np.concatenate([offsets[1:], spaces]))
    words = 1 + np.diff(np.searchsorted(spaces, offsets))
    counts = np.maximum(1, words - (GRAM - 1))
    first = np.cumsum(words) - words
    at = np.concatenate([[0], np.cumsum(counts)])
    opening = np.arange(at[-1]) + np.repeat(first - at[:-1], counts)
    closing = np.minimum(opening + GRAM - 1, np.repeat(first + words - 1, counts))
    found = hashes.of(starts[opening], ends[closing])
    wordless = np.diff(offsets) == 0
    found[at[:-1][wordless]] = wholes[wordless]
    return found, at


def signatures(found: Codes, at: Places) -> Codes:
    """One row a text, one column a band, from the hashes of its grams."""
    from rensa import RMinHash

    digests = RMinHash.digest_matrix_from_flat_token_hashes(found, at.astype(np.uint64), PERMUTATIONS, SEED)
    count = (len(at) - 1) * PERMUTATIONS
    values = np.fromiter(chain.from_iterable(digests.to_rows()), dtype=np.uint32, count=count)
    return values.astype(np.uint8).reshape(-1, PERMUTATIONS).view("<u8")


def said() -> pl.Expr:
    """The words of a record: a post without text is its title."""
    own = pl.col("text").fill_null("")
    return pl.when(own == "").then(pl.col("title").fill_null("")).otherwise(own)


def sketch(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of FILTERED as rows of SKETCH."""
    texts = rows.select(said()).to_series()
    folds = folded(texts)
    wholes = Hashes(folds).whole()
    bands = signatures(*grams(folds, wholes))
    codes = {"exact": wholes, **{name: bands[:, number] for number, name in enumerate(BANDS)}}
    columns = {name: pl.Series(values) for name, values in codes.items()}
    return rows.with_columns(length=texts.str.len_bytes(), **columns).select(SKETCH.names)


def sketch_texts(table: Path, staying: Staying, output: Path, stats: Path) -> Tally:
    """Write the sketches of one filtered table, of those records alone that can stay."""
    tally = Tally("sketch_texts")
    rows = Grouped([table], [*dict.fromkeys([*(field.name for field in _FACTS), "title", *ASKED])])
    with publish(output) as temporary, BucketWriter(temporary, SKETCH) as writer:
        for bucket in rows.buckets:
            staying.turn_to(bucket)
            for group in rows.read(bucket):
                kept = staying.among(pl.DataFrame(pl.from_arrow(group)), tally)
                for piece in kept.iter_slices(PIECE):
                    writer.write(sketch(piece))
                tally.take(len(group))
                tally.keep(len(kept))
    tally.write(stats)
    return tally
