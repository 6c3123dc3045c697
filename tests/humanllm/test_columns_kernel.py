"""`views_of` against the views that polars makes of the same texts."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.columns import BEHIND, views_of
from row_data import examples

TEXT = st.one_of(st.text("aé€😀", max_size=5), st.integers(0, 40).map(lambda size: "abcdefghij"[: size % 10] * size))


def views(texts: list[str], before: int = 0, slots: int = 1) -> pl.Series:
    """A column of the texts, which stand behind other letters; their ends are in the last of so many slots."""
    letters = b"?" * before + "".join(texts).encode()
    room = np.frombuffer(letters + b"?" * BEHIND, np.uint8).copy()
    ends = np.full((len(texts) + 1, slots), -1, np.int64)
    ends[:, -1] = before + np.cumsum([0, *(len(text.encode()) for text in texts)])
    found = np.full((len(texts), 2), -1).astype(np.uint64)
    views_of(room, ends, slots - 1, found)
    buffers = [None, pa.py_buffer(found), pa.py_buffer(letters[before:])]
    array = pa.Array.from_buffers(pa.string_view(), len(texts), buffers)
    array.validate(full=True)
    return pl.Series(pl.from_arrow(array))


@examples(500)
@given(st.lists(TEXT, max_size=8), st.integers(0, 9), st.integers(1, 3))
def test_the_texts_come_back(texts: list[str], before: int, slots: int) -> None:
    column = views(texts, before, slots)
    assert column.to_list() == texts
    assert column.dtype == pl.String


@pytest.mark.parametrize("size", range(30))
def test_a_text_of_any_size_is_equal_to_polars_own(size: int) -> None:
    """Polars compares views word by word: what is behind a short text must be 0."""
    texts = ["z" * size, "b" * (size + 1), "", "z" * size]
    column = views(texts)
    assert (column == pl.Series(texts)).all()
    assert column.n_unique() == len(set(texts))
    assert column.is_in(["z" * size]).to_list() == [text == "z" * size for text in texts]
