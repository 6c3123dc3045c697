from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.readers.raw import Raw, json_rows, rows


def test_every_line_is_a_record_or_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl.gz"
    content = b'{"a": 1}\n\n{"author": "Ann", "a": \n[1]\n{"a": "\xff"}\n{"a": "\\ud800"}\n{"a": NaN}\n{"a": "\x00"}\n'
    path.write_bytes(gzip.compress(content))
    found = list(rows(path, ["a"], ["a"]))
    assert [(raw.row, raw.reason) for raw in found] == [
        (0, None),
        (2, "broken_json"),
        (3, "no_object"),
        (4, "undecodable"),
        (5, None),
        (6, None),
        (7, "broken_json"),
    ]
    assert found[1].text == '{"author": "", "a": '  # the line without its name
    assert found[4].fields == {"a": "\ufffd"}  # half a surrogate pair, which parquet cannot hold


def test_parquet_gives_the_columns_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "x.zst"
    pq.write_table(pa.table({"a": ["1", None], "b": ["2", "3"], "c": ["4", "5"]}), path)
    assert list(rows(path, ["a", "b", "z"], ["a"])) == [
        Raw(0, {"a": "1", "b": "2"}),
        Raw(1, {"a": None, "b": "3"}),
    ]


def test_parquet_without_a_needed_column_names_it(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": ["1"]}), path)
    with pytest.raises(InputError, match="lacks the columns y, z"):
        list(rows(path, ["a"], ["a", "y", "z"]))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be read as parquet"):
        list(rows(path, ["a"], ["a"]))


@settings(max_examples=200, deadline=None)
@given(content=st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b"{}", b'{"a":', b"[", b'"\\ud800"']))))
def test_no_bytes_crash_it_and_none_are_lost(content: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "dump"
    path.write_bytes(b"\n" + b"\n".join(content))
    lines = path.read_bytes().split(b"\n")
    if path.read_bytes()[:4] in (b"PAR1", b"\x28\xb5\x2f\xfd"):
        return
    found = list(json_rows(path))
    assert len(found) == sum(bool(line) and not line.isspace() for line in lines)
    assert all((raw.fields is None) == bool(raw.reason) for raw in found)
