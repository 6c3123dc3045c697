"""Whatever bytes a dump has, each reader gives every record once, with a reason if it cannot be read, or one error."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.ingest import Dump, ingest
from humanllm.readers import KINDS, read_dump
from humanllm.readers.draft import DRAFT, drafts
from humanllm.readers.opening import Truncated, form_of
from humanllm.tables import DROPPED, FILTERED, read_rows
from row_data import COMMENT, KEY, KNOBS, POST, REVIEW, TEXT, TWEET, examples

FUZZ = examples(120)
JSON_KINDS = {"submissions": POST, "comments": COMMENT, "reviews": REVIEW, "tweets": TWEET}
# Values that one dump or another has had in a place where they do not belong.
ODD = st.sampled_from(
    [
        *(None, True, False, 0, -1, 3.7, 1e308, -1e-320, float("inf"), float("nan")),
        *(2**31, 2**53 + 1, 2**63, 2**64, 10**400, [], {}, [[]], {"": None}, {"\ud800": 1}),
        *("", " ", "None", "null", "nan", "1e999", "12", "12.5", "\x00", "\ud800", "\udfff\ud800", "\ufeff"),
        *("é\u0301", "[deleted]", "t3_", "t3_p1", "&#x110000;", "<br", "\u2028", "😀", "a" * 3000, "٣", "İ"),
    ]
)
VALUE = ODD | st.text(max_size=20) | st.integers() | st.floats() | st.sampled_from([TEXT, f"{TEXT} {TEXT}"])
SIGNS = st.sampled_from([b"\0", b"\n", b"\r", b"\r\n", b"{", b"}\n{", b'"', b"\\ud800"])
ENCODINGS = ["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "latin-1", "cp1252", "utf-7"]
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@contextmanager
def dump_of(content: bytes, name: str = "Toys") -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes with some cut, changed, repeated, or put between."""
    found = bytearray(content)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(found) - 1)))
        how = draw(st.sampled_from(["cut", "flip", "put", "drop", "twice"]))
        if how == "cut":
            del found[at:]
        elif how == "flip" and found:
            found[at] ^= draw(st.integers(1, 255))
        elif how == "put":
            found[at:at] = draw(st.binary(max_size=6) | SIGNS)
        elif how == "drop":
            del found[at : at + draw(st.integers(1, 30))]
        else:
            found[at:at] = found[at : at + draw(st.integers(1, 60))]
    return bytes(found)


@st.composite
def json_dumps(draw: st.DrawFn, kind: str) -> bytes:
    """Lines of a dump of the kind with odd values in some fields."""
    usual = JSON_KINDS[kind]
    names = st.sampled_from([*usual, *KINDS[kind].fields, "other"])
    row = st.dictionaries(names, VALUE, max_size=3).map(lambda odd: usual | odd)
    rows = draw(st.lists(row, min_size=1, max_size=6))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\n\n", "\r", " \n\t\n"]))
    ascii_only = draw(st.booleans())
    text = "".join(json.dumps(row, ensure_ascii=ascii_only) + end for row in rows)
    content = text.encode(draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(["replace", "ignore"])))
    return draw(mutated(content))


def places(kind: str, path: Path, accept_truncated: bool = False) -> list[int] | None:
    """The rows that the reader gives, read or not, in drafts of the right types; None for an error of one line."""
    found = []
    failed: InputError | None = None
    try:
        for batch in read_dump(kind, path):
            made = drafts(batch.rows, KINDS[kind].draft(path))
            assert made.schema == DRAFT
            found += [*made["row"], *(reject.row for reject in batch.unreadable)]
            assert all(reject.reason for reject in batch.unreadable)
    except InputError as error:
        failed = error
    assert len(set(found)) == len(found)
    if failed:
        assert str(path) in str(failed)
        assert "\n" not in str(failed)
    return None if failed and not (accept_truncated and isinstance(failed, Truncated)) else sorted(found)


