# ruff: noqa: RUF001 - signs of many kinds
"""What the kernels tell of texts is said here with regular expressions."""

from __future__ import annotations

import re
from html.entities import html5

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.texts import (
    ADJOINING,
    BEYOND,
    BREAK,
    COMMON,
    CONTROL,
    ENTITY,
    FAMILIAR,
    SPACING,
    automaton,
    little_words,
    signs,
)
from row_data import examples

MEANT = {  # a sign, and the bytes that it stands for
    ENTITY: rb"&[^ ].",
    BREAK: rb"<[bB].",
    CONTROL: rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]",
    SPACING: rb"[\t\r]|([\x00- ])\1\1|\A[\x00- ]|[\x00- ]\Z",
    FAMILIAR: rb"\xc2[\xa1-\xbf]|\xc3[^\x82\x83]|\xf0\x9f",
    BEYOND: rb"(?!\xc2[\xa1-\xbf]|\xc3[^\x82\x83]|\xf0\x9f|\xe2\x80[\x93\x94\x98\x99\x9c\x9d\xa2\xa6])[\xc0-\xff]",
    ADJOINING: rb"[\x80-\xbf][\xc0-\xff]",
}
STRANGE = FAMILIAR | BEYOND
# Signs that are almost COMMON, and those that stand for themselves.
NEARLY = ["\u2012", "\u2027", "\u2058", "\u2118", "\u3018"]
PLAIN = [*"a <>&bBr;#\n\r\t\x00\x0b\x1f\x7f\x80éÿßÂÃ\xa1\xbf中", *COMMON, "\xa0", "😀", "  ", "<B", "&#", "x" * 70]
PIECES = st.sampled_from([*PLAIN, *NEARLY])
TEXTS = st.lists(PIECES | st.characters(codec="utf-8"), max_size=20).map("".join)

LISTED = {"the": 1000, "it's": 1000, "don't": 1000, "i've": 1000, "i'm": 1000, "very": 1000, "it": 1, "i": 1, "no": 30}
ALL = 1 << 30
ODD_WORDS = "The IT'S I'M don ' '' i've've i'very it'the them the_ the1 _ é \u2019"
WORDS = st.sampled_from([*LISTED, *ODD_WORDS.split()])
SAID = st.lists(WORDS | st.sampled_from([" ", "-", "\n", "y" * 9]), max_size=60).map("".join)


def found(texts: pl.Series) -> list[int]:
    return signs(texts).tolist()


def by_expressions(text: str | None) -> int:
    said = (text or "").encode()
    return sum(sign for sign, pattern in MEANT.items() if re.search(pattern, said, re.DOTALL))


@examples(500)
@given(st.lists(st.none() | TEXTS, max_size=5))
def test_signs_are_those_of_the_expressions(texts: list[str | None]) -> None:
    assert found(pl.Series(texts, dtype=pl.String)) == [by_expressions(text) for text in texts]


@pytest.mark.parametrize("size", [0, 1, *range(30, 37), 61, 62, 63, 64, 126, 127, 128, 300])
@pytest.mark.parametrize(
    "sign",
    [
        *("&#3", "<br", "<BR", "\x1b", "\x7f", "\t", "\n\n\n", "   ", "&", "<", "< b", "& b"),
        *("é", "’", "’é", "‒", "Â", "中", "😀", "…”", "é😀"),
    ],
)
def test_a_sign_is_found_wherever_it_stands(sign: str, size: int) -> None:
    texts = ["a" * place + sign + "a" * (size - place) for place in range(0, size + 1, 1 + size // 40)]
    assert found(pl.Series(texts)) == [by_expressions(text) for text in texts]


def test_signs() -> None:
    texts = pl.Series(["A & B", "&lt;<br>", "naïve", "‘a’ \r\n", "a\x07b", "a <b", "ï中", "…”"])
    assert found(texts) == [
        *(0, ENTITY | BREAK, FAMILIAR, SPACING, CONTROL, 0),
        *(FAMILIAR | BEYOND | ADJOINING, ADJOINING),
    ]


def test_signs_of_parts_of_columns() -> None:
    texts = pl.Series(["&lt;", None, "", "é", " x", "plain"])
    assert found(texts[2:]) == [0, FAMILIAR, SPACING, 0]
    assert found(texts[1:3].append(texts[4:])) == [0, 0, SPACING, 0]
    assert found(texts[:0]) == found(pl.Series([], dtype=pl.String)) == []
    assert found(pl.Series([None, ""], dtype=pl.String)) == [0, 0]


def test_no_entity_is_of_one_letter() -> None:
    """So no & of the last two places is the beginning of one."""
    assert min(len(name.rstrip(";")) for name in html5) == 2


def counted(text: str, characters: int) -> int:
    start = text[:characters]
    return sum(gain * len(re.findall(rf"\b{word}\b", start, re.IGNORECASE | re.ASCII)) for word, gain in LISTED.items())


@examples(500)
@given(st.lists(SAID, max_size=5), st.sampled_from([1, 7, 40, 160]))
def test_little_words_are_those_of_the_expressions(texts: list[str], characters: int) -> None:
    counts, sizes, strange = little_words(pl.Series(texts, dtype=pl.String), automaton(LISTED), characters, ALL)
    starts = [text[:characters] for text in texts]
    assert counts.tolist() == [counted(text, characters) for text in texts]
    assert sizes.tolist() == [len(start.encode()) for start in starts]
    assert strange.tolist() == [bool(by_expressions(start) & STRANGE) for start in starts]


@examples(200)
@given(st.lists(TEXTS | st.text(max_size=20), max_size=5), st.integers(1, 30))
def test_the_first_characters_are_counted_in_bytes(texts: list[str], characters: int) -> None:
    _, sizes, strange = little_words(pl.Series(texts, dtype=pl.String), automaton(LISTED), characters, ALL)
    starts = [text[:characters] for text in texts]
    assert sizes.tolist() == [len(start.encode()) for start in starts]
    assert strange.tolist() == [bool(by_expressions(start) & STRANGE) for start in starts]


def test_enough_words_are_enough() -> None:
    texts = pl.Series(["the the the it", "the it the", None, "it"])
    counts = little_words(texts, automaton(LISTED), 160, 2000)[0]
    assert counts.tolist() == [2000, 2001, 0, 1]
