from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.readers import opening
from humanllm.readers.fields import FLAG, KEY, NUMBER, REAL, TEXT, Batch, whole
from humanllm.readers.opening import Block
from humanllm.readers.raw import JsonLines, batches
from row_data import examples

FIELDS = {"a": TEXT, "n": NUMBER, "r": REAL, "f": FLAG, "k": KEY}


def read(path: Path, fields: Any = FIELDS, needed: tuple[str, ...] = ()) -> tuple[list[dict], list[tuple[int, str]]]:
    """The rows read, without their nulls, and (row, reason) of the others."""
    found = list(batches(path, fields, needed))
    rows = [row for batch in found for row in batch.rows.iter_rows(named=True)]
    rejects = [(reject.row, reject.reason) for batch in found for reject in batch.unreadable]
    return [{name: value for name, value in row.items() if value is not None} for row in rows], rejects


def test_every_line_is_a_record_or_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl.gz"
    content = (
        b'{"a": "1"}\n\n{"author": "Ann", "a": \n[1]\n{"a": "\xff"}\n{"a": "\\ud800"}\n{"r": NaN}\n{"a": "\x00"}\n'
    )
    path.write_bytes(gzip.compress(content))
    (batch,) = batches(path, FIELDS, ())
    assert batch.rows.select("row", "a").rows() == [(0, "1"), (5, "\ufffd"), (6, None)]
    assert [(reject.row, reject.reason) for reject in batch.unreadable] == [
        (2, "broken_json"),
        (3, "no_object"),
        (4, "undecodable"),
        (7, "broken_json"),
    ]
    assert batch.unreadable[0].text == '{"author": "", "a": '  # the line without its name


VALUES = [
    ("a", "x", "x"),
    *(("a", value, None) for value in (5, 1.5, True, None, ["x"], {})),
    *(("n", value, 3) for value in (3, 3.0, 3.7, "3", "3.0", " 3 ")),
    *(("n", value, None) for value in (None, "x", "", "nan", "inf", [3], 2**63, 10**400, -(2**63) - 1, "1e400", True)),
    ("n", -(2**63), -(2**63)),
    *(("r", value, 5.0) for value in (5, 5.0)),
    *(("r", value, None) for value in ("5", None, True, 10**400, [])),
    *(("f", value, True) for value in (True, "True", "true")),
    *(("f", value, False) for value in (False, "False")),
    *(("f", value, None) for value in (1, "yes", None, {})),
    *(("k", value, "5") for value in ("5", 5)),
    *(("k", value, None) for value in (5.5, None, True, [])),
    ("k", 1597338721846063105, "1597338721846063105"),
]


