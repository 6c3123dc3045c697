"""The posts in the files of bloggers, cut where they lie: a look at each eight bytes, and no copy of any.

    b"<Blog> <date>31,May,2004</date> <post> Q&A with ... </post> </Blog>"    views of "31,May,2004", " Q&A with ... "

A file is sound if it is UTF-8 (Unicode, table 3-7) and each post in it is closed before the next one opens. Any other
is left to its reader.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from humanllm.kernels import inlined, kernel
from humanllm.kernels.views import INLINE, letters_at
from humanllm.kernels.words import HIGHS, Bytes, Places, in_each, word_at, zeros_below

Words = npt.NDArray[np.uint64]

LESS, BEYOND = ord("<"), 0x80
ONES, LESSES = in_each(1), in_each(LESS)
# A tag is told by its first bytes, taken for a number.
TAGS = b"<post>", b"</post>", b"<date>", b"</date>"
OPEN, CLOSE, DATE_OPEN, DATE_CLOSE = (np.uint64(int.from_bytes(tag, "little")) for tag in TAGS)
SHORT, LONG = 6, 7  # bytes of a tag
LEAST = SHORT  # bytes that a post has at least in a file of whatever kind: its tag
FIRST = tuple(np.uint64((1 << 8 * count) - 1) for count in range(9))  # the bits of so many first bytes
HALF = np.uint64(32)
BLANK = np.zeros(256, np.bool_)  # the white space of ASCII, as Python strips it
BLANK[[code for code in range(128) if chr(code).isspace()]] = True
NEVER, BEGUN, ENDED = range(3)  # what stands before a tag: no date, the tag that begins one, one as a whole


class Files(NamedTuple):
    """Where the bytes of some files lie."""

    addresses: Places
    sizes: Places


class Cut(NamedTuple):
    """The views of the posts' parts, two words each; a view's buffer is the file's number."""

    dates: Words  # (rows, 2): of what stands before each, from its date on: `posts.date_before` reads it
    texts: Words  # (rows, 2)
    counts: Places  # of the posts in each file


@inlined
def _odd(letters: Bytes, at: int) -> np.uint64:
    """A word whose lowest bit stands in the first of eight bytes that is a < or beyond ASCII; 0 if none is."""
    word = word_at(letters, at)
    less = word ^ LESSES
    return (((less - ONES) & ~less) | word) & HIGHS


@inlined
def _next_odd(letters: Bytes, at: int) -> int:
    """Where the next < or byte beyond ASCII is, from `at` on, or the end. No word is read that ends behind that."""
    while at + 8 <= letters.size:
        odd = _odd(letters, at)
        if odd:
            return at + (zeros_below(odd) >> 3)
        at += 8
    while at < letters.size and letters[at] != LESS and letters[at] < BEYOND:
        at += 1
    return at


@inlined
def _past_character(letters: Bytes, at: int) -> int:
    """Where the character beyond ASCII ends that begins at `at`; -1 if there is none."""
    first = letters[at]
    length = 2 + (first >= 0xE0) + (first >= 0xF0)
    if first < 0xC2 or first > 0xF4 or at + length > letters.size:
        return -1
    least = 0xA0 if first == 0xE0 else 0x90 if first == 0xF0 else 0x80
    most = 0x9F if first == 0xED else 0x8F if first == 0xF4 else 0xBF
    if letters[at + 1] < least or letters[at + 1] > most:
        return -1
    for place in range(at + 2, at + length):
        if letters[place] >> 6 != 2:
            return -1
    return at + length


@inlined
def _next(letters: Bytes, at: int) -> int:
    """Where the next < is, from `at` on, or the end; -1 if what stands before it is not UTF-8."""
    at = _next_odd(letters, at)
    while at < letters.size and letters[at] != LESS:
        at = _past_character(letters, at)
        if at < 0:
            return -1
        at = _next_odd(letters, at)
    return at


@inlined
def _first(letters: Bytes, at: int, count: int) -> np.uint64:
    """The bytes from `at` on as a word, of which at most `count`, and none behind the end, are other than 0."""
    if at + 8 <= letters.size:
        return word_at(letters, at) & FIRST[count]
    word = np.uint64(0)
    for place in range(min(count, letters.size - at)):
        word |= np.uint64(letters[at + place]) << np.uint64(8 * place)
    return word


@inlined
def _note(letters: Bytes, start: int, end: int, file: int, views: Words, row: int) -> None:
    """Note the view of a part of a file."""
    size = end - start
    views[row, 0] = np.uint64(size) | _first(letters, start, min(size, 4)) << HALF
    if size > INLINE:
        views[row, 1] = np.uint64(file) | np.uint64(start) << HALF
    elif size > 4:
        views[row, 1] = _first(letters, start + 4, size - 4)
    else:
        views[row, 1] = 0


@inlined
def _date_end(letters: Bytes, end: int, at: int) -> int:
    """Where what is told of a date ends, whose closing tag is at `end`: there, if but white space of ASCII follows up
    to the post's tag at `at`, else at that."""
    place = end + LONG
    while place < at and BLANK[letters[place]]:
        place += 1
    return end if place == at else at


@inlined
def _cut(letters: Bytes, file: int, row: int, cut: Cut) -> int:
    """Note the posts of a file from that row on; tell the next row, or -1 if the file is not sound.

    A row is written to only at a <post> that is its own, or behind that: a row for each LEAST bytes is room enough.
    """
    text = -1  # where the text of an open post begins
    before, date, date_end = NEVER, 0, 0
    at = _next(letters, 0)
    while 0 <= at < letters.size:
        word = _first(letters, at, LONG)
        short = word & FIRST[SHORT]
        begun, before = before, NEVER
        if (short == OPEN and text >= 0) or (word == CLOSE and text < 0):
            return -1
        if short == OPEN:
            text = at + SHORT
            _note(letters, date, _date_end(letters, date_end, at) if begun == ENDED else date, file, cut.dates, row)
        elif word == CLOSE:
            _note(letters, text, at, file, cut.texts, row)
            row, text = row + 1, -1
        elif short == DATE_OPEN:
            before, date = BEGUN, at + SHORT
        elif word == DATE_CLOSE and begun == BEGUN:
            before, date_end = ENDED, at
        at = _next(letters, at + 1)
    return row if at >= 0 and text < 0 else -1


def cut_files(files: Files, file: int, row: int, cut: Cut) -> tuple[int, int]:
    """Note the posts of the files from that one on, in rows from `row` on; tell the first file that is not sound, or
    how many there are, and the next row. There must be room for a row for each LEAST bytes."""
    reached = np.array([file, row])
    _cut_files(files, reached, cut)
    file, row = reached.tolist()
    return file, row


@kernel
def _cut_files(files: Files, reached: Places, cut: Cut) -> None:
    file, row = reached[0], reached[1]
    while file < len(files.sizes):
        end = _cut(letters_at(files.addresses[file], files.sizes[file]), file, row, cut)
        if end < 0:
            break
        cut.counts[file] = end - row
        file, row = file + 1, end
    reached[0], reached[1] = file, row
