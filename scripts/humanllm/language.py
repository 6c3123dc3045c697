"""Is a text in the wanted language? py3langid tells, from the letters of the text's first 200 characters.

py3langid reads some 15,000 texts a second, so it is asked only where the little words of a text do not show at a glance
whether it is English. On the 11,562 texts of the Blogger sample with 100 characters or more the glance tells 95 % and
errs in 4 that mix two languages (benchmarks/language.py).
"""

from __future__ import annotations

import re

import polars as pl

SAMPLE = 200  # characters that py3langid reads
NO_LETTERS = re.compile(r"[\W\d_]+")
# Nigerian Pidgin: what py3langid takes much slangy English for.
SPOKEN_AS = {"pcm": "en"}

GLANCE = 160  # characters
OWN = (  # words that are hardly any other language's
    "the and that with this have has you they them their would because which from what were been your about just when"
    " where there could should she his not it's don't i'm i've my was but really very these those than who how our are"
    " some out only after first if more much into before still while again even good great like people time day new did"
    " does get got know think make made well"
)
SHARED = "of to in is it for we all me so on as at be i a an or by no up do he will can one had us am"
FOREIGN = (  # little words of Spanish, Portuguese, Italian, French, German and Dutch that no English text has five of
    "de que los las una por con para del muy este como pero es el la más no não muito com uma os em che il per non sono"
    " molto di le les des une pour dans avec est et très je der die das und ist nicht ein eine mit sehr ich het een van"
    " niet op dat"
)
FOREIGN_LETTER = r"[\p{L}--a-zA-Z]"
LEAST_OWN, LEAST, EACH = 2, 5, 40  # of its own, of both, and characters for each of them
_OWN_WORD = rf"(?i-u:\b(?:{OWN.replace(' ', '|')})\b)"
ENOUGH = _OWN_WORD + rf"(?:(?s:.)*?{_OWN_WORD})" * (max(LEAST, GLANCE // EACH) - 1)  # of a glance of plain ASCII


def _count(texts: pl.Series, listed: str) -> pl.Series:
    return texts.str.count_matches(rf"(?i-u)\b(?:{listed.replace(' ', '|')})\b")


def plainly_english(texts: pl.Series) -> pl.Series:
    """Which texts show at a glance whether they are English: true or false by the little words in them, else null."""
    start = texts.str.slice(0, GLANCE)
    # Nearly all of English is told by this, which looks no further than the words that it needs.
    plain = start.str.contains(ENOUGH) & (start.str.len_bytes() == start.str.len_chars())
    rest = (~plain).fill_null(True).arg_true()
    told = pl.repeat(True, len(texts), eager=True)
    return told.scatter(rest, _counted(start.gather(rest))) if len(rest) else told


def _counted(start: pl.Series) -> pl.Series:
    """The same of the starts of texts, by counting all their little words."""
    length = start.str.len_bytes()
    own = _count(start, OWN)
    plain = (own >= LEAST) & (own * EACH >= length)
    unsure = (~plain & (own >= LEAST_OWN)).arg_true()
    both = own.gather(unsure) + _count(start.gather(unsure), SHARED)
    plain = plain.scatter(unsure, (both >= LEAST) & (both * EACH >= length.gather(unsure)))
    told = (plain & ~start.str.contains(FOREIGN_LETTER)).replace_strict({True: True, False: None})
    without = (own == 0).arg_true()
    others = _count(start.gather(without), FOREIGN) >= LEAST
    return told.scatter(without, others.replace_strict({True: False, False: None}))


def is_in(language: str, text: str) -> bool:
    """Whether py3langid takes `text` for the `language`, a code of two letters."""
    from py3langid.langid import classify  # here, for it loads its model

    found = classify(NO_LETTERS.sub(" ", text[:SAMPLE]).lower())[0]
    return bool(SPOKEN_AS.get(found, found) == language)


def in_language(texts: pl.Series, language: str | None) -> pl.Series:
    """Which texts are in the `language` (2.1: English alone); None takes all."""
    if language is None:
        return pl.repeat(True, len(texts), eager=True)
    found = plainly_english(texts) if language == "en" else pl.repeat(None, len(texts), dtype=pl.Boolean, eager=True)
    doubtful = found.is_null().arg_true()
    return found.scatter(doubtful, [is_in(language, text) for text in texts.gather(doubtful)])