@pytest.mark.parametrize(("name", "value", "expected"), VALUES, ids=lambda value: repr(value)[:20])
def test_values_of_every_type(name: str, value: Any, expected: Any, tmp_path: Path) -> None:
    """Alone, and among values of the usual type, which come by another way."""
    path = tmp_path / "dump"
    usual = {"a": "x", "n": 1, "r": 1.5, "f": True, "k": "1"}
    for rows in ([{name: value}], [usual, {name: value}, usual]):
        path.write_text("\n".join(map(json.dumps, rows)))
        found, rejects = read(path)
        assert (found[len(rows) // 2].get(name), rejects) == (expected, [])


def test_two_values_on_a_line_are_no_record(tmp_path: Path) -> None:
    """As many objects as lines do not make an object a line."""
    path = tmp_path / "dump"
    path.write_text('{"a": "1"}\n{"a": "2"}{"a": "3"}\n\n{"a":\n"4"}{"a": "5"}\n{"a": "6"}\n')
    assert read(path) == (
        [{"row": 0, "a": "1"}, {"row": 5, "a": "6"}],
        [(1, "broken_json"), (3, "broken_json"), (4, "broken_json")],
    )


@pytest.mark.parametrize("field", ["a", "b"])
def test_a_heap_of_brackets_is_a_reject(field: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text(f'{{"{field}": {"[" * 100_000 + "]" * 100_000}}}\n{{"a": "1"}}\n')
    assert read(path) == ([{"row": 1, "a": "1"}], [(0, "broken_json")])


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_line_ends(end: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(f'\ufeff{{"a": "1"}}{end}{end}{{"a": "2"}}{end}'.encode())
    assert read(path) == ([{"row": 0, "a": "1"}, {"row": 2, "a": "2"}], [])


def test_a_wrong_encoding_is_a_reject_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(b'{"a": "caf\xc3\xa9"}\n{"a": "caf\xe9"}\n' + '{"a": "c"}\n'.encode("utf-16-le"))
    assert read(path) == ([{"row": 0, "a": "café"}], [(1, "undecodable"), (2, "broken_json"), (3, "broken_json")])


def test_a_line_too_long_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LONGEST_LINE", 1000)
    monkeypatch.setattr(opening, "PIECE", 700)
    path = tmp_path / "dump"
    path.write_text('{"a": "1"}\n{"user": "ann", "a": "%s"}\n{"a": "2"}\n' % ("x" * 5000))
    (batch,) = batches(path, FIELDS, ())
    assert batch.rows["row"].to_list() == [0, 2]
    (reject,) = batch.unreadable
    assert (reject.row, reject.reason) == (1, "line_too_long")
    assert reject.text
    assert reject.text.startswith('{"user": "", "a": "xxx')


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_gives_the_columns_that_are_there(tmp_path: Path) -> None:
    path = parquet(tmp_path / "x.zst", a=["1", None], n=["2", "3.0"], other=["4", "5"])
    assert read(path, FIELDS, ("a",)) == ([{"row": 0, "a": "1", "n": 2}, {"row": 1, "n": 3}], [])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array(["x", "3"]), [("x", None, None, "x"), ("3", 3, None, "3")]),
        (pa.array(["x", "3"], pa.large_string()), [("x", None, None, "x"), ("3", 3, None, "3")]),
        (pa.array(["x", "3"], pa.string_view()), [("x", None, None, "x"), ("3", 3, None, "3")]),
        (pa.array(["x", "3"]).dictionary_encode(), [("x", None, None, "x"), ("3", 3, None, "3")]),
        (pa.array([3, None]), [(None, 3, None, "3"), (None, None, None, None)]),
        (pa.array([2**64 - 1, 3], pa.uint64()), [(None, None, None, str(2**64 - 1)), (None, 3, None, "3")]),
        (pa.array([3.7, float("nan")]), [(None, 3, None, None), (None, None, None, None)]),
        (pa.array([True, None]), [(None, 1, True, None), (None, None, None, None)]),
        *(
            (column, [(None, None, None, None)] * 2)
            for column in (
                pa.nulls(2),
                pa.array([b"\xff", b"3"]),
                pa.array([["3"], []]),
                pa.array([{"a": 3}, None]),
                pa.array([3, 4], pa.decimal256(60, 2)),
                pa.array([datetime(2020, 1, 1), None]),
            )
        ),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_parquet_of_every_type(column: pa.Array, expected: list[tuple[Any, ...]], tmp_path: Path) -> None:
    path = parquet(tmp_path / "x", a=column, n=column, f=column, k=column)
    (batch,) = batches(path, {name: FIELDS[name] for name in "anfk"}, ())
    assert batch.rows.drop("row").rows() == expected


@pytest.mark.parametrize(
    ("binary", "text"),
    [(pa.binary(), pa.string()), (pa.large_binary(), pa.large_string()), (pa.binary_view(), pa.string_view())],
)
def test_parquet_that_is_no_utf_8_is_a_reject(binary: pa.DataType, text: pa.DataType, tmp_path: Path) -> None:
    bad = pa.array([b"good", b"b\xffd", None, b"caf\xc3\xa9"], binary).view(text)
    path = parquet(tmp_path / "x", a=bad, n=[1, 2, 3, 4])
    assert read(path) == (
        [{"row": 0, "a": "good", "n": 1}, {"row": 2, "n": 3}, {"row": 3, "a": "café", "n": 4}],
        [(1, "undecodable")],
    )


def test_parquet_without_a_needed_column_names_it(tmp_path: Path) -> None:
    path = parquet(tmp_path / "x.parquet", a=["1"])
    with pytest.raises(InputError, match="lacks the columns y, z"):
        read(path, FIELDS, ("a", "y", "z"))


def test_a_truncated_parquet_is_an_error(tmp_path: Path) -> None:
    path = parquet(tmp_path / "x.parquet", a=["1"] * 1000)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"x\.parquet cannot be read as parquet .*fetch the file again"):
        read(path)


def test_two_columns_of_one_name_are_one_or_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x"
    pq.write_table(pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["a", "a"]), path)
    rows, rejects = read(path)
    assert (len(rows), rejects) == (1, [])


def test_batches_of_many_rows_number_them_on(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text('{"k": 1}\n' * 500_000)
    found = list(batches(path, FIELDS, ()))
    assert len([batch for batch in found if len(batch.rows)]) > 1
    assert pl.concat([batch.rows["row"] for batch in found]).to_list() == list(range(500_000))
    table = parquet(tmp_path / "x", k=range(60_000))
    assert len(found := list(batches(table, FIELDS, ()))) > 1
    assert pl.concat([batch.rows["row"] for batch in found]).to_list() == list(range(60_000))


def test_whole() -> None:
    assert [whole(value) for value in (3, 3.7, "4", "4.0", None, "x", "nan", "inf", True)] == [
        *(3, 3, 4, 4, None, None, None, None, 1)
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "3", 3.0]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=3,
)
LINE = st.one_of(
    st.dictionaries(st.sampled_from([*FIELDS, "other"]), JSON, max_size=4).map(lambda row: json.dumps(row).encode()),
    st.sampled_from([b"", b" ", b"{}", b'{"a":', b"[", b'"\\ud800"', b'{"n":1}{"n":2}', b'"4"}', b"\xef\xbb\xbf{}"]),
    st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")),
)


def fields_of(batch: Batch) -> list[Any]:
    return [batch.rows.rows(), batch.unreadable]


@examples(300)
@given(lines=st.lists(LINE, min_size=1, max_size=6), end=st.sampled_from([b"\n", b"\r\n"]))
def test_the_quick_way_gives_the_same_as_line_by_line(lines: list[bytes], end: bytes) -> None:
    block = Block(end.join(lines) + end)
    quick, slow = JsonLines(FIELDS), JsonLines(FIELDS)
    quick.take(block)
    for number, line in enumerate(block.content.split(b"\n")):
        slow._doubtful(number, line)
    found, expected = quick.batch(), slow.batch()
    assert repr(fields_of(found)) == repr(fields_of(expected))  # repr, for NaN is not NaN
    assert found.rows.schema == expected.rows.schema == {"row": pl.Int64} | {n: f.dtype for n, f in FIELDS.items()}
    there = {at for at, line in enumerate(lines) if (line + end).strip(b"\n") and not (line + end).isspace()}
    rows = [*found.rows["row"], *(reject.row for reject in found.unreadable)]
    assert sorted(rows) == sorted(there)
