"""The kernel of JSON lines against Python's own parser: what it takes for plain is sound and read as it should be."""

from __future__ import annotations

import ctypes
import json
import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.json_lines import MEMBERS, read_lines
from humanllm.kernels.json_values import DEEPEST
from humanllm.readers import KINDS, plain_lines
from humanllm.readers.fields import DATE, FLAG, KEY, NUMBER, REAL, TEXT, Fields, whole
from humanllm.readers.plain_lines import Doubtful, PlainLines
from row_data import COMMENT, POST, REVIEW, examples

FIELDS: Fields = {"a": TEXT, "n": NUMBER, "r": REAL, "flag": FLAG, "key": KEY, "date": DATE, "title": TEXT}


def taken(*lines: bytes, fields: Fields = FIELDS) -> tuple[list[dict[str, Any]], list[int]]:
    """The rows of plain lines, without their nulls, and the numbers of the doubtful ones."""
    plain = PlainLines(fields)
    doubtful = [line for line, _ in plain.take(b"".join(line + b"\n" for line in lines))]
    rows = plain.frame().iter_rows(named=True)
    return [{name: value for name, value in row.items() if value is not None} for row in rows], doubtful


def value(text: str) -> Any:
    """What the field of this text's name has, if the line is plain."""
    name = text.partition(":")[0].strip(' {"')
    rows, doubtful = taken(text.encode())
    return "doubtful" if doubtful else rows[0].get(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":"x"}', "x"),
        (' {"a":"x"}', "doubtful"),
        ('{ "a" :\t"x" } \r', "x"),
        ('{"a":"x"},', "doubtful"),
        ('{"a":null}', None),
        ('{"a":nul}', "doubtful"),
        ('{"a":5}', "doubtful"),
        ('{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}', '"\\/\b\f\n\r\t'),
        ('{"a":"\\u0041\\u00e9\\u20ac\\ud83d\\ude00"}', "Aé€😀"),
        ('{"a":"\\u00E9 \\uD83D\\uDE00"}', "é 😀"),
        ('{"a":"\\u0000"}', "\0"),
        *((f'{{"a":"{odd}"}}', "doubtful") for odd in ("\\ud83d", "\\ude00", "\\ud83dx", "\\ud83d\\u0041", "\\u00g0")),
        *((f'{{"a":"{odd}"}}', "doubtful") for odd in ("\\x", "\\", "\t", "\0", "\\u12", "\\ud83d\\ud83d")),
        ('{"\\u0061":"x"}', "doubtful"),
        ('{"a":"x","a":"y"}', "doubtful"),
        ('{"a":"x",}', "doubtful"),
        ('{"a" "x"}', "doubtful"),
        ('{"n":0}', 0),
        ('{"n":-17}', -17),
        ('{"n":"1546300800"}', 1546300800),
        ('{"n":1546300800.0}', 1546300800),
        ('{"n":-3.7}', -3),
        ('{"n":"3.0"}', 3),
        ('{"n":999999999999999999}', 999999999999999999),
        *((f'{{"n":{odd}}}', "doubtful") for odd in ("01", "-", "1.", ".5", "1e3", "-0", "true", "[3]", '" 3"', '""')),
        *((f'{{"n":{odd}}}', "doubtful") for odd in ("9999999999999999999", '"1234567890123456"', "1.234567890123456")),
        ('{"r":5.0}', 5.0),
        ('{"r":0.3}', 0.3),
        ('{"r":-123456.789}', -123456.789),
        ('{"r":5}', 5.0),
        *((f'{{"r":{odd}}}', "doubtful") for odd in ('"5"', "1e2", "-0.0", "0.1234567890123456")),
        ('{"flag":true}', True),
        ('{"flag":false}', False),
        *((f'{{"flag":{odd}}}', "doubtful") for odd in ('"true"', "1", "tru", "falsey")),
        ('{"key":"x1"}', "x1"),
        ('{"key":17}', "17"),
        *((f'{{"key":{odd}}}', "doubtful") for odd in ("1.0", "-5", "1e2", "true")),
        ('{"date":null}', None),
        ('{"date":"2020-01-01"}', "doubtful"),
        ("{}", None),
        ("{} {}", "doubtful"),
        ("", "doubtful"),
        ("[]", "doubtful"),
    ],
)
def test_values(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        *((text, True) for text in ("[]", "{}", "[ ]", "[1, 2.5e-3, -0]", '{"b": [{}, {"c": null}]}', '[["]"], true]')),
        *(
            (text, True)
            for text in ('"é\\ud83d\\ude00"', "[" * DEEPEST + "]" * DEEPEST, "1E+5", "123456789012345678901")
        ),
        *(
            (text, False)
            for text in ("[", "]", "[1,]", "[,]", "[1 2]", '{"b"}', '{"b":}', '{"b":1,}', "{1:2}", "[1}", '{"b":1]')
        ),
        *((text, False) for text in ("NaN", "01", "+1", "1.e5", "1e", "[tru]", "'x'", '"\\ud83d"', '"\t"', '{"b":[}]')),
        ("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), False),
    ],
)
def test_what_no_one_asks_for_must_be_sound(text: str, plain: bool) -> None:
    for line in (f'{{"other": {text}, "a": "x"}}', f'{{"a": "x", "other":{text}}}'):
        rows, doubtful = taken(b'{"a": "w", "other": 1}', line.encode(), b'{"other": 1, "a": "y"}')
        assert [row["a"] for row in rows] == (["w", "x", "y"] if plain else ["w", "y"])
        assert doubtful == ([] if plain else [1])


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ('{"a": "x", "n": 1, "other": [1]}', {"a": "x", "n": 1}),
        ('{"a":  "x", "n":1, "other": [1]}', {"a": "x", "n": 1}),
        ('{"n": 1, "a": "x", "other": [1]}', {"a": "x", "n": 1}),
        ('{"a": "x", "n": 1, "other": [1],  "r": 2.5}', {"a": "x", "n": 1, "r": 2.5}),
        ('{"a": "x", "other": [1], "n": 1}', {"a": "x", "n": 1}),
        ('{"a": "x", "other": [1], "other": [1]}', {"a": "x"}),
        ('{"other": [1], "n": 1, "other": [1]}', {"n": 1}),
        ('{"a": "x"}', {"a": "x"}),
        ('{"a": "x", "n": 1, "other": [1], "r": 2.5}', {"a": "x", "n": 1, "r": 2.5}),
        ('{"a": "x", "nn": 1, "other": [2]}', {"a": "x"}),
        ('{"a": null, "n": null, "other": null}', {}),
        *((odd, None) for odd in ('{"a": "x", "n": 1, "a": "y"}', '{"n": 1, "n": 1}', '{"a": "x", "n": }')),
        *((odd, None) for odd in ('{"a": "x" "n": 1}', '{"a": "x", "n" 1}', '{"a": "x", "n": "one"}', '{"a": 1}')),
        ('{"a": "x", "n": 1, "other": [1], }', None),
    ],
)  # fmt: skip
def test_a_line_is_read_the_same_whatever_is_known_of_the_lines_before(line: str, row: dict[str, Any] | None) -> None:
    usual = b'{"a": "u", "n": 7, "other": [1], "key": "a long one, so that what follows is not the end of all"}'
    for before in ([], [usual], [usual, usual], [b'{"n": 1, "a": "v"}', usual], [line.encode(), usual]):
        rows, doubtful = taken(*before, line.encode(), usual)
        known = [found for found in rows if found["row"] == len(before)]
        assert known == ([] if row is None else [{"row": len(before), **row}])
        assert (len(before) in doubtful) == (row is None)
        assert rows[-1] == {"row": len(before) + 1, "a": "u", "n": 7, "key": json.loads(usual)["key"]}


