"""Line breaks and white space of texts, put in order while they are copied.

    tidied(pl.Series(["  One<br />two\\t\\t\\tthree\\r\\n"])) is ["One\\ntwo three"]

It is for texts that hold no other white space than ASCII's, and no control character: what `signs` calls neither BEYOND
nor CONTROL.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from humanllm.kernels import inlined, kernel
from humanllm.kernels.views import Texts, in_place, letters_at, place_of, series
from humanllm.kernels.words import HIGHS, SLACK, Bytes, Places, in_each, put_word, word_at, zeros_below

TAB, LINE_END, RETURN, SPACE, SLASH, LESS, MORE, LETTER_B, LETTER_R = b"\t\n\r /<>br"
SMALL = 0x20  # the bit that makes a letter a small one
HEAP = 3  # so many spaces become one, so many line ends two

SPACES, LESSES, REST = in_each(SPACE), in_each(LESS), in_each(0x7F)
FROM_SPACE, BEYOND_SPACE = in_each(0x80 - SPACE), in_each(0x80 - SPACE - 1)


@inlined
def _reaching(word: np.uint64, more: np.uint64) -> np.uint64:
    """The high bit of each byte that is 128 or more, or that `more` makes so; the bits below it may be any."""
    return ((word & REST) + more) | word


@inlined
def _to_look_at(word: np.uint64, following: np.uint64) -> np.uint64:
    """The high bits of the bytes of a word that cannot just be copied: those below a space, a <, and a space that has
    white space behind it, among the bytes that follow each."""
    low, less = ~_reaching(word, FROM_SPACE), ~_reaching(word ^ LESSES, REST)
    heap = ~_reaching(word ^ SPACES, REST) & ~_reaching(following, BEYOND_SPACE)
    return (low | less | heap) & HIGHS


@inlined
def _past_break(text: Bytes, at: int) -> int:
    """Where a line break as HTML writes it, in capitals or not, ends that begins at `at`, or `at`: <br>, <br />."""
    end = at + 3
    if end >= len(text) or text[at + 1] | SMALL != LETTER_B or text[at + 2] | SMALL != LETTER_R:
        return at
    while end < len(text) and text[end] <= SPACE:
        end += 1
    if end < len(text) and text[end] == SLASH:
        end += 1
    return end + 1 if end < len(text) and text[end] == MORE else at


@inlined
def _copied(text: Bytes, at: int, out: Bytes, end: int) -> int:
    """Copy to `out` from `end` on what needs no look, eight bytes at a time; tell up to where in the text."""
    while at + 9 <= len(text):
        word = word_at(text, at)
        put_word(out, end, word)
        odd = _to_look_at(word, word_at(text, at + 1))
        if odd:
            return at + (zeros_below(odd) >> 3)
        at, end = at + 8, end + 8
    return at


@inlined
def _tidy(text: Bytes, out: Bytes, start: int) -> int:
    """Write the text to `out` from `start` on; tell where it ends."""
    end, at = start, 0
    heap, heaped, returned = 0, 0, False  # the white space that stands before, how often; a RETURN was the last of it
    while at < len(text):
        if heap == 0 and end > start:  # a space that is copied has no white space behind it: no heap begins with it
            stop = _copied(text, at, out, end)
            at, end = stop, end + stop - at
        sign, following = text[at], at + 1
        if sign == LESS:
            following = _past_break(text, at)
            sign = LINE_END if following > at else LESS
            following = max(following, at + 1)
        if sign > SPACE:
            out[end] = sign
            end, at, heap, heaped, returned = end + 1, following, 0, 0, False
            continue
        after_return, returned = returned, sign == RETURN
        at = following
        if end == start or (sign == LINE_END and after_return):
            continue
        sign = SPACE if sign == TAB else LINE_END if sign == RETURN else sign
        heaped = heaped + 1 if sign == heap else 1
        heap = sign
        if heaped < HEAP:
            out[end] = sign
            end += 1
        elif heaped == HEAP and sign == SPACE:
            end -= 1
    while end > start and out[end - 1] <= SPACE:
        end -= 1
    return end


@kernel
def _tidy_all(texts: Texts, out: Bytes, ends: Places) -> None:
    for row in range(len(ends) - 1):
        ends[row + 1] = _tidy(letters_at(*place_of(texts, row)), out, ends[row])


def room(texts: pl.Series) -> int:
    """Bytes enough for all that is written of the texts."""
    return int(texts.str.len_bytes().cast(pl.Int64).sum()) + SLACK  # polars would add up in 32 bits


def tidied(texts: pl.Series) -> pl.Series:
    """The texts, none of them null: HTML's line breaks as line ends, line ends and spaces of one kind, none at the ends
    of the text, and no three or more in a row."""
    out = np.empty(room(texts), np.uint8)
    ends = np.zeros(len(texts) + 1, np.int64)
    with in_place(texts) as those:
        _tidy_all(those, out, ends)
    letters = pa.py_buffer(out[: ends[-1]])
    return series(pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends), letters))
