from __future__ import annotations

import hashlib
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.blake2 import BLOCK_BYTES, Hashes, hashes
from humanllm.kernels.views import in_place
from humanllm.kernels.words import Bytes
from humanllm.users import Namer
from plain_hashes import code_of, keyed
from row_data import examples

KEY = bytes(range(32))
AROUND = [size for size in range(3 * BLOCK_BYTES + 2) if (size + 1) % BLOCK_BYTES < 3]  # 0, 127, 128, 129, 255, ...
SIZES = st.sampled_from([*AROUND, 5000]) | st.integers(0, 300)
# Of two letters, so that values that stand together are often equal, or differ by the last one.
ALIKE = st.builds(lambda size, end: b"x" * size + end, SIZES, st.sampled_from([b"", b"x", b"y"]))
VALUES = st.lists(st.none() | st.binary(max_size=20) | ALIKE, max_size=6)
NAMES = pl.Series(["ann", None, "ann", "ann", "Zoë", "", "日本", "bob" * 100, None, "x"])
IN_TWO = pl.concat([NAMES[7:], NAMES[:3]], rechunk=False)


def _bytes(letters: bytes) -> Bytes:
    return np.frombuffer(letters, dtype=np.uint8)


def by_kernel(key: bytes, before: bytes, values: list[bytes | None], prefix: bytes = b"") -> list[tuple[str, int]]:
    """The text and the first word of each value."""
    known = np.array([value is not None for value in values], dtype=bool)
    head = _bytes(key.ljust(BLOCK_BYTES, b"\0") + before)
    found = Hashes.room(len(values), _bytes(prefix))
    with in_place(pl.Series(values, dtype=pl.Binary)) as those:
        hashes(head, those, known, _bytes(prefix), found)
    texts = [found.texts[start:end].tobytes().decode() for start, end in pairwise(found.bounds)]
    return list(zip(texts, found.words[:, 0].tolist(), strict=True))


def by_hashlib(key: bytes, before: bytes, values: list[bytes | None], prefix: bytes = b"") -> list[tuple[str, int]]:
    hashed = [value is not None and hashlib.blake2b(before + value, digest_size=16, key=key) for value in values]
    return [
        (prefix.decode() + of.hexdigest(), int.from_bytes(of.digest()[:8], "little")) if of else ("", 0)
        for of in hashed
    ]


@examples(300)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=20), SIZES, VALUES)
def test_values_are_hashed_as_hashlib_does(key: bytes, start: bytes, size: int, values: list[bytes | None]) -> None:
    case = (key, start + bytes(size), values, b"reddit:")
    assert by_kernel(*case) == by_hashlib(*case)


@pytest.mark.parametrize("before", [b"", b"amazon\0reviews\0", bytes(127), bytes(128)])
def test_values_that_end_about_a_block(before: bytes) -> None:
    values: list[bytes | None] = [b"z" * (size - len(before)) for size in AROUND if size >= len(before)]
    assert by_kernel(KEY, before, values) == by_hashlib(KEY, before, values)


def test_nothing_of_a_value_is_left_for_the_next() -> None:
    values = [b"a" * 300, b"b", None, b"b", b"", b"", b"a" * 127, b"a" * 126]
    assert by_kernel(KEY, b"", values) == by_hashlib(KEY, b"", values)


@pytest.mark.parametrize("behind", [[], [None], [b"d"], [b"d", None, b"d"], [b"e"], [None, b"e" * 200, b"f"]])
def test_values_are_hashed_in_groups_of_any_fill(behind: list[bytes | None]) -> None:
    for size in range(6):
        values = [*[b"a", b"b" * 300, b"c", b"d", b"x"][:size], *behind]
        assert by_kernel(KEY, b"", values) == by_hashlib(KEY, b"", values)


@pytest.mark.parametrize(
    "names",
    [
        *(NAMES, NAMES[3:8], NAMES[1:2], NAMES[4:4], IN_TWO, IN_TWO[2:5]),
        *(pl.Series(names, dtype=pl.String) for names in ([], [None] * 3, ["", ""])),
    ],
)
def test_columns_however_polars_holds_them(names: pl.Series) -> None:
    ids = Namer(KEY, "reddit").ids("comments", names)
    hashed = [None if name is None else keyed(KEY, "reddit", "comments", name) for name in names]
    assert ids.text.to_list() == [of and f"reddit:comments:{of}" for of in hashed]
    assert ids.code.to_list() == [of and code_of(of) for of in hashed]
    assert (ids.text.dtype, ids.code.dtype) == (pl.String, pl.UInt64)


def test_all_columns_share_what_is_compiled() -> None:
    """It takes seconds, again for any array that is writable where another is not, or of other numbers."""
    for names in (NAMES, NAMES[:0], NAMES[1:2], IN_TWO):
        Namer(KEY, "reddit").users(names)
    assert len(hashes.codes) == 1  # type: ignore[attr-defined]
