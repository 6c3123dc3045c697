"""Opening a dump by what it is: its first bytes tell, its name may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
from isal import igzip_lib, isal_zlib
from isal.igzip import IGzipFile

from humanllm.errors import InputError

T = TypeVar("T")
MAGIC = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
    b"PAR1": "parquet",
}
WINDOW_LOG = 31  # Pushshift's .zst need a window of 2 GiB
COMPRESSED = 1 << 18  # bytes of a compressed file at a time
PIECE = 2 << 20  # bytes of text at a time
GZIP = 31  # wbits of a gzip stream
LONGEST_LINE = 1 << 24  # bytes; a longer line is no record of any source and would fill the memory
LONGEST_KEPT = 40_000  # bytes of such a line that are looked at
AGAIN = "fetch the file again"
IsalError: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # its stub calls it an instance


class Truncated(InputError):
    """A dump that ends before its end; `humanllm.ingest` takes what was read if the config accepts that."""


def as_far_as_it_goes(found: Iterator[T], accept_truncated: bool, facts: Counter[str]) -> Iterator[T]:
    """What is found in a dump; that it is truncated is an error, or counted in `facts` if the config accepts it."""
    try:
        yield from found
    except Truncated as error:
        if not accept_truncated:
            raise Truncated(f"{error}, or set filters.accept_truncated to take what can be read") from error
        facts["truncated"] += 1


class Block(NamedTuple):
    """Lines of a text file: whole ones, or the start of a single one that is longer than LONGEST_LINE."""

    content: bytes
    whole: bool = True


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


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while piece := file.read(size):
        yield piece


def _frame() -> ZstdDecompressor:
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: WINDOW_LOG})


def _zstd_pieces(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """All frames of a .zst, never more than a piece at a time: four bytes of one may say 128 KB."""
    frame = _frame()
    for piece in _pieces(file, COMPRESSED):
        while piece or not (frame.needs_input or frame.eof):
            if frame.eof:
                frame = _frame()
            yield frame.decompress(piece, PIECE)
            piece = frame.unused_data if frame.eof else b""
    if not frame.eof:
        raise Truncated(f"{path} ends in the middle of its zstd stream: it is truncated; {AGAIN}")


def _gzip_pieces(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """All members of a .gz. The file object makes room for a piece at once; a decompressor grows its own, by copies;
    but what it has read is lost when it meets the end of a cut file, so that is read once more for its rest."""
    members, given = IGzipFile(fileobj=file, mode="rb"), 0
    try:
        while piece := members.read1(PIECE):
            given += len(piece)
            yield piece
    except EOFError as error:
        yield from _rest_of_cut(file, given)
        raise Truncated(f"{path} ends in the middle of its gzip stream: it is truncated; {AGAIN}") from error


def _rest_of_cut(file: BinaryIO, given: int) -> Iterator[bytes]:
    """What a .gz that is cut holds behind the bytes that were given."""
    file.seek(0)
    member = isal_zlib.decompressobj(wbits=GZIP)
    for piece in _pieces(file, COMPRESSED):
        while piece:
            if member.eof:
                piece = piece.lstrip(b"\0")  # padding between members
                member = isal_zlib.decompressobj(wbits=GZIP) if piece else member
            else:
                found = member.decompress(piece, PIECE)
                yield found[given:]
                given = max(0, given - len(found))
                piece = member.unused_data if member.eof else member.unconsumed_tail
    yield member.flush()[given:]


READERS = {"zstd": _zstd_pieces, "gzip": _gzip_pieces, "plain": lambda file, path: _pieces(file, PIECE)}


def pieces(path: Path) -> Iterator[bytes]:
    """The decompressed bytes of a .zst, .gz or plain file, piece by piece.

    Raises InputError if the file is damaged or of another form, Truncated if it is cut.
    """
    form = form_of(path)
    if form not in READERS:
        raise InputError(f"{path} is a {form}, where a text file (plain, .gz or .zst) is read; check the config")
    try:
        with path.open("rb") as file:
            yield from READERS[form](file, path)
    except (OSError, IsalError, ZstdError) as error:
        raise InputError(f"{path} cannot be decompressed ({error}); {AGAIN}") from error


class _Lines:
    """Cuts pieces into blocks at line ends."""

    def __init__(self) -> None:
        self.rest = b""  # the start of a line
        self.overlong = False  # in the rest of a line whose start was given

    def take(self, piece: bytes) -> Iterator[Block]:
        """The blocks that end in `piece`, which is cut first if it is large: so only its first line can be too long."""
        for start in range(0, len(piece), PIECE):
            yield from self._take(piece[start : start + PIECE])

    def _take(self, piece: bytes) -> Iterator[Block]:
        if self.overlong:
            _, end, piece = piece.partition(b"\n")
            if not end:
                return
            self.overlong = False
        end_of_last = piece.rfind(b"\n") + 1
        if end_of_last:
            content = b"".join((self.rest, memoryview(piece)[:end_of_last]))
            yield from self._whole(content, len(self.rest) + piece.find(b"\n"))
            self.rest = b""
        self.rest += piece[end_of_last:]
        if len(self.rest) > LONGEST_LINE:
            yield self._start_of(self.rest)
            self.overlong, self.rest = True, b""

    def _whole(self, content: bytes, end_of_first: int) -> Iterator[Block]:
        """The block of these lines, behind the start of the first one if that is too long."""
        if end_of_first > LONGEST_LINE:
            yield self._start_of(content)
            content = content[end_of_first + 1 :]
        if content:
            yield Block(content)

    def _start_of(self, line: bytes) -> Block:
        return Block(line[:LONGEST_KEPT], whole=False)

    def finish(self) -> Iterator[Block]:
        """The last line, if it lacks its end."""
        if self.rest:
            yield Block(self.rest)


def blocks(path: Path) -> Iterator[Block]:
    """The lines of a text file in bounded memory. A truncated file's lines come before its error."""
    cutter = _Lines()
    try:
        for piece in pieces(path):
            yield from cutter.take(piece)
    except Truncated:
        yield from cutter.finish()
        raise
    yield from cutter.finish()


def decoded(content: bytes) -> str:
    """Text of unknown encoding: strict UTF-8, then cp1252, then latin-1, which never fails."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