def ingested(kind: str, path: Path) -> None:
    """In = kept + dropped, every row of the dump once in one of them."""
    kept, dropped, stats = (path.with_name(f"out.{part}") for part in ("kept", "dropped", "stats"))
    expected = places(kind, path, accept_truncated=True)
    try:
        tally = ingest(Dump(kind, "d", path, KEY, 3, KNOBS[kind] | {"accept_truncated": True}), kept, dropped, stats)
    except InputError:
        assert not kept.exists()
        return
    rows = [row["row"] for row in [*read_rows(kept, FILTERED), *read_rows(dropped, DROPPED)]]
    assert sorted(rows) == expected
    counts = read_json(stats)
    assert counts["in"] == len(rows) == tally.kept + sum(counts["dropped"].values())


@pytest.mark.parametrize("kind", JSON_KINDS)
@FUZZ
@given(data=st.data())
def test_json_lines(kind: str, data: st.DataObject) -> None:
    content = data.draw(json_dumps(kind))
    form = data.draw(st.sampled_from([*PACKERS]))
    with dump_of(PACKERS[form](content)) as path:
        if not content or form_of(path) != form:
            return
        lines = content.split(b"\n")
        assert places(kind, path) == [at for at, line in enumerate(lines) if line and not line.isspace()]
        ingested(kind, path)


@pytest.mark.parametrize("kind", JSON_KINDS)
@FUZZ
@given(data=st.data())
def test_damaged_files_of_json_lines(kind: str, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["gzip", "zstd"]))
    whole = PACKERS[form](data.draw(json_dumps(kind)) * 5)
    with dump_of(whole[:4] + data.draw(mutated(whole[4:]))) as path:
        ingested(kind, path)


@FUZZ
@given(kind=st.sampled_from([*KINDS]), content=st.binary(max_size=200))
def test_any_bytes(kind: str, content: bytes) -> None:
    with dump_of(content) as path:
        ingested(kind, path)


SIZED = st.integers(1, 5)
TYPES: list[Any] = [
    *(pa.string(), pa.large_string(), pa.binary(), pa.int8(), pa.int64(), pa.uint64(), pa.float32(), pa.float64()),
    *(pa.bool_(), pa.null(), pa.timestamp("us", "UTC"), pa.timestamp("ns"), pa.date32(), pa.time64("us")),
    *(pa.duration("ms"), pa.decimal128(20, 3), pa.decimal256(50, 2), pa.list_(pa.string())),
    pa.struct([("a", pa.int8())]),
    *(pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int8(), pa.int64()), pa.binary(3), pa.string_view()),
]


@st.composite
def columns(draw: st.DrawFn, rows: int) -> pa.Array:
    """A column of a random type whose values are random bytes where the type lets them be."""
    kind = draw(st.sampled_from(TYPES))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        value = st.none() | st.binary(max_size=6) | st.sampled_from([b"12", b"a", TEXT.encode()])
        values = draw(st.lists(value, min_size=rows, max_size=rows))
        wide = pa.types.is_large_string(kind)
        return pa.array(values, pa.large_binary() if wide else pa.binary()).view(kind)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_timestamp(kind):
        width = kind.bit_width // 8
        size = rows * width
        return pa.Array.from_buffers(kind, rows, [None, pa.py_buffer(draw(st.binary(min_size=size, max_size=size)))])
    if pa.types.is_dictionary(kind):
        values = draw(st.lists(st.none() | st.sampled_from(["5", "6"]), min_size=rows, max_size=rows))
        return pa.array(values).cast(kind.value_type).dictionary_encode()
    return pa.nulls(rows, kind)


@st.composite
def parquets(draw: st.DrawFn, kind: str) -> tuple[bytes, int]:
    """A table with the columns of the kind, some of another type or missing, as a file; and its rows."""
    rows = draw(SIZED)
    usual = {name: pa.array([str(value)] * rows) for name, value in JSON_KINDS[kind].items()}
    odd = draw(st.dictionaries(st.sampled_from([*KINDS[kind].fields]), columns(rows), max_size=4))
    table = {name: pa.nulls(rows, pa.string()) for name in KINDS[kind].needed} | usual | odd
    for name in draw(st.sets(st.sampled_from([*table]), max_size=1)):
        del table[name]
    sink = io.BytesIO()
    pq.write_table(pa.table(table), sink, compression=draw(st.sampled_from(["zstd", "none", "snappy"])))
    return sink.getvalue(), rows


