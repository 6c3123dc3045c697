# ruff: noqa: RUF001 - letters of many alphabets
"""The kernel is held against the rule's expression alone: where it is sure of a text, that says the same."""

from __future__ import annotations

import re
from contextlib import ExitStack

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarded import guarded
from humanllm.filters.blogger import FIRST_PERSON, no_first_person
from humanllm.kernels.pronouns import DOUBTFUL, NONE, SURE, WORDS, _pronouns, pronouns
from humanllm.kernels.views import INLINE, Texts
from row_data import examples

LISTED = {word.lower() for word in re.findall(r"(?<![\\a-z?])[A-Za-z]{2,}", FIRST_PERSON)} | {"i"}
BESIDE = [
    " ",
    "\n",
    "\0",
    "\x7f",
    ".",
    ",",
    "'",
    "-",
    "_",
    "1",
    "e",
    "x",
    "é",
    "ſ",
    "İ",
    "ı",
    "\u0301",
    "\xa0",
    "’",
    "日",
]
PART = st.sampled_from([*WORDS, *map(str.upper, WORDS), *map(str.title, WORDS)]) | st.sampled_from(BESIDE)
SAID = st.lists(PART | st.just(" "), max_size=12).map("".join) | st.text(alphabet="imeywusorflvn .ſ", max_size=30)


def verdicts(texts: list[str], at_end: bool) -> list[int]:
    """Of texts of which each is guarded."""
    with ExitStack() as stack:
        contents = [text.encode() for text in texts]
        addresses = [stack.enter_context(guarded(content, at_end)) for content in contents]
        views = np.zeros((len(texts), 4), np.uint32)
        for row, content in enumerate(contents):
            views[row, 0], views[row, 2] = len(content), row
            if len(content) <= INLINE:
                views[row].view(np.uint8)[4 : 4 + len(content)] = list(content)
        found = np.zeros(len(texts), np.uint8)
        _pronouns(Texts(views, views.ctypes.data, np.array(addresses, np.int64)), found)
        return found.tolist()


def test_words_are_those_of_the_expression() -> None:
    assert set(WORDS) == LISTED


@examples(500)
@given(st.lists(st.tuples(st.sampled_from(["", "no " * 4, "no " * 9]), SAID).map("".join), max_size=5), st.booleans())
def test_what_is_sure_is_what_the_expression_finds(texts: list[str], at_end: bool) -> None:
    expected = pl.Series(texts, dtype=pl.String).str.contains(FIRST_PERSON).to_list()
    found = verdicts(texts, at_end)
    assert found == pronouns(pl.Series(texts, dtype=pl.String)).tolist()
    assert [
        told if verdict == DOUBTFUL else verdict == SURE for told, verdict in zip(expected, found, strict=True)
    ] == (expected)
    rule = pl.DataFrame({"text": texts}, {"text": pl.String}).select(no_first_person({"first_person": True}))
    assert rule.to_series().to_list() == [not told for told in expected]


@examples(200)
@given(st.lists(st.sampled_from([*WORDS, "it", "so", " ", ",", "\n", "'", "_", "7"]), max_size=12).map("".join))
def test_nothing_is_doubtful_in_ascii_but_capitals_and_full_stops(text: str) -> None:
    assert verdicts([text], True) == [SURE if re.search(FIRST_PERSON, text) else NONE]


@pytest.mark.parametrize("size", [0, 1, 5, 6, 7, 8, 9, 12, 13, 14, 15, 30, 4096])
@pytest.mark.parametrize("sign", [" I ", " I", "I ", "I", "my", "-I-", "é I è", "éIè", "i.e.", "US", "it"])
def test_a_pronoun_is_found_wherever_it_stands(sign: str, size: int) -> None:
    texts = ["n" * place + sign + "n" * (size - place) for place in range(0, size + 1, 1 + size // 40)]
    texts += [text.replace("n", " ") for text in texts]
    expected = pl.Series(texts).str.contains(FIRST_PERSON).to_list()
    for at_end in (True, False):
        found = verdicts(texts, at_end)
        assert all(
            told == (verdict == SURE) for told, verdict in zip(expected, found, strict=True) if verdict != DOUBTFUL
        )


def test_no_text_is_no_answer() -> None:
    frame = pl.DataFrame({"text": [None, "I", "it", None]}, schema={"text": pl.String})
    assert frame.select(no_first_person({"first_person": True})).to_series().to_list() == [None, False, True, None]
