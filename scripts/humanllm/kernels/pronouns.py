"""Which texts surely have a pronoun of the first person, and which surely have none; the others are left to the rule.

    pronouns(pl.Series(["so I said", "it is so", "i.e. so", "über-I"])) is [SURE, NONE, DOUBTFUL, SURE]

Any such pronoun begins with one of WORDS, as a run of letters of ASCII with no such letter beside it: "ours" also with
the long s that expressions take for an s. So a text without such a run has none, and what is beyond ASCII beside one
makes it doubtful.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from humanllm.kernels import inlined, kernel
from humanllm.kernels.views import Texts, in_place, letters_at, place_of
from humanllm.kernels.words import HIGHS, Bytes, in_each, word_at

Rows = npt.NDArray[np.uint16]

NONE, DOUBTFUL, SURE = range(3)
WORDS = ["i", "im", "ive", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"]
FULL_STOP, CAPITAL_Z = b".Z"
ONES, SPACES, LARGE_IS = in_each(1), in_each(ord(" ")), in_each(ord("I"))

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WIDTH = 32
COLUMN = np.zeros(256, np.uint8)  # 0: no letter
COLUMN[list(LETTERS.encode())] = COLUMN[list(LETTERS.upper().encode())] = range(1, len(LETTERS) + 1)
# What a byte beside a word makes of it: those of letters beyond ASCII may be such, or a dash or a quote.
BESIDE = np.full(256, DOUBTFUL, np.uint8)
BESIDE[:128] = [NONE if chr(code).isalnum() or chr(code) == "_" else SURE for code in range(128)]


def _machine() -> tuple[Rows, int]:
    """An automaton that reads WORDS: in the row `row` a letter of the column `column` leads to `steps[row + column]`.

    The first row stands for no word, the second for one that is not listed, the next for what was read of a listed one.
    What is no letter leads behind one to the row ENDED plus its size, which is no row to read on from.
    """
    begun = ["", "_", *dict.fromkeys(word[:size] for word in WORDS for size in range(1, len(word) + 1))]
    rows = {name: WIDTH * place for place, name in enumerate(begun)}
    ended = WIDTH * len(begun)
    steps = np.zeros((len(begun), WIDTH), np.uint16)
    for place, name in enumerate(begun):
        steps[place, 0] = ended + len(name) if name in WORDS else 0
        steps[place, 1 : len(LETTERS) + 1] = [rows.get(name + letter, rows["_"]) for letter in LETTERS]
    return steps.ravel(), ended


STEPS, ENDED = _machine()


@inlined
def _plain(text: Bytes) -> bool:
    """Whether an I between spaces is in a text, but for its last bytes: most have one, and this is the quickest."""
    at = 0
    while at + 10 <= len(text):
        other = (word_at(text, at) ^ SPACES) | (word_at(text, at + 1) ^ LARGE_IS) | (word_at(text, at + 2) ^ SPACES)
        if (other - ONES) & ~other & HIGHS:
            return True
        at += 8
    return False


@inlined
def _verdict(text: Bytes, start: int, end: int) -> int:
    """What is to be held of one of WORDS that stands there: US may be a country, and i. the beginning of i.e."""
    found = SURE
    if start > 0:
        found = min(found, BESIDE[text[start - 1]])
    if end < len(text):
        found = min(found, BESIDE[text[end]])
        if end == start + 1 and text[end] == FULL_STOP:
            found = min(found, DOUBTFUL)
    if end > start + 1 and text[end - 1] <= CAPITAL_Z:
        found = min(found, DOUBTFUL)
    return found


@inlined
def _read(text: Bytes) -> int:
    """The best verdict of all words."""
    best, row = NONE, np.int64(0)
    for at in range(len(text) + 1):
        row = STEPS[row + (COLUMN[text[at]] if at < len(text) else 0)]
        if row >= ENDED:
            best = max(best, _verdict(text, at - (row - ENDED), at))
            if best == SURE:
                break
            row = np.int64(0)
    return best


@kernel
def _pronouns(texts: Texts, found: Bytes) -> None:
    for place in range(len(found)):
        text = letters_at(*place_of(texts, place))
        found[place] = SURE if _plain(text) else _read(text)


def pronouns(texts: pl.Series) -> npt.NDArray[np.uint8]:
    """NONE, DOUBTFUL or SURE for each text."""
    found = np.zeros(len(texts), np.uint8)
    with in_place(texts) as those:
        _pronouns(those, found)
    return found
