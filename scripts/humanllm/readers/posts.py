"""The posts in bloggers' files, cut where they stand in the files' bytes: an object a post would cost far more.

<Blog>  <date>31,May,2004</date>  <post> Q&A with ... </post>  </Blog>   ->   31,May,2004   Q&A with ...
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from humanllm.kernels.tags import LEAST, Cut, Files, Words, cut_files
from humanllm.kernels.views import INLINE
from humanllm.readers.opening import decoded

OPEN, CLOSE, DATE_OPEN, DATE_CLOSE = "<post>", "</post>", "<date>", "</date>"
LAST_DATE = re.compile(r"<date>[^<]*</date>\s*\Z|</Blog>\s*\Z")
LARGEST = 1 << 31  # bytes of a file to be cut: a view has so many places (Arrow counts them in a signed number)
SIZE = np.uint64(0xFFFFFFFF)  # the bits of a view's first word that are its size

Places = npt.NDArray[np.int64]


class Parts(NamedTuple):
    """Files cut up: what `Cut` tells of their posts, with what the views look at."""

    buffers: list[pa.Buffer]  # a file each
    cut: Cut


class Posts(NamedTuple):
    """Posts of some files in their order."""

    dates: pl.Series  # what stands before each post, from its date on, if that is one: `date_before` reads it
    texts: pl.Series
    counts: Places  # of the posts in each file


def date_before(post: str) -> str:
    """The date in what stands before a post behind the last <date>; "" if there is more than that date."""
    date, _, rest = post.partition(DATE_CLOSE)
    return date.strip() if "<" not in date and not rest.strip() else ""


def _regular(content: bytes) -> bytes:
    """The posts of a file in whatever encoding as a sound one. A post without its closing tag ends at the next post's
    date."""
    parts = []
    before, *opened = decoded(content).split(OPEN)
    for segment in opened:
        text, closing, rest = segment.partition(CLOSE)
        _, dated, date = before.rpartition(DATE_OPEN)
        if dated and DATE_CLOSE in date and (date := date_before(date)):
            parts += [DATE_OPEN, date, DATE_CLOSE]
        parts += [OPEN, text if closing else LAST_DATE.sub("", text), CLOSE]
        before = rest if closing else segment
    return "".join(parts).encode()


def _with_room(cut: Cut, row: int, left: int) -> Cut:
    """The same with room behind that row for all posts that files of so many bytes may have."""
    rows = row + left // LEAST
    if rows <= len(cut.dates):
        return cut
    larger = Cut(np.empty((rows, 2), np.uint64), np.empty((rows, 2), np.uint64), cut.counts)
    larger.dates[:row], larger.texts[:row] = cut.dates[:row], cut.texts[:row]
    return larger


def cut(contents: Sequence[bytes]) -> Parts:
    """The posts of bloggers' files in whatever encoding, each of fewer bytes than LARGEST."""
    buffers = [pa.py_buffer(content) for content in contents]
    files = Files(*(np.array([getattr(buffer, told) for buffer in buffers], np.int64) for told in ("address", "size")))
    found = Cut(np.empty((0, 2), np.uint64), np.empty((0, 2), np.uint64), np.zeros(len(buffers), np.int64))
    file = row = 0
    while file < len(buffers):
        found = _with_room(found, row, int(files.sizes[file:].sum()))
        file, row = cut_files(files, file, row, found)
        if file < len(buffers):
            buffers[file] = pa.py_buffer(_regular(contents[file]))
            files.addresses[file], files.sizes[file] = buffers[file].address, buffers[file].size
    return Parts(buffers, Cut(found.dates[:row].copy(), found.texts[:row].copy(), found.counts))


def _series(views: Sequence[Words], firsts: Sequence[int], buffers: Sequence[pa.Buffer]) -> pl.Series:
    """The parts that views of some cuts show, whose buffers begin at those numbers among all."""
    every = np.concatenate(views)
    shift = np.repeat(np.array(firsts, np.uint64), [len(some) for some in views])
    every[:, 1] += np.where(every[:, 0] & SIZE > INLINE, shift, np.uint64(0))
    whole = pa.Array.from_buffers(pa.string_view(), len(every), [None, pa.py_buffer(every), *buffers])
    return pl.Series(whole)


def posts(cuts: Sequence[Parts]) -> Posts:
    """All posts of some cuts: at once, for a call of polars costs more than to cut a file."""
    each, found = zip(*cuts, strict=True)
    buffers = list(chain.from_iterable(each))
    firsts = np.cumsum([0, *map(len, each)])[:-1].tolist()
    dates, texts, counts = zip(*found, strict=True)
    return Posts(_series(dates, firsts, buffers), _series(texts, firsts, buffers), np.concatenate(counts))