@examples(300)
@given(st.binary(max_size=5) | st.text(max_size=20).map(str.encode), st.integers(0, 40))
def test_a_text_is_plain_if_it_is_utf_8(text: bytes, before: int) -> None:
    text = text.translate(None, b'"\\' + bytes(range(32)))
    line = b'{"a": "' + b"x" * before + text + b'"}'
    for padded in (line, line[:-1] + b', "b": "a long one that no one asks for"}'):
        rows, doubtful = taken(padded)
        try:
            assert rows == [{"row": 0, "a": "x" * before + text.decode()}]
        except UnicodeDecodeError:
            assert doubtful == [0]


NAMES = st.sampled_from([*FIELDS, "other", "é", "b" * 70, "titles", "titl"])
USUAL = st.fixed_dictionaries(
    {},
    optional={
        "a": st.none() | st.text(max_size=40),
        "n": st.none() | st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(0, 10**15 - 1).map(str),
        "r": st.none() | st.integers(-99, 99) | st.integers(1, 10**8).map(lambda number: number / 1000),
        "flag": st.none() | st.booleans(),
        "key": st.none() | st.text(max_size=8) | st.integers(0, 10**18 - 1),
        "other": st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=5,
        ),
        "titles": st.sampled_from(["", "x" * 30]),
    },
)
ANY = st.dictionaries(NAMES, st.none() | st.integers() | st.floats() | st.text(max_size=9) | st.booleans(), max_size=4)


