"""Opening a dump by what it is: its first bytes tell, its name may not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import zstandard

from humanllm.errors import InputError

MAGIC = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
    b"PAR1": "parquet",
}
WINDOW = 2**31  # Pushshift's .zst need a window of 2 GiB
CHUNK = 1 << 18
LONGEST_LINE = 1 << 24  # bytes; a longer line is no record of any source and would fill the memory
AGAIN = "fetch the file again"


class Line(NamedTuple):
    number: int  # from 0
    content: bytes  # without the line end; the start of it if it was longer than LONGEST_LINE
    whole: bool


def form_of(path: Path) -> str:
    """One of folder, zstd, gzip, zip, parquet, plain. Raises InputError if there is no such file or it is empty."""
    if path.is_dir():
        return "folder"
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; check the pattern of this dump in the config") from error
    if not start:
        raise InputError(f"{path} is empty; {AGAIN} or take it out of the config")
    skippable = start[1:] == b"\x2a\x4d\x18" and start[0] >> 4 == 5  # pzstd begins with such a frame
    return "zstd" if skippable else next((form for magic, form in MAGIC.items() if start.startswith(magic)), "plain")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def _zstd_pieces(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """All frames of a .zst. zstandard's own reader takes a cut file for a finished one, hence the frames by hand."""
    context = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    frame = context.decompressobj()
    for piece in _pieces(file):
        while piece:
            if frame.eof:
                frame = context.decompressobj()
            yield frame.decompress(piece)
            piece = frame.unused_data if frame.eof else b""
    if not frame.eof:
        raise InputError(f"{path} ends in the middle of its zstd stream: it is truncated; {AGAIN}")


def pieces(path: Path) -> Iterator[bytes]:
    """The decompressed bytes of a .zst, .gz or plain file, piece by piece.

    Raises InputError if the file is cut, damaged or of another form.
    """
    form = form_of(path)
    try:
        if form == "zstd":
            with path.open("rb") as file:
                yield from _zstd_pieces(file, path)
        elif form in ("gzip", "plain"):
            with gzip.open(path) if form == "gzip" else path.open("rb") as file:
                yield from _pieces(file)  # type: ignore[arg-type]
        else:
            raise InputError(f"{path} is a {form}, where a text file (plain, .gz or .zst) is read; check the config")
    except EOFError as error:
        raise InputError(f"{path} ends in the middle of its gzip stream: it is truncated; {AGAIN}") from error
    except (OSError, zlib.error, zstandard.ZstdError) as error:
        raise InputError(f"{path} cannot be decompressed ({error}); {AGAIN}") from error


def lines(path: Path) -> Iterator[Line]:
    """The lines of a text file in bounded memory."""
    number, tail, cut = 0, b"", False
    for piece in pieces(path):
        *complete, tail = (tail + piece).split(b"\n")
        for content in complete:
            yield Line(number, content[:LONGEST_LINE], not cut and len(content) <= LONGEST_LINE)
            number, cut = number + 1, False
        if len(tail) > LONGEST_LINE:
            tail, cut = tail[:LONGEST_LINE], True
    if tail:
        yield Line(number, tail, not cut)


def decoded(content: bytes) -> str:
    """Text of unknown encoding: strict UTF-8, then cp1252, then latin-1, which never fails."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
