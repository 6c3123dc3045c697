"""The Blog Authorship Corpus: blogs.zip, its unpacked folder, or blogtext.csv.

One file a blogger, `7596.male.26.Internet.Scorpio.xml`, which is not well-formed XML:
    <Blog>  <date>31,May,2004</date>  <post> Q&A with ... </post>  </Blog>
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from humanllm.errors import InputError
from humanllm.readers.blogfiles import files
from humanllm.readers.draft import Columns, Kind, as_json
from humanllm.readers.fields import SURROGATE, Batch, Unreadable, whole
from humanllm.readers.months import seconds
from humanllm.readers.opening import AGAIN, Truncated, blocks, decoded, form_of
from humanllm.readers.posts import LARGEST, Parts, cut, date_before, posts

ABOUT = ("id", "gender", "age", "topic", "sign")  # what a file's name tells
LONGEST_FIELD = 1 << 26
RETURN, LONE = re.compile(r"\r(?!\n)"), "\uffff"  # the latter is no character of any text
BATCH = 24 << 20  # bytes of files, or characters of a csv's posts, in a batch, about
PIECE = 1 << 20  # bytes of files cut at a time: they fit the processor's cache

About = tuple[str | None, ...]


def _told(abouts: Sequence[About]) -> dict[str, pl.Series]:
    """What the names of files tell, a column each."""
    values = zip(*abouts, strict=True) if abouts else [()] * len(ABOUT)
    told = {name: pl.Series(column, dtype=pl.String) for name, column in zip(ABOUT, values, strict=True)}
    return told | {"age": pl.Series(map(whole, told["age"]), dtype=pl.Int64)}


def _times(dates: pl.Series, seconds_of: Callable[[str], int | None]) -> pl.Series:
    """Epoch seconds of each date; few are different."""
    told = dates.unique()
    times = pl.Series(map(seconds_of, told), dtype=pl.Int64)
    return dates.replace_strict(told, times).cast(pl.Int64)  # of no dates it gives strings


class _Rows:
    """Rows of a csv in the making of a batch, a list a column."""

    def __init__(self, first: int = 0) -> None:
        self.rows: list[int] = []
        self.abouts: list[About] = []
        self.dates: list[str] = []
        self.texts: list[str] = []
        self.numbers: list[int] = []  # the post's place among its blogger's
        self.unreadable: list[Unreadable] = []
        self.next = first  # row of the dump
        self.characters = 0

    def add(self, fields: Mapping[str, str], number: int) -> None:
        self.rows.append(self.next)
        self.abouts.append(tuple(fields.get(name) for name in ABOUT))
        self.dates.append(fields["date"])
        self.texts.append(fields["text"])
        self.numbers.append(number)
        self.characters += len(fields["text"])
        self.next += 1

    def reject(self, text: str | None) -> None:
        """A row that is no post."""
        self.unreadable.append(Unreadable(self.next, "broken_row", text))
        self.next += 1

    def batch(self) -> Batch:
        frame = {"row": pl.Series(self.rows, dtype=pl.Int64)} | _told(self.abouts)
        frame["date"] = _times(pl.Series(self.dates, dtype=pl.String), seconds)
        frame["text"] = pl.Series(self.texts, dtype=pl.String)
        frame["number"] = pl.Series(self.numbers, dtype=pl.Int32)
        return Batch(pl.DataFrame(frame), self.unreadable)


class _Files:
    """Files of bloggers in the making of a batch; those that are not yet cut wait until they are worth the calls."""

    def __init__(self, first: int = 0) -> None:
        self.first = first  # row of the dump
        self.abouts: list[About] = []
        self.waiting: list[bytes] = []
        self.cut: list[Parts] = []
        self.bytes = self.bytes_waiting = 0

    def add(self, name: str, content: bytes) -> None:
        if len(content) >= LARGEST:
            raise InputError(f"{name} holds {len(content)} bytes, more than any blogger wrote; {AGAIN}")
        self.abouts.append(_about(name))
        self.waiting.append(content)
        self.bytes += len(content)
        self.bytes_waiting += len(content)
        if self.bytes_waiting >= PIECE:
            self._cut()

    def _cut(self) -> None:
        self.cut.append(cut(self.waiting))
        self.waiting, self.bytes_waiting = [], 0

    def batch(self) -> Batch:
        self._cut()
        dates, texts, each = posts(self.cut)
        total = len(texts)
        frame = {"row": pl.Series(np.arange(self.first, self.first + total))}
        files = pl.Series(np.repeat(np.arange(len(each), dtype=np.uint32), each))
        frame |= {name: told.gather(files) for name, told in _told(self.abouts).items()}
        frame["date"] = _times(dates, lambda before: seconds(date_before(before)))
        frame["text"] = texts
        numbers = np.arange(total) - np.repeat(np.cumsum(each) - each, each)
        frame["number"] = pl.Series(numbers, dtype=pl.Int32)
        return Batch(pl.DataFrame(frame), [])


def _about(name: str) -> About:
    parts = SURROGATE.sub("\ufffd", name).removesuffix(".xml").split(".")
    return (*parts[:5], *[None] * (5 - len(parts)))


def _from_files(path: Path) -> Iterator[Batch]:
    name, making = None, _Files()
    for name, content in files(path):
        making.add(name, content)
        if making.bytes >= BATCH:
            batch = making.batch()
            making = _Files(making.first + len(batch.rows))
            yield batch
            del batch  # its texts lie in the files' bytes, where there is room for the next ones then
    if name is None:
        raise InputError(f"{path} holds no .xml file: it is not the Blog Authorship Corpus; check the config")
    yield making.batch()


def _decoded_lines(content: bytes) -> list[str]:
    """The lines, each in its own encoding: one of another than UTF-8 spoils none beside it."""
    content = content.removesuffix(b"\n")
    try:
        return content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        return [decoded(line) for line in content.split(b"\n")]


def _lines(path: Path) -> Iterator[str]:
    """The lines, without the half one at the end of a truncated file; a RETURN within one stands as LONE.

    Python's csv takes a file for damaged if it meets one outside quotes.
    """
    unended, read = b"", 0
    for block in blocks(path):
        if not block.whole:
            raise InputError(f"{path}: line {read + 1} is longer than any post; {AGAIN}")
        read += block.content.count(b"\n")
        if block.content.endswith(b"\n"):
            yield from (RETURN.sub(LONE, line + "\n") for line in _decoded_lines(block.content))
        else:
            unended = block.content
    if unended:
        yield RETURN.sub(LONE, decoded(unended) + "\n")


def _header(path: Path, table: Iterator[list[str]]) -> list[str]:
    header = [name.strip().lower() for name in next(table, [])]
    if missing := [name for name in ("id", "date", "text") if name not in header]:
        raise InputError(
            f"{path} lacks the columns {', '.join(missing)}: blogs are blogs.zip, its folder or blogtext.csv"
        )
    return header


def _from_csv(path: Path) -> Iterator[Batch]:
    """blogtext.csv, whose quoted fields may run over many lines. A row of too many or too few fields is broken, and so
    is the half row at the end of a truncated file."""
    csv.field_size_limit(LONGEST_FIELD)
    table, rows = csv.reader(_lines(path)), _Rows()
    seen: Counter[str] = Counter()
    try:
        header = _header(path, table)
        for values in table:
            if not "".join(values).strip() and len(values) < len(header):
                continue  # a blank line
            fields = {name: value.replace(LONE, "\r") for name, value in zip(header, values, strict=False)}
            if len(values) != len(header):
                rows.reject(fields.get("text"))
                continue
            rows.add(fields, seen[fields["id"]])
            seen[fields["id"]] += 1
            if rows.characters >= BATCH:
                yield rows.batch()
                rows = _Rows(rows.next)
    except Truncated:
        rows.reject(None)
        yield rows.batch()
        raise
    except csv.Error as error:
        raise InputError(f"{path} cannot be read as csv ({error}); {AGAIN}") from error
    yield rows.batch()


def read(path: Path) -> Iterator[Batch]:
    """The posts of the corpus in any of its forms, bloggers in the order of their files' names."""
    return _from_files(path) if form_of(path) in {"folder", "zip"} else _from_csv(path)


def _post(path: Path) -> Columns:
    name = pl.col("id").str.strip_chars()
    topic = pl.col("topic")
    return {
        "key": pl.when(name != "").then(pl.concat_str([name, pl.col("number").cast(pl.String)], separator="\0")),
        "name": name,
        "time": pl.col("date"),
        "place": pl.col("number"),
        "text": pl.col("text").fill_null(""),
        "community": pl.when((topic != "indUnk") & (topic != "")).then(topic),
        "extra": as_json(age=pl.col("age"), gender=pl.col("gender"), sign=pl.col("sign")),
    }


BLOGS = Kind("blogger", {}, (), _post)