@pytest.mark.parametrize("kind", JSON_KINDS)
@FUZZ
@given(data=st.data())
def test_parquet(kind: str, data: st.DataObject) -> None:
    content, rows = data.draw(parquets(kind))
    with dump_of(content, "Toys.parquet") as path:
        assert places(kind, path) in (None, list(range(rows)))
        ingested(kind, path)


@FUZZ
@given(data=st.data())
def test_damaged_parquet(data: st.DataObject) -> None:
    content, _ = data.draw(parquets("tweets"))
    with dump_of(b"PAR1" + data.draw(mutated(content[4:]))) as path:
        ingested("tweets", path)


BLOG = st.lists(
    st.sampled_from(
        ["<post>", "</post>", "<post>", "<date>31,May,2004</date>", "<date>", "</date>", "<date>1,,</date>", "</Blog>"]
    )
    | st.text(max_size=10)
    | st.sampled_from([TEXT, f"{TEXT} &amp; {TEXT}", "\x00", "\r\n"]),
    max_size=20,
).map("".join)
NAME = st.sampled_from(
    ["1.male.20.Arts.Leo.xml", "2.xml", "a/3.female.x.indUnk.Leo.xml", ".hidden.xml", "..xml", "é.1.xml", "x.txt"]
)
FILES = st.dictionaries(
    NAME,
    st.tuples(BLOG, st.sampled_from(ENCODINGS)).map(lambda blog: blog[0].encode(blog[1], "replace")),
    max_size=4,
)


def zipped(files: dict[str, bytes], how: int) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()


def posts_of(files: dict[str, bytes]) -> int:
    """How many `<post>` there are in files of one byte a letter."""
    read = [name for name in files if name.endswith(".xml") and not Path(name).name.startswith(".")]
    return sum(files[name].count(b"<post>") for name in read)


@FUZZ
@given(files=FILES, how=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
def test_blogs_in_a_zip_and_a_folder(files: dict[str, bytes], how: int) -> None:
    with dump_of(zipped(files, how), "blogs.zip") as path:
        found = places("blogs", path)
        assert found in (None, list(range(posts_of(files))))
        ingested("blogs", path)
        folder = path.with_name("blogs")
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        if folder.exists():
            assert places("blogs", folder) in (None, list(range(posts_of(files))))
            ingested("blogs", folder)


@FUZZ
@given(data=st.data())
def test_a_damaged_zip_of_blogs(data: st.DataObject) -> None:
    whole = zipped(data.draw(FILES), data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])))
    with dump_of(b"PK" + data.draw(mutated(whole[2:])), "blogs.zip") as path:
        ingested("blogs", path)


CELL = st.sampled_from(["1", "male", '"31,May,2004"', f'"{TEXT}"', '"a\nb"', '"a""b"', "", '"', "x", "é", "\x00", " "])


@FUZZ
@given(data=st.data())
def test_blogs_as_csv(data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(CELL, min_size=6, max_size=8), max_size=6))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = "id,gender,age,topic,sign,date,text" + end + "".join(",".join(row) + end for row in rows)
    content = data.draw(mutated(text.encode(data.draw(st.sampled_from(ENCODINGS)), "replace")))
    form = data.draw(st.sampled_from([*PACKERS]))
    with dump_of(PACKERS[form](content), "blogtext.csv") as path:
        found = places("blogs", path) if content else None
        assert found is None or found == list(range(len(found)))
        ingested("blogs", path)


@FUZZ
@given(rows=st.lists(st.tuples(st.text(max_size=4), st.text(max_size=30)), max_size=6))
def test_well_made_csv_has_a_post_a_row(rows: list[tuple[str, str]]) -> None:

    sink = io.StringIO()
    writer = csv.writer(sink, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["id", "date", "text"])
    writer.writerows((name, "31,May,2004", text) for name, text in rows)
    with dump_of(sink.getvalue().encode("utf-8", "replace"), "blogtext.csv") as path:
        assert places("blogs", path) == list(range(len(rows)))
