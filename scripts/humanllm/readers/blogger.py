"""The Blog Authorship Corpus: blogs.zip, its unpacked folder, or blogtext.csv.

One file a blogger, `7596.male.26.Internet.Scorpio.xml`, which is not well-formed XML:
    <Blog>  <date>31,May,2004</date>  <post> Q&A with ... </post>  </Blog>
"""

from __future__ import annotations

import csv
import lzma
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import polars as pl
from isal import isal_zlib

from humanllm.errors import InputError
from humanllm.readers.draft import Columns, Kind, as_json
from humanllm.readers.fields import SURROGATE, Batch, Unreadable, whole
from humanllm.readers.months import seconds
from humanllm.readers.opening import AGAIN, IsalError, Truncated, blocks, decoded, form_of
from humanllm.readers.posts import posts

ABOUT = ("id", "gender", "age", "topic", "sign")  # what a file's name tells
LONGEST_FIELD = 1 << 26
RETURN, LONE = re.compile(r"\r(?!\n)"), "\uffff"  # the latter is no character of any text
LARGEST = 1 << 26  # bytes that the size of a file in a zip, which may lie, takes at once
# What a damaged zip may raise: its names may be no text, its sizes no sizes.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, IsalError, EOFError, OSError, RuntimeError, ValueError)
BATCH = 24 << 20  # bytes of posts in a batch, about


class _Columns:
    """Posts in the making of a batch, a list a column; what is the same for all posts of a file stands once."""

    def __init__(self, first: int = 0) -> None:
        self.rows: list[int] = []
        self.abouts: list[tuple[str | None, ...]] = []
        self.files: list[int] = []  # which of `abouts` a post belongs to
        self.dates: list[str] = []
        self.texts: list[bytes] = []  # in UTF-8
        self.numbers: list[int] = []  # the post's place in its blogger's file
        self.unreadable: list[Unreadable] = []
        self.next = first  # row of the dump
        self.bytes = 0

    def add(self, about: tuple[str | None, ...], found: list[tuple[str, bytes]], number: int = 0) -> None:
        """Posts of one blogger, from the blogger's `number`-th on."""
        if not found:
            return
        dates, texts = zip(*found, strict=True)
        self.rows += range(self.next, self.next + len(found))
        self.files += [len(self.abouts)] * len(found)
        self.abouts.append(about)
        self.dates += dates
        self.texts += texts
        self.numbers += range(number, number + len(found))
        self.bytes += sum(map(len, texts))
        self.next += len(found)

    def reject(self, text: str | None) -> None:
        """A row that is no post."""
        self.unreadable.append(Unreadable(self.next, "broken_row", text))
        self.next += 1

    def batch(self) -> Batch:
        files = pl.Series(self.files, dtype=pl.UInt32)
        frame = {"row": pl.Series(self.rows, dtype=pl.Int64)}
        for name, values in zip(ABOUT, zip(*self.abouts, strict=True) if self.abouts else [()] * 5, strict=True):
            told = (
                pl.Series(map(whole, values), dtype=pl.Int64) if name == "age" else pl.Series(values, dtype=pl.String)
            )
            frame[name] = told.gather(files)
        frame["date"] = pl.Series(map(seconds, self.dates), dtype=pl.Int64)
        frame["text"] = pl.Series(self.texts, dtype=pl.Binary).cast(pl.String)
        frame["number"] = pl.Series(self.numbers, dtype=pl.Int32)
        return Batch(pl.DataFrame(frame), self.unreadable)


def _about(name: str) -> tuple[str | None, ...]:
    parts = SURROGATE.sub("\ufffd", name).removesuffix(".xml").split(".")
    return (*parts[:5], *[None] * (5 - len(parts)))


def _member(archive: zipfile.ZipFile, file: BinaryIO, member: zipfile.ZipInfo) -> bytes:
    """One file of a zip, by the fast inflate if it was deflated, checked by its CRC."""
    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & 1:
        return archive.read(member)
    file.seek(member.header_offset)
    header = file.read(30)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    content = isal_zlib.decompress(
        file.read(member.compress_size), wbits=-15, bufsize=min(max(1, member.file_size), LARGEST)
    )
    if isal_zlib.crc32(content) != member.CRC:
        raise zipfile.BadZipFile(f"bad CRC of {member.filename}")
    return content


def _files_of_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            members = [(PurePosixPath(member.filename).name, member) for member in archive.infolist()]
            for name, member in sorted(members, key=lambda pair: (pair[0], pair[1].filename)):
                if name.endswith(".xml") and not name.startswith("."):  # ._name: what a Mac adds
                    yield name, _member(archive, file, member)
    except DAMAGED as error:
        raise InputError(
            f"{path} cannot be read as a zip file ({error}): it is truncated or damaged; {AGAIN}"
        ) from error


def _files_of_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*.xml"), key=lambda file: (file.name, file)):
        if file.is_dir() or file.name.startswith("."):
            continue
        try:
            content = file.read_bytes()
        except OSError as error:
            raise InputError(
                f"{file} cannot be read ({error.strerror}); mend it or take it out of the folder"
            ) from error
        yield file.name, content


def _from_files(path: Path, files: Iterator[tuple[str, bytes]]) -> Iterator[Batch]:
    name, columns = None, _Columns()
    for name, content in files:
        columns.add(_about(name), posts(content))
        if columns.bytes >= BATCH:
            yield columns.batch()
            columns = _Columns(columns.next)
    if name is None:
        raise InputError(f"{path} holds no .xml file: it is not the Blog Authorship Corpus; check the config")
    yield columns.batch()


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
    unended = b""
    for block in blocks(path):
        if not block.whole:
            raise InputError(f"{path}: line {block.first + 1} is longer than any post; {AGAIN}")
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
    table, columns = csv.reader(_lines(path)), _Columns()
    seen: Counter[str] = Counter()
    try:
        header = _header(path, table)
        for values in table:
            if not "".join(values).strip() and len(values) < len(header):
                continue  # a blank line
            fields = {name: value.replace(LONE, "\r") for name, value in zip(header, values, strict=False)}
            if len(values) != len(header):
                columns.reject(fields.get("text"))
                continue
            about = tuple(fields.get(name) for name in ABOUT)
            columns.add(about, [(fields["date"], fields["text"].encode())], seen[fields["id"]])
            seen[fields["id"]] += 1
            if columns.bytes >= BATCH:
                yield columns.batch()
                columns = _Columns(columns.next)
    except Truncated:
        columns.reject(None)
        yield columns.batch()
        raise
    except csv.Error as error:
        raise InputError(f"{path} cannot be read as csv ({error}); {AGAIN}") from error
    yield columns.batch()


def read(path: Path) -> Iterator[Batch]:
    """The posts of the corpus in any of its forms, bloggers in the order of their files' names."""
    form = form_of(path)
    if form == "folder":
        return _from_files(path, _files_of_folder(path))
    return _from_files(path, _files_of_zip(path)) if form == "zip" else _from_csv(path)


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
