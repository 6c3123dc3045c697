"""`tidied` against the regular expressions that it stands for."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.spaces import room, tidied
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
    assert tidied(pl.Series(texts)).to_list() == [by_expressions(text) for text in texts]


@pytest.mark.parametrize("before", range(20))
@pytest.mark.parametrize("piece", ["   ", "\n\n\n", " <br>", "\r<br>\n", "<br ", " \t ", "  x", " ", "\r\n\r\n\r\n"])
def test_it_does_not_matter_where_in_a_word_of_eight_bytes_something_stands(before: int, piece: str) -> None:
    texts = [f"{'a' * before}{piece}{end}" for end in ("", "b", "b" * 9, f"b{piece}cccccccccc")]
    assert tidied(pl.Series(texts)).to_list() == [by_expressions(text) for text in texts]


def test_there_is_room_for_all_that_is_written_though_the_texts_together_have_more_bytes_than_32_bits_count() -> None:
    texts = pl.Series([" a" * (1 << 23)]).gather([0] * 256)  # 4 GiB of one text of 16 MB
    assert room(texts) >= 256 << 24


def test_no_texts_and_parts_of_columns() -> None:
    texts = pl.Series(["  a  ", "b" * 40, "c   c", " " * 30])
    assert tidied(texts[2:]).to_list() == ["c c", ""]
    assert tidied(texts[:0]).to_list() == []
    assert tidied(texts[:0]).dtype == pl.String
