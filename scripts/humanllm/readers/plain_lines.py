"""Blocks of JSON lines to columns, by a kernel: the lines that are as a source writes them, which are nearly all.

What it makes of one, and what it leaves to the parser of single lines in `humanllm.readers.raw`:
    ┌─────┬────────┬─────────────┬───┐    Doubtful(8, b'{"author": "ann", "created_utc": [], ...}')
    │ row ┆ author ┆ created_utc ┆ … │
    │ 7   ┆ ...    ┆ 1546300800  ┆ … │
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from humanllm.kernels import json_lines as kernel
from humanllm.kernels.columns import BEHIND, views_of
from humanllm.kernels.views import series
from humanllm.kernels.words import WIDE
from humanllm.readers import fields
from humanllm.readers.fields import Fields

ROWS, BYTES = 120_000, 64 << 20  # of a part: most batches of reviews have one
DOUBTFUL = 1_000  # lines at a time
KINDS = {
    fields.TEXT: kernel.TEXT,
    fields.NUMBER: kernel.NUMBER,
    fields.REAL: kernel.REAL,
    fields.FLAG: kernel.FLAG,
    fields.KEY: kernel.KEY,
}
TEXTS, WHOLE, REALS = (kernel.TEXT, kernel.KEY), (kernel.NUMBER, kernel.FLAG), (kernel.REAL,)


class Doubtful(NamedTuple):
    line: int  # its number
    content: bytes


def _by_length(asked: Fields) -> list[str]:
    """The names in the order of the kernel's columns."""
    return sorted(asked, key=lambda name: len(name.encode()))


def layout(asked: Fields) -> kernel.Asked:
    """What the kernel is to look for."""
    names = [name.encode() for name in _by_length(asked)]
    letters = np.zeros((len(names), kernel.LONGEST_NAME), np.uint8)
    for place, name in enumerate(names):
        letters[place, : len(name)] = list(name)
    of_length = np.searchsorted([len(name) for name in names], np.arange(kernel.LONGEST_NAME + 2))
    kinds = [KINDS.get(asked[name.decode()], kernel.OTHER) for name in names]
    slots = [sum(kinds[:place].count(other) for other in _together(kind)) for place, kind in enumerate(kinds)]
    return kernel.Asked(letters, of_length, np.array(kinds), np.array(slots))


def _together(kind: int) -> tuple[int, ...]:
    """The kinds whose values stand in one array with those of `kind`."""
    return next((kinds for kinds in (TEXTS, WHOLE, REALS) if kind in kinds), ())


class PlainLines:
    """The rows of plain lines, taken block by block."""

    def __init__(self, asked: Fields) -> None:
        self.asked = asked
        self.layout = layout(asked)
        self.places = {name: place for place, name in enumerate(_by_length(asked))}
        self.parts: list[pl.DataFrame] = []
        self.count = 0  # of the rows since the last frame
        self.line = 0  # the number of the next one
        self.rows, self.used = 0, 0  # rows of this part, bytes of its lines
        self._make_room(BYTES)

    def pass_line(self) -> int:
        """The number of the next line, which will not be read."""
        self.line += 1
        return self.line - 1

    def take(self, content: bytes) -> Iterator[Doubtful]:
        """Read whole lines, of which the last may lack its end; give the doubtful ones."""
        content = content if content.endswith(b"\n") else content + b"\n"  # the kernel looks no further than for that
        if self.used + len(content) > self.bytes:
            self._end_part()
            if len(content) > self.bytes:
                self._make_room(len(content))
        letters, at = np.frombuffer(content, np.uint8), 0
        while at < len(content):
            at, self.line, rows, left = kernel.read_lines(letters, at, self.line, self.rows, self.layout, self.found)
            self.count += rows - self.rows
            self.rows = rows
            for line, start, end in self.found.doubtful[:left].tolist():
                yield Doubtful(line, content[start:end])
            if rows == len(self.found.lines):
                self._end_part()
        self.used += len(content)

    def frame(self) -> pl.DataFrame:
        """The rows since the last frame."""
        self._end_part()
        parts, self.parts, self.count = self.parts, [], 0
        return pl.concat(parts)

    def _make_room(self, size: int) -> None:
        """For a part of so many bytes; only the memory that is written to counts."""
        self.bytes = size
        kinds = self.layout.kinds
        texts, whole, reals = (int(np.isin(kinds, held).sum()) for held in (TEXTS, WHOLE, REALS))
        room = size + max(WIDE, BEHIND)
        starts = np.arange(texts + 1) * room
        self.found = kernel.Found(
            lines=np.empty(ROWS, np.int64),
            texts=np.empty((texts + 1) * room, np.uint8),
            unasked=starts[texts:],
            ends=np.empty((ROWS + 1, texts), np.int64),
            numbers=np.empty((ROWS, whole), np.int64),
            reals=np.empty((ROWS, reals), np.float64),
            valid=np.empty((ROWS, len(kinds)), np.bool_),
            doubtful=np.empty((DOUBTFUL, 3), np.int64),
            before=np.empty((kernel.MEMBERS, 3), np.int64),
        )
        self.found.ends[0] = starts[:texts]

    def _end_part(self) -> None:
        """Make columns of the part."""
        columns = {"row": pl.Series(self.found.lines[: self.rows].copy())}
        for name, field in self.asked.items():
            columns[name] = series(self._column(self.places[name])).cast(field.dtype)
        self.parts.append(pl.DataFrame(columns))
        self.rows, self.used = 0, 0

    def _column(self, place: int) -> pa.Array:
        """A copy of a column."""
        kind, slot = self.layout.kinds[place], self.layout.slots[place]
        valid = self.found.valid[: self.rows, place]
        if kind == kernel.OTHER:
            return pa.nulls(self.rows)
        known = None if valid.all() else _bits(valid)
        if kind in TEXTS:
            texts, ends, views = self.found.texts, self.found.ends, np.empty((self.rows, 2), np.uint64)
            views_of(texts, ends, slot, views)
            letters = texts[ends[0, slot] : ends[self.rows, slot]].tobytes()
            return pa.Array.from_buffers(
                pa.string_view(), self.rows, [known, pa.py_buffer(views), pa.py_buffer(letters)]
            )
        values = (self.found.reals if kind == kernel.REAL else self.found.numbers)[: self.rows, slot]
        if kind == kernel.FLAG:
            return pa.Array.from_buffers(pa.bool_(), self.rows, [known, _bits(values == 1)])
        wide = pa.float64() if kind == kernel.REAL else pa.int64()
        return pa.Array.from_buffers(wide, self.rows, [known, pa.py_buffer(values.copy())])


def _bits(values: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))