@st.composite
def written(draw: st.DrawFn, row: dict[str, Any]) -> bytes:
    spaces = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", " : ")]))
    text = json.dumps(row, ensure_ascii=draw(st.booleans()), separators=spaces)
    return text.encode(errors="replace")


@st.composite
def damaged(draw: st.DrawFn, line: bytes) -> bytes:
    found = bytearray(line)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(found)))
        how = draw(st.sampled_from(["put", "cut", "flip"]))
        if how == "put":
            found[at:at] = draw(st.binary(max_size=2) | st.sampled_from([b'"', b"\\", b"{", b"}", b",", b"0", b"\\u"]))
        elif how == "cut":
            del found[at : at + draw(st.integers(1, 3))]
        elif at < len(found):
            found[at] ^= draw(st.integers(1, 255))
    return bytes(found).replace(b"\n", b"")


def number_of(value: Any) -> Any:
    return None if value is None else whole(value)


def expected(line: bytes) -> dict[str, Any]:
    """The row of a sound line by Python's parser."""

    def fail(constant: str) -> Any:
        raise ValueError(constant)

    row = json.loads(line.decode(), parse_constant=fail)
    made = {
        **{name: row.get(name) for name in ("a", "title", "flag", "date")},
        "n": number_of(row.get("n")),
        "r": None if row.get("r") is None else float(row["r"]),
        "key": None if row.get("key") is None else str(row["key"]),
    }
    return {name: value for name, value in made.items() if value is not None}


@examples(300)
@given(st.lists(USUAL.flatmap(written), min_size=1, max_size=5))
def test_usual_lines_are_plain(lines: list[bytes]) -> None:
    rows, doubtful = taken(*lines)
    assert doubtful == []
    assert rows == [{"row": number} | expected(line) for number, line in enumerate(lines)]


@examples(500)
@given(st.lists((USUAL | ANY).flatmap(written).flatmap(damaged), min_size=1, max_size=6))
def test_a_plain_line_is_sound_and_each_line_comes_once(lines: list[bytes]) -> None:
    rows, doubtful = taken(*lines)
    assert sorted([row["row"] for row in rows] + doubtful) == list(range(len(lines)))
    for row in rows:
        assert row == {"row": row["row"]} | expected(lines[row["row"]])


