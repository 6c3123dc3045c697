"""The readers of rows, JSON lines and parquet, by what a file is.

A line, and what is kept of one that cannot be read, without the name in it:
    {"author": "ann", "created_utc": 1546300800, "id": "abc123", "title": "...", ...}
    Unreadable(8, "broken_json", '{"author": "", "crea')
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from humanllm.readers.fields import SURROGATE, Batch, Field, Fields, Unreadable
from humanllm.readers.opening import Block, Truncated, blocks, form_of
from humanllm.readers.parquet import parquet_batches
from humanllm.readers.plain_lines import PlainLines

# A line that cannot be parsed is kept aside, but not the name in it.
NAME = re.compile(r'("(?:author|author_fullname|user|user_id|username)"\s*:\s*")[^"]*')
LONGEST_KEPT = 10_000  # characters of a line that cannot be read
BATCH = 100_000  # rows in a batch, about
PART = 8_000  # rows of doubtful lines made columns at a time: their objects are still in the processor's cache
BYTES = 128 << 20  # of JSON lines in a batch, most of them in fields that no one asks for


def _repaired(value: Any) -> Any:
    """Half surrogate pairs, which JSON can spell and UTF-8 cannot, become U+FFFD."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_repaired(key): _repaired(item) for key, item in value.items()}
    return [_repaired(item) for item in value] if isinstance(value, list) else value


def _parse(content: bytes) -> tuple[Any, str | None]:
    """The value of a JSON line, or why there is none. This parser forgives more than the one for blocks."""
    try:
        value = _repaired(json.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return None, "undecodable"
    except (ValueError, RecursionError):
        return None, "broken_json"
    return (value, None) if isinstance(value, dict) else (None, "no_object")


def _unreadable(content: bytes) -> str:
    return NAME.sub(r"\1", content[: 4 * LONGEST_KEPT].decode("utf-8", "replace")[:LONGEST_KEPT])


class JsonLines:
    """Parses blocks of JSON lines: the plain ones at once, the others one by one."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.plain = PlainLines(fields)
        members = [(name, field.json, None) for name, field in fields.items()]
        self.struct = msgspec.defstruct("Line", members, gc=False)
        self.decoder = msgspec.json.Decoder(self.struct)
        self.numbers: list[int] = []
        self.found: list[Any] = []
        self.parts: list[pl.DataFrame] = []  # of lines that are not plain
        self.rows = 0  # of those
        self.unreadable: list[Unreadable] = []

    def take(self, block: Block) -> None:
        if not block.whole:
            self.unreadable.append(Unreadable(self.plain.pass_line(), "line_too_long", _unreadable(block.content)))
            return
        for number, line in self.plain.take(block.content):
            self._doubtful(number, line)

    def count(self) -> int:
        """How many rows were taken since the last batch."""
        return self.plain.count + self.rows + len(self.found)

    def _doubtful(self, number: int, line: bytes) -> None:
        if not line or line.isspace():
            return
        value, reason = self._line(line)
        if reason:
            self.unreadable.append(Unreadable(number, reason, _unreadable(line)))
            return
        self.numbers.append(number)
        self.found.append(value)
        if len(self.found) >= PART:
            self._part()

    def _line(self, line: bytes) -> tuple[Any, str | None]:
        """One line as the struct; a value of a type that its column never has is taken for a missing one."""
        try:
            return self.decoder.decode(line), None
        except (ValueError, RecursionError):
            fields, reason = _parse(line)
        if reason:
            return None, reason
        return self.struct(
            **{name: self._fitting(fields.get(name), field) for name, field in self.fields.items()}
        ), None

    @staticmethod
    def _fitting(value: Any, field: Field) -> Any:
        try:
            return msgspec.convert(value, field.json)
        except ValueError:
            return None

    def _part(self) -> None:
        """Make columns of the doubtful lines found since the last part."""
        columns = {"row": pl.Series(self.numbers, dtype=pl.Int64)}
        for name, field in self.fields.items():
            columns[name] = _series(list(map(attrgetter(name), self.found)), field)
        self.parts.append(pl.DataFrame(columns))
        self.rows += len(self.found)
        self.numbers, self.found = [], []

    def batch(self) -> Batch:
        """What was taken since the last batch, in the order of the lines."""
        self._part()
        # In one chunk: to gather rows of two takes ten times as long.
        rows = pl.concat([self.plain.frame(), *self.parts], rechunk=True)
        batch = Batch(rows.sort("row") if self.rows else rows, self.unreadable)
        self.parts, self.rows, self.unreadable = [], 0, []
        return batch


def _series(values: list[Any], field: Field) -> pl.Series:
    """The values as a column: at once if they have its type already, else one by one."""
    try:
        return pl.Series(values, dtype=field.dtype, strict=True)
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return pl.Series([field.one(value) for value in values], dtype=field.dtype)


def json_batches(path: Path, fields: Fields) -> Iterator[Batch]:
    """The lines of a plain, gzip or zstd file, some blocks at a time; blank lines are none."""
    parser, taken = JsonLines(fields), 0
    try:
        for block in blocks(path):
            parser.take(block)
            taken += len(block.content)
            if taken >= BYTES or parser.count() >= BATCH:
                yield parser.batch()
                taken = 0
    except Truncated:
        yield parser.batch()
        raise
    yield parser.batch()


def batches(path: Path, fields: Fields, needed: tuple[str, ...]) -> Iterator[Batch]:
    """The raw records of a file of rows, JSON lines or parquet, whatever its name says."""
    return parquet_batches(path, fields, needed) if form_of(path) == "parquet" else json_batches(path, fields)
