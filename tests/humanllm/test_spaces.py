"""`tidied` against the regular expressions that it stands for."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.spaces import tidied
from humanllm.kernels.texts import COMMON
from row_data import examples

PIECES = [
    *(" ", "  ", "   ", "\t", "\n", "\r", "\r\n", "\n\n\n", "<br>", "<BR />", "<br\n\t/>", "<Br/>"),
    *("<", "<b", "<br", "<br /", "<bra>", "< br>", "<<br>>", "/>", "a", "word", "x" * 7, "y" * 8, "z" * 23, *COMMON),
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def by_expressions(text: str) -> str:
    text = re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE).strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" {3,}", " ", text))


@examples(1500)
@given(st.lists(TEXT, min_size=1, max_size=4))
def test_line_breaks_and_spaces_are_put_in_order(texts: list[str]) -> None:
    rows = np.arange(len(texts))
    assert tidied(pl.Series(texts), rows).to_list() == [by_expressions(text) for text in texts]


@pytest.mark.parametrize("before", range(20))
@pytest.mark.parametrize("piece", ["   ", "\n\n\n", " <br>", "\r<br>\n", "<br ", " \t ", "  x", " ", "\r\n\r\n\r\n"])
def test_it_does_not_matter_where_in_a_word_of_eight_bytes_something_stands(before: int, piece: str) -> None:
    texts = [f"{'a' * before}{piece}{end}" for end in ("", "b", "b" * 9, f"b{piece}cccccccccc")]
    assert tidied(pl.Series(texts), np.arange(4)).to_list() == [by_expressions(text) for text in texts]


def test_there_is_room_for_all_that_is_written_though_the_texts_together_have_more_bytes_than_32_bits_count() -> None:
    texts = pl.Series([" a" * (1 << 23)]).gather(np.zeros(256, np.int64))  # 4 GiB of one text of 16 MB
    (text,) = tidied(texts, np.array([0]))
    assert len(text) == (1 << 24) - 1


def test_only_the_rows_that_are_asked_for_come_out() -> None:
    texts = pl.Series(["  a  ", None, "b" * 40, "c   c", None, " " * 30])
    assert tidied(texts, np.array([5, 0, 3])).to_list() == ["", "a", "c c"]
    assert tidied(texts, np.array([], np.int64)).to_list() == []
    assert tidied(texts, np.array([], np.int64)).dtype == pl.String
