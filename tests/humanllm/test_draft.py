# ruff: noqa: RUF001 - signs of many kinds
"""What `clean` does is said here in plain Python, a text at a time."""

from __future__ import annotations

import html
import re
import unicodedata

import ftfy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.texts import COMMON, signs
from humanllm.readers.draft import DRAFT, MAY_COMPOSE, as_json, clean, drafts
from row_data import examples

INVISIBLE = (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
SIGNS = "\xa0‘’“”–—…•\u200b\u200c\u200d\u2060\ufe0f\ufeff😀🏳🇫🀄"
LETTERS = [
    *"aZ e&<>;#/.?!'\"\n\r\t\x00\x1f\x7f\x0b",
    *SIGNS,
    *"éèàçñüøßÉÀÂÃÐÎØÙœŒšžıİłőąґ",
    *"¡«»¿©®™°¢£¥€₧¤¦¨¬¯¸´·ªº²³¹¼½¾±×÷µ¶§†‡‰ƒˆ˘˜�",
    *"│┌┼═╬▀▄█░▓√≈≠≤≥∞∂◊№‚„‹›",
    *"жВГРСїЁαΒΓΞάか漢한ا\u0958\u0301\u0327\u0345\u1100\u1161ﬁ",
    *("\x80", "\x85", "\x93", "\x9f", "\xad", "\u2028", "\u3000", "\U0001d15e", "\U0002f800", "\U00011099\U000110ba"),
]
PIECES = [
    *(
        "&amp;",
        "&lt;br /&gt;",
        "&amp;#x200B;",
        "&nbsp;",
        "&#13;",
        "&eacute;",
        "&#xD800;",
        "&amp;amp;lt;",
        "<br>",
        "<BR / >",
    ),
    *(
        "<br />",
        "   ",
        "\n\n\n",
        " \n",
        "\r\n\r\n",
        "e\u0301",
        "â€™",
        "Ã©",
        "â€œhiâ€\x9d",
        "Â ",
        "cafÃ©",
        "Ð¿ÑÐ¸",
        "√©",
    ),
    *("ï»¿", "вЂ™", "ðŸ˜€", "the market", "naïve", "œuvre", "<br>É€", "É€"),
]
RICH = st.lists(st.sampled_from(LETTERS) | st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=12).map(
    "".join
)


def by_definition(text: str) -> str:
    text = re.sub(r"(?i)<br\s*/?>", "\n", html.unescape(html.unescape(text)))
    text = unicodedata.normalize("NFC", ftfy.fix_encoding(text))
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text.translate(dict.fromkeys(INVISIBLE)))
    text = re.sub(r"\r\n?", "\n", text).replace("\t", " ").replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", re.sub(" {3,}", " ", text)).strip()


@examples(400)
@given(st.lists(st.none() | RICH, min_size=1, max_size=5))
def test_clean_is_what_it_says(texts: list[str | None]) -> None:
    """Whatever stands beside a text: a batch is cleaned as a whole if most of it needs to be."""
    found = clean(pl.Series(texts, dtype=pl.String)).to_list()
    assert found == [None if text is None else by_definition(text) for text in texts]


@examples(200)
@given(st.lists(st.none() | RICH, max_size=6), st.lists(st.none() | RICH, max_size=2), st.integers(0, 3))
def test_clean_of_parts_of_columns(texts: list[str | None], more: list[str | None], first: int) -> None:
    plain = ["plain"] * 10  # then few texts need a change
    column = pl.Series([*texts, *plain], dtype=pl.String)[first:].append(pl.Series(more, dtype=pl.String))
    expected = [None if text is None else by_definition(text) for text in column]
    assert clean(column).to_list() == expected


@examples(400)
@given(RICH | st.text(alphabet=[*map(chr, range(32, 127)), *COMMON, "\n"], max_size=20))
def test_texts_without_signs_are_clean(text: str) -> None:
    if not signs(pl.Series([text]))[0]:
        assert by_definition(text) == text


@pytest.mark.parametrize("text", [*LETTERS, *PIECES])
def test_clean_of_each_sign(text: str) -> None:
    texts = [text, f"a{text}b", f" {text} ", f"é{text}", f"{text}{text}", f"{text}’"]
    expected = [by_definition(part) for part in texts]
    assert clean(pl.Series(texts)).to_list() == expected
    assert [clean(pl.Series([part, *["plain"] * 3]))[0] for part in texts] == expected


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a &amp;#x200B; &lt;b&gt;\r\n \r\n\r\n\r\nc\x00\t d\u00a0", "a  <b>\n \n\nc  d"),
        ("donâ€™t, cafÃ©, naïve", "don’t, café, naïve"),
        ("One<br />two<BR>three", "One\ntwo\nthree"),
        ("a  b   c    d\t\te", "a  b c d  e"),
        ("a \n b\n\nc\n\n\n\nd \n", "a \n b\n\nc\n\nd"),
        ("  \n ", ""),
        ("It’s “fine” – really… 😀", "It’s “fine” – really… 😀"),
        ("cafe\u0301 \U0001d15e", "café \U0001d157\U0001d165"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(pl.Series([raw, None, "as it is"])).to_list() == [cleaned, None, "as it is"]


EVERY = pl.Series([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])


def test_what_does_not_compose_has_no_other_normal_form() -> None:
    """Other texts are not put into normal form C; combining marks all compose."""
    plain = EVERY.filter(~EVERY.str.contains(MAY_COMPOSE)).to_list()
    assert [sign for sign in plain if unicodedata.normalize("NFC", sign) != sign or unicodedata.combining(sign)] == []
    assert unicodedata.is_normalized("NFC", "".join(plain))


def test_the_texts_that_are_given_stay_as_they_are() -> None:
    texts = pl.Series(["ordinary", "a &amp; b", " x"])
    assert clean(texts).to_list() == ["ordinary", "a & b", "x"]
    assert texts.to_list() == ["ordinary", "a &amp; b", " x"]


def test_one_control_character_among_many_texts_goes() -> None:
    assert clean(pl.Series(["plain"] * 1000 + ["a\x07b"])).to_list() == ["plain"] * 1000 + ["ab"]


def test_control_characters_go_before_spaces_are_counted() -> None:
    texts = pl.Series(["a \x7f\xa0\x00   b", "a\r\x00\nb", "\x0b a\x0b", "a   b", "a\x0b   \n\n\n\x0bb"])
    before = texts.to_list()
    assert clean(texts).to_list() == ["a b", "a\nb", "a", "a b", "a \n\nb"]
    assert texts.to_list() == before


def test_no_drafts_have_the_columns_of_drafts() -> None:
    rows = pl.DataFrame({"row": [3, 4], "who": ["a", None]})
    found = drafts(rows, {"name": pl.col("who"), "extra": as_json(who=pl.col("who"), n=pl.lit(1))})
    assert found.schema == DRAFT
    assert found.select("row", "name", "place", "time", "extra").rows() == [
        (3, "a", 0, None, '{"who":"a","n":1}'),
        (4, None, 0, None, '{"who":null,"n":1}'),
    ]
