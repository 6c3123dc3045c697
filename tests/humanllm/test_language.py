from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm import language
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


@examples(200)
@given(st.lists(st.lists(WORDS | ODD, max_size=50).map(" ".join), max_size=5))
def test_the_quick_look_tells_what_the_count_tells(texts: list[str]) -> None:
    given = pl.Series(texts, dtype=pl.String)
    assert plainly_english(given).to_list() == language._counted(given.str.slice(0, GLANCE)).to_list()


def test_what_does_not_show_is_left_to_py3langid() -> None:
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


def test_slangy_english_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language.SPOKEN_AS == {"pcm": "en"}
    assert is_in("en", SLANG)
    assert not is_in("pcm", SLANG)


def test_py3langid_reads_no_numbers_and_links_only_letters() -> None:
    assert is_in("en", f"12345 67890 !!! {ENGLISH}")
    assert not is_in("en", GERMAN)


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
