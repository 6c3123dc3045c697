"""The Blog Authorship Corpus: blogs.zip, its unpacked folder, or blogtext.csv.

One file a blogger, `7596.male.26.Internet.Scorpio.xml`, which is not well-formed XML:
    <Blog>  <date>31,May,2004</date>  <post> Q&A with ... </post>  </Blog>
"""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from humanllm.errors import InputError
from humanllm.readers.draft import Draft, string, whole
from humanllm.readers.months import month_of
from humanllm.readers.opening import AGAIN, decoded, form_of, lines
from humanllm.readers.raw import Raw

COLUMNS = ("id", "gender", "age", "topic", "sign", "date", "text")
DATE_BEFORE_POST = re.compile(r"<date>([^<]*)</date>\s*\Z")
DATE = re.compile(r"<date>[^<]*</date>\s*\Z|</Blog>\s*\Z")
LONGEST_FIELD = 1 << 26


def posts(text: str) -> Iterator[tuple[str, str]]:
    """(date, text) of each `<post>` of a blogger's file, in its order.

    A date belongs to a post only if it stands right before it, so a missing one shifts nothing: "" then. A post
    without its closing tag ends at the next post's date.
    """
    before, *opened = text.split("<post>")
    for segment in opened:
        start = before.rfind("<date>")
        date = DATE_BEFORE_POST.match(before, start) if start >= 0 else None
        content, closing, _ = segment.partition("</post>")
        yield (date[1].strip() if date else ""), content if closing else DATE.sub("", segment)
        before = segment


def _blogger(name: str) -> dict[str, str]:
    """What a file's name tells: id.gender.age.industry.sign.xml."""
    parts = name.removesuffix(".xml").split(".")
    return dict(zip(COLUMNS, parts[:5], strict=False))


def _files_of_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [(PurePosixPath(member).name, member) for member in archive.namelist()]
            for name, member in sorted(members):
                if name.endswith(".xml") and not name.startswith("."):  # ._name: what a Mac adds
                    yield name, archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise InputError(
            f"{path} cannot be read as a zip file ({error}): it is truncated or damaged; {AGAIN}"
        ) from error


def _files_of_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*.xml"), key=lambda file: file.name):
        yield file.name, file.read_bytes()


def _from_files(path: Path, files: Iterator[tuple[str, bytes]]) -> Iterator[Raw]:
    row, name = 0, None
    for name, content in files:
        blogger = _blogger(name)
        for number, (date, text) in enumerate(posts(decoded(content))):
            yield Raw(row, blogger | {"date": date, "text": text, "number": number})
            row += 1
    if name is None:
        raise InputError(f"{path} holds no .xml file: it is not the Blog Authorship Corpus; check the config")


def _from_csv(path: Path) -> Iterator[Raw]:
    """Rows of blogtext.csv; quoted fields may run over many lines."""
    csv.field_size_limit(LONGEST_FIELD)
    table = csv.reader(decoded(line.content) + "\n" for line in lines(path))
    try:
        header = [name.strip().lower() for name in next(table)]
        if missing := [name for name in ("id", "date", "text") if name not in header]:
            raise InputError(
                f"{path} lacks the columns {', '.join(missing)}: blogs are blogs.zip, its folder or blogtext.csv"
            )
        seen: Counter[str] = Counter()
        for row, values in enumerate(table):
            fields: dict[str, Any] = dict(zip(header, values, strict=False))
            if len(values) != len(header):
                yield Raw(row, None, "broken_row", fields.get("text"))
                continue
            yield Raw(row, fields | {"number": seen[fields["id"]]})
            seen[fields["id"]] += 1
    except csv.Error as error:
        raise InputError(f"{path} cannot be read as csv ({error}); {AGAIN}") from error


def read(path: Path) -> Iterator[Raw]:
    """The posts of the corpus in any of its forms, bloggers in the order of their files' names."""
    form = form_of(path)
    if form == "folder":
        return _from_files(path, _files_of_folder(path))
    if form == "zip":
        return _from_files(path, _files_of_zip(path))
    return _from_csv(path)


def seconds(date: str) -> int | None:
    """Midnight UTC of `31,May,2004`; None if it names no day."""
    day, month, year = [*date.split(","), "", ""][:3]
    number = month_of(month.strip())
    try:
        return int(datetime(int(year), number, int(day), tzinfo=UTC).timestamp()) if number else None
    except (ValueError, OverflowError):
        return None


def post(fields: Mapping[str, Any], path: Path) -> Draft | str:
    """A post as a draft, or why it is none: no_id, no_time."""
    name = string(fields.get("id")).strip()
    time = seconds(string(fields.get("date")))
    if not name:
        return "no_id"
    if time is None:
        return "no_time"
    industry = string(fields.get("topic"))
    about = {"age": whole(fields.get("age")), "gender": fields.get("gender"), "sign": fields.get("sign")}
    return Draft(
        key=f"{name}\0{fields['number']}",
        name=name,
        time=time,
        text=string(fields.get("text")),
        community=None if industry == "indUnk" else industry or None,
        extra=about,
    )
