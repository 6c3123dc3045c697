"""The posts in bloggers' files, cut where they stand in the files' bytes: an object a post would cost far more.

<Blog>  <date>31,May,2004</date>  <post> Q&A with ... </post>  </Blog>   ->   31,May,2004   Q&A with ...
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from humanllm.readers.opening import decoded

OPEN, CLOSE, DATE_OPEN, DATE_CLOSE = "<post>", "</post>", "<date>", "</date>"
NUMBERS = {OPEN: 1, CLOSE: 2, DATE_OPEN: 3, DATE_CLOSE: 4}
WORD = 8  # bytes, more than any tag has
BETWEEN = b"<\n"  # two files: no tag begins in one and ends in the next, and no date in one is taken for the next one's
AFTER = b"<" + b"\n" * WORD
FOLLOW = np.frombuffer(b"/pd\n", np.uint8)  # the letters behind a sign
EACH = 4  # parts of a post
LAST_DATE = re.compile(r"<date>[^<]*</date>\s*\Z|</Blog>\s*\Z")

Places = npt.NDArray[np.int64]


class Parts(NamedTuple):
    """Files cut up: EACH parts for a post, its date or nothing, its tag, its text and what follows."""

    parts: pl.Series
    counts: Places  # of the posts in each file


class Posts(NamedTuple):
    """Posts of some files in their order."""

    dates: pl.Series  # what stands before each post, from its date on: `date_before` reads it
    texts: pl.Series
    counts: Places  # of the posts in each file


class _Joined:
    """Some files in one, and where its posts stand. A tag is told by its first bytes, taken for a number."""

    def __init__(self, contents: Sequence[bytes], joined: bytes) -> None:
        self.content = joined
        self.ends = np.cumsum([len(content) + len(BETWEEN) for content in contents], dtype=np.int64)  # of the files
        letters = np.frombuffer(joined, np.uint8)
        signs = np.flatnonzero(letters == ord("<"))
        # Those that may begin a tag, or stand between two files: there is one behind the last, too.
        self.signs = signs[np.isin(letters[signs + 1], FOLLOW)]
        words = np.ndarray(len(joined) - WORD + 1, np.dtype("<u8"), joined, strides=(1,))[self.signs]
        self.tags = np.zeros(len(self.signs), np.uint8)  # which tag a sign begins; 0: none
        for tag, number in NUMBERS.items():
            start = words & np.uint64((1 << 8 * len(tag)) - 1)
            self.tags[start == int.from_bytes(tag.encode(), "little")] = number
        self.at = np.flatnonzero(self.tags == NUMBERS[OPEN])
        self.opens, self.closes = self.signs[self.at], self.signs[self.tags == NUMBERS[CLOSE]]

    def is_regular(self) -> bool:
        """Whether every post is closed in its own file, before the next one opens."""
        opens, closes = self.opens, self.closes
        if len(opens) != len(closes) or (opens > closes).any() or (closes[:-1] > opens[1:]).any():
            return False
        return bool((self._files(opens) == self._files(closes)).all())

    def _files(self, places: Places) -> Places:
        return np.searchsorted(self.ends, places, "right")

    def _dates(self) -> Places:
        """Where the date right before each post begins, so that a missing one shifts nothing: at the post then."""
        before = self.at - 2
        dated = (self.tags[before] == NUMBERS[DATE_OPEN]) & (self.tags[before + 1] == NUMBERS[DATE_CLOSE])
        return np.where(dated, self.signs[before] + len(DATE_OPEN), self.opens)

    def parts(self) -> Parts:
        """The posts of regular files in UTF-8."""
        starts = np.column_stack([self._dates(), self.opens, self.opens + len(OPEN), self.closes])
        buffers = [None, pa.py_buffer(np.append(starts, len(self.content))), pa.py_buffer(self.content)]
        parts = pl.Series(pa.Array.from_buffers(pa.large_string(), starts.size, buffers))
        return Parts(parts, np.bincount(self._files(self.opens), minlength=len(self.ends)))


def _is_utf8(content: bytes) -> bool:
    try:
        pl.Series([content], dtype=pl.Binary).cast(pl.String)  # to decode it costs four times as much
    except pl.exceptions.ComputeError:
        return False
    return True


def date_before(post: str) -> str:
    """The date in what stands before a post from the last <date> on; "" if there is more than that date."""
    date, closing, rest = post.partition(DATE_CLOSE)
    return date.strip() if closing and "<" not in date and not rest.strip() else ""


def _regular(content: bytes) -> bytes:
    """The posts of a file as a regular one. A post without its closing tag ends at the next post's date."""
    parts = []
    before, *opened = content.decode().split(OPEN)
    for segment in opened:
        text, closing, rest = segment.partition(CLOSE)
        if date := date_before(before.rpartition(DATE_OPEN)[2]) if DATE_OPEN in before else "":
            parts += [DATE_OPEN, date, DATE_CLOSE]
        parts += [OPEN, text if closing else LAST_DATE.sub("", text), CLOSE]
        before = rest if closing else segment
    return "".join(parts).encode()


def _in_utf8(content: bytes) -> bytes:
    try:
        content.decode()
    except UnicodeDecodeError:
        return decoded(content).encode()
    return content


def _joined(contents: Sequence[bytes]) -> bytes:
    return BETWEEN.join(contents) + AFTER


def cut(contents: Sequence[bytes]) -> Parts:
    """The posts of bloggers' files in whatever encoding."""
    if not _is_utf8(joined := _joined(contents)):
        joined = _joined(contents := list(map(_in_utf8, contents)))
    found = _Joined(contents, joined)
    if not found.is_regular():
        found = _Joined(regular := list(map(_regular, contents)), _joined(regular))
    return found.parts()


def posts(cuts: Sequence[Parts]) -> Posts:
    """All posts of some cuts: at once, for a call of polars costs more than to cut a file."""
    parts, counts = zip(*cuts, strict=True)
    every = pl.concat(parts, rechunk=True)  # to gather from chunks costs ten times as much
    return Posts(every.gather_every(EACH), every.gather_every(EACH, 2), np.concatenate(counts))
