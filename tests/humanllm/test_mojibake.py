"""ftfy's expression, read by polars, shows to ftfy all that it finds bad, and little else."""

from __future__ import annotations

import itertools

import polars as pl
from ftfy.badness import BADNESS_RE, is_bad
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.texts import ADJOINING, BEYOND, COMMON, FAMILIAR, signs
from humanllm.readers.draft import clean
from humanllm.readers.mojibake import PART, decoded_again, may_be_mojibake
from row_data import examples

LETTERS = sorted({sign for sign in BADNESS_RE.pattern if not sign.isascii()} | set("aZ0 .\n\x85\xa0\xad_"))
WRONG = [
    word.encode().decode(table)
    for word in ("don\u2019t", "café", "naïve", "über", "“so”", "ß", "Ελλάς", "привет", "日本")
    for table in ("latin-1", "mac_roman", "cp437")
]


@examples(2000)
@given(st.lists(st.sampled_from(LETTERS) | st.characters(codec="utf-8"), max_size=8).map("".join))
def test_what_ftfy_finds_bad_is_shown_to_it(text: str) -> None:
    if is_bad(text):
        assert may_be_mojibake(pl.Series([text])).item()


def test_every_pair_of_signs_that_ftfy_finds_bad_is_shown_to_it() -> None:
    pairs = ["".join(pair) for pair in itertools.product(LETTERS, repeat=2)]
    shown = may_be_mojibake(pl.Series(pairs)).to_list()
    bad = [is_bad(pair) for pair in pairs]
    assert not [pair for pair, was_shown, was_bad in zip(pairs, shown, bad, strict=True) if was_bad and not was_shown]
    assert sum(shown) < 1.2 * sum(bad)


def test_wrongly_decoded_words_are_shown() -> None:
    said = [f"I said {wrong} to her" for wrong in WRONG]
    bad = pl.Series([is_bad(text) for text in said])
    assert bad.sum() >= 18
    assert may_be_mojibake(pl.Series(said)).filter(bad).all()


def test_words_are_decoded_again() -> None:
    assert decoded_again("donâ€™t, cafÃ©, naïve") == "don\u2019t, café, naïve"


def test_ordinary_texts_are_not_shown() -> None:
    texts = ["It’s “fine” – really… 😀", "naïve café, Über, señor", "日本語", "Привет", "€5, 20°, ½ · §"]  # noqa: RUF001
    assert may_be_mojibake(pl.Series(texts)).to_list() == [False] * len(texts)


def test_the_expression_is_read_to_its_end() -> None:
    assert "".join(part[0] for part in PART.finditer(BADNESS_RE.pattern)) == BADNESS_RE.pattern


@examples(300)
@given(st.text(alphabet=[*map(chr, range(128)), *COMMON], max_size=60))
def test_ftfy_finds_nothing_in_what_is_not_beyond(text: str) -> None:
    """Such texts are not even held against the expression."""
    assert not signs(pl.Series([text]))[0] & (FAMILIAR | BEYOND)
    assert not is_bad(text)


LATIN = [chr(code) for code in range(0xA1, 0x100) if chr(code) not in "ÂÃ"]
KNOWN = [*COMMON, *LATIN, *map(chr, range(0x1F000, 0x20000))]


def test_what_is_known_is_common_or_familiar_and_clean() -> None:
    every = pl.Series([chr(code) for code in range(0x80, 0x110000) if not 0xD800 <= code < 0xE000])
    assert sorted(every.filter(pl.Series(signs(every) & BEYOND == 0))) == sorted(KNOWN)
    assert clean(pl.Series(KNOWN)).to_list() == KNOWN


def test_ftfy_finds_nothing_in_a_familiar_sign_among_ascii() -> None:
    """Texts where no two characters beyond ASCII adjoin are not held against the expression, either."""
    ascii_signs = [*map(chr, range(128)), ""]
    around = itertools.product(ascii_signs, [*COMMON, *LATIN], ascii_signs)
    assert not may_be_mojibake(pl.Series(map("".join, around))).any()
    assert not is_bad(" a".join(KNOWN))


@examples(1000)
@given(st.lists(st.sampled_from(KNOWN), max_size=12), st.data())
def test_ftfy_finds_nothing_where_no_two_signs_adjoin(known: list[str], data: st.DataObject) -> None:
    between = st.text(alphabet=[*map(chr, range(128))], min_size=1, max_size=2)
    text = "".join(sign + data.draw(between) for sign in known)
    assert not signs(pl.Series([text]))[0] & ADJOINING
    assert not is_bad(text)
