"""The files of bloggers in blogs.zip or its unpacked folder, in the order of their names.

("7596.male.26.Internet.Scorpio.xml", b"<Blog>  <date>31,May,2004</date>  <post> ...")
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from humanllm.errors import InputError
from humanllm.readers.opening import AGAIN, IsalError

LARGEST = 1 << 26  # bytes that the size of a file in a zip, which may lie, takes at once
# What a damaged zip may raise: its names may be no text, its sizes no sizes.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, IsalError, EOFError, OSError, RuntimeError, ValueError)


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
            found = [member for member in archive.infolist() if member.filename.endswith(".xml")]
            members = [(member.filename.rpartition("/")[2], member) for member in found]
            for name, member in sorted(members, key=lambda pair: (pair[0], pair[1].filename)):
                if not name.startswith("."):  # ._name: what a Mac adds
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


def files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file. Raises InputError if one cannot be read."""
    return _files_of_folder(path) if path.is_dir() else _files_of_zip(path)
