from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.users import Namer, item_codes, read_key
from plain_hashes import bucket_of, code_of, keyed
from row_data import examples

KEY = bytes(range(32))
TEXTS = st.lists(st.none() | st.text(max_size=12), max_size=6)


def test_a_name_has_one_hash_under_a_key() -> None:
    assert keyed(KEY, "reddit", "ann") == "5aa55ef4035de4c57424609cd83a00ff"
    assert keyed(KEY, "reddit", "ann") != keyed(KEY, "twitter", "ann")
    assert keyed(KEY, "reddit", "ann") != keyed(bytes(32), "reddit", "ann")


@examples(100)
@given(TEXTS)
def test_a_column_of_names_has_the_hashes_of_each(names: list[str | None]) -> None:
    found = Namer(KEY, "reddit").users(pl.Series(names, dtype=pl.String))
    assert found.text.to_list() == [None if name is None else keyed(KEY, "reddit", name) for name in names]
    codes = [None if name is None else code_of(keyed(KEY, "reddit", name)) for name in names]
    assert (found.code.to_list(), found.code.dtype) == (codes, pl.UInt64)


@examples(100)
@given(TEXTS)
def test_a_column_of_keys_has_the_ids_of_each(keys: list[str | None]) -> None:
    found = Namer(KEY, "amazon").ids("reviews", pl.Series(keys, dtype=pl.String))
    hashes = [None if key is None else keyed(KEY, "amazon", "reviews", key) for key in keys]
    assert found.text.to_list() == [hashed and f"amazon:reviews:{hashed}" for hashed in hashes]
    assert found.code.to_list() == [None if hashed is None else code_of(hashed) for hashed in hashes]


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a key of 16 bytes, where the kernel of the hashes is for 32"):
        Namer(KEY[:16], "reddit")


def test_bucket_of() -> None:
    assert bucket_of("0000000a" + "f" * 24, 4) == 2


def test_codes_of_items() -> None:
    items = ["B000000001", "B000000002", "B000000001", "x", None, "", "b000000001", "B00000000\u0661"]
    codes = item_codes(pl.Series(items)).to_list()
    assert codes[0] == int("B000000001", 36) * 0x9E3779B97F4A7C15 % 2**64
    assert codes[0] == codes[2]
    assert codes[4] is None
    assert len(set(codes)) == len(items) - 1


@examples(100)
@given(TEXTS)
def test_an_item_has_one_code_whatever_is_beside_it(items: list[str | None]) -> None:
    together = item_codes(pl.Series(items, dtype=pl.String)).to_list()
    assert together == [item_codes(pl.Series([item], dtype=pl.String)).item() for item in items]


def test_a_key_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY)
    assert read_key(tmp_path / "key") == KEY
    (tmp_path / "short").write_bytes(b"secret")
    with pytest.raises(InputError, match="has 6 bytes, not 32"):
        read_key(tmp_path / "short")
    with pytest.raises(InputError, match="cannot be read"):
        read_key(tmp_path / "none")