@examples(100)
@given(
    st.lists((USUAL | ANY).flatmap(written), min_size=1, max_size=12),
    st.lists(st.integers(1, 4), min_size=1, max_size=12),
    st.tuples(st.integers(1, 5), st.integers(1, 300), st.integers(1, 3)),
)
def test_neither_the_blocks_nor_the_parts_change_a_row(
    lines: list[bytes], sizes: list[int], part: tuple[int, int, int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_lines, "ROWS", part[0])
        patch.setattr(plain_lines, "BYTES", part[1])
        patch.setattr(plain_lines, "DOUBTFUL", part[2])
        plain, doubtful, at = PlainLines(FIELDS), [], 0
        while at < len(lines):
            block = lines[at : at + sizes[at % len(sizes)]]
            doubtful += plain.take(b"".join(line + b"\n" for line in block))
            at += len(block)
        assert plain.count + len(doubtful) == len(lines)
        rows = plain.frame()
    whole_plain = PlainLines(FIELDS)
    assert doubtful == list(whole_plain.take(b"".join(line + b"\n" for line in lines)))
    assert rows.equals(whole_plain.frame())
    assert rows.schema == {"row": pl.Int64} | {name: field.dtype for name, field in FIELDS.items()}


def test_a_doubtful_line_is_given_as_it_stands() -> None:
    plain = PlainLines(FIELDS)
    assert plain.pass_line() == 0
    assert list(plain.take(b'{"a": 1}\r\n\n{"a": "x"}\n')) == [Doubtful(1, b'{"a": 1}\r'), Doubtful(2, b"")]
    assert plain.frame()["row"].to_list() == [3]


@pytest.mark.parametrize(("kind", "row"), [("submissions", POST), ("comments", COMMENT), ("reviews", REVIEW)])
def test_the_sources_own_lines_are_plain(kind: str, row: dict[str, Any]) -> None:
    line = json.dumps(row | {"other": {"a": [1]}}).encode()
    rows, doubtful = taken(line, line, fields=KINDS[kind].fields)
    assert (len(rows), doubtful) == (2, [])
    assert rows[0] == {name: row[name] for name in KINDS[kind].fields if row.get(name) is not None} | {"row": 0}


@pytest.mark.parametrize("size", [1, 20, 21, 22, 53, 54, 85, 86])  # with name, quotes and comma up to 96 bytes
def test_what_no_one_asks_for_is_known_to_its_last_byte(size: int) -> None:
    line = b'{"others": "' + b"x" * size + b'", "a": "u", "key": "a long one, so that what follows is not the end"}'
    for place in range(line.index(b"x") - 10, line.index(b"x") + size):
        other = line[:place] + (b"y" if line[place : place + 1] == b"x" else b"z") + line[place + 1 :]
        rows, doubtful = taken(line, other, line, line)
        assert len(rows) + len(doubtful) == 4
        assert [row["a"] for row in rows] == ["u"] * len(rows)
        assert (1 in doubtful) == (line[place : place + 1] in b'": ')


def test_members_beyond_those_that_are_known() -> None:
    many = ", ".join(f'"m{number}": {number}' for number in range(MEMBERS + 10))
    for last, doubtful in (('"a": "x"', []), ('"a": "x", "a": "y"', [0, 1])):
        line = f'{{{many}, {last}, "n": 5}}'.encode()
        rows, found = taken(line, line)
        assert found == doubtful
        assert [row["a"] for row in rows] == ["x"] * (2 - len(doubtful))


@pytest.mark.parametrize(
    "end",
    [b'"a":"abc', b'"a":"a\\n', b'"a":"\\', b'"a":"\\u12', b'"a":"\\ud83d\\u', b'"n":1e', b'"n":-', b'"n', b'"a":nul'],
)
def test_nothing_is_read_behind_the_last_line_end(end: bytes) -> None:
    """Behind the array stands what would make the line sound, if it were read."""
    content = b"{" + end + b"\n"
    letters = np.frombuffer(content + b'\x80"}}}}\n', np.uint8)[: len(content)]
    plain = PlainLines(FIELDS)
    at, line, row, left = read_lines(letters, 0, 0, 0, plain.layout, plain.found)
    assert (at, line, row, left) == (len(content), 1, 0, 1)


@pytest.fixture
def page() -> Iterator[npt.NDArray[np.uint8]]:
    """Memory behind which nothing can be read: whoever does ends the process."""
    size = mmap.PAGESIZE
    memory = mmap.mmap(-1, 2 * size)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    assert protect(address + size, size, 0) == 0, ctypes.get_errno()
    yield np.frombuffer(memory, np.uint8)[:size]
    assert protect(address + size, size, mmap.PROT_READ | mmap.PROT_WRITE) == 0


@pytest.mark.parametrize("end", ['", "other": 1}', '"}', '\\n"}', '\\u00e9"}', "é", "\\", '", "n', '", "other": "'])
def test_nothing_is_read_behind_the_end_of_memory(end: str, page: npt.NDArray[np.uint8]) -> None:
    plain = PlainLines(FIELDS)
    for size in range(100):
        line = f'{{"other": 1, "a": "{"x" * size}{end}'.encode() + b"\n"
        content = b'{"other": 1, "a": "y"}\n' + line
        letters = page[-len(content) :]
        letters[:] = list(content)
        at, _, row, left = read_lines(letters, 0, 0, 0, plain.layout, plain.found)
        assert (at, row + left) == (len(content), 2)


def test_the_last_line_may_lack_its_end() -> None:
    plain = PlainLines(FIELDS)
    assert list(plain.take(b'{"a": "x"}\n{"a": "y"}')) == []
    assert plain.frame()["a"].to_list() == ["x", "y"]
