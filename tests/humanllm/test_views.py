"""A kernel sees of each row the bytes that polars has there, wherever they lie."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels import kernel
from humanllm.kernels.views import Texts, in_place, letters_at, place_of
from humanllm.kernels.words import Bytes, Places
from row_data import examples

PART = st.lists(st.none() | st.text(max_size=30) | st.sampled_from(["x" * 12, "y" * 13]), max_size=5)


@kernel
def _copy(texts: Texts, row: int, out: Bytes, size: Places) -> None:
    text = letters_at(*place_of(texts, row))
    for place in range(len(text)):
        out[place] = text[place]
    size[0] = len(text)


def seen(column: pl.Series) -> list[str | None]:
    """Each row as a kernel sees it; an empty text is a null if polars says so."""
    out, read, found = np.empty(1000, np.uint8), np.zeros(1, np.int64), []
    with in_place(column) as texts:
        for row in range(len(column)):
            _copy(texts, row, out, read)
            size = read[0]
            found.append(None if column[row] is None and not size else out[:size].tobytes().decode())
    return found


@examples(200)
@given(st.lists(PART, max_size=4), st.integers(0, 6), st.integers(0, 9))
def test_parts_of_columns_of_parts(parts: list[list[str | None]], first: int, length: int) -> None:
    columns = [pl.Series(part, dtype=pl.String) for part in parts]
    column = pl.concat([pl.Series([], dtype=pl.String), *columns], rechunk=False)[first : first + length]
    assert seen(column) == column.to_list()


@examples(100)
@given(PART, st.lists(st.integers(0, 4), max_size=4), st.text(max_size=20))
def test_columns_that_were_changed(part: list[str | None], places: list[int], text: str) -> None:
    column = pl.Series([*part, "a", "b" * 20, None, "c", "d" * 40], dtype=pl.String)
    changed = column.clone().scatter(places, text).gather(range(len(column) - 1, -1, -1))
    assert seen(changed) == changed.to_list()
    gone = column.set(pl.Series([True, False] * len(column))[: len(column)], None)
    assert seen(gone) == gone.to_list()
