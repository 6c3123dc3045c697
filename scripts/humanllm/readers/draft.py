"""A record on its way in: the source's fields under common names, before the rules and before names are hashed.

A reader says how the columns of its raw rows become the columns of DRAFT, as polars expressions; `key` and `name` are
the source's own and never leave the ingest, and the columns of FACTS are for the rules alone:
    {"row": 7, "key": "abc123", "name": "...", "time": 1546300800, "title": "...", "text": "...", "score": 12, ...}
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from humanllm.kernels.spaces import tidied
from humanllm.kernels.texts import ADJOINING, BEYOND, BREAK, CONTROL, ENTITY, FAMILIAR, SPACING, signs
from humanllm.readers.fields import Fields
from humanllm.readers.mojibake import decoded_again, may_be_mojibake

Columns = Mapping[str, pl.Expr]
Change = Callable[[pl.Series], pl.Series]
Places = npt.NDArray[np.intp]

FACTS = {
    "identified": pl.Boolean,  # whether there is a key
    "distinguished": pl.String,
    "score": pl.Int64,
    "comments": pl.Int64,
    "is_self": pl.Boolean,
    "removed_by": pl.String,
    "top_level": pl.Boolean,
    "description": pl.String,
}
DRAFT = {
    "row": pl.Int64,
    "key": pl.String,
    "name": pl.String,
    "time": pl.Int64,
    "place": pl.Int32,
    "title": pl.String,
    "text": pl.String,
    "community": pl.String,
    "parent": pl.String,  # key of the post that a comment answers
    "item_id": pl.String,
    "rating": pl.Float32,
    "extra": pl.String,
} | FACTS
# What no rule asks for is made of the records that stay: it costs more than the rules.
LATE = ("key", "place", "community", "parent", "item_id", "rating", "extra")
EARLY = tuple(name for name in DRAFT if name not in LATE)


class Kind(NamedTuple):
    """What a dump of one kind holds and how its rows become drafts."""

    source: str
    fields: Fields
    needed: tuple[str, ...]  # the columns that a parquet file must have
    draft: Callable[[Path], Columns]


def drafts(rows: pl.DataFrame, columns: Columns, names: Collection[str] = tuple(DRAFT)) -> pl.DataFrame:
    """The raw rows as drafts, or some columns of them: what a kind does not know is null."""
    identified = columns.get("key", pl.lit(None, pl.String)).fill_null("") != ""
    given = {"row": pl.col("row"), "place": pl.lit(0), "identified": identified, **columns}
    return rows.select(
        given[name].cast(DRAFT[name]).alias(name) if name in given else pl.lit(None, DRAFT[name]).alias(name)
        for name in names
    )


def as_json(**columns: pl.Expr) -> pl.Expr:
    """The columns as one JSON object a row."""
    return pl.struct([column.alias(name) for name, column in columns.items()]).struct.json_encode()


# Signs that any text may have: quotes, dashes, bullets, emoji. Normal form C is theirs.
USUAL = (
    r"\x{a0}\x{2013}\x{2014}\x{2018}\x{2019}\x{201c}\x{201d}\x{2022}\x{2026}"
    r"\x{200b}-\x{200d}\x{2060}\x{fe0f}\x{feff}\x{1f000}-\x{1ffff}"
)
MAY_COMPOSE = rf"[^\x00-\x{{2ff}}{USUAL}]"  # a text without these is in normal form C
INVISIBLE = r"[\x{200b}\x{200c}\x{200d}\x{2060}\x{feff}]"
CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
BREAKS = r"(?i)<br\s*/?>"  # Amazon's line end
PLAIN = {"\r\n": "\n", "\r": "\n", "\t": " ", "\xa0": " "}
NOT_PLAIN = r"[\r\t\x{a0}]"  # what a key of PLAIN begins with
HEAP = "   |\n\n\n"
HEAPS = {" ": " ", "\n": "\n\n"}  # three or more become


def _unescaped(text: str) -> str:
    """Reddit escapes once what its users have often escaped already: &amp;#x200B;"""
    return html.unescape(html.unescape(text))


def _put(texts: pl.Series, places: Places, changed: pl.Series) -> pl.Series:
    """`texts` with others in these places. (Series.scatter would copy every text.)"""
    order = np.arange(len(texts))
    order[places] = len(texts) + np.arange(len(places))
    return pl.concat([texts, changed], rechunk=True).gather(order)


def _at(texts: pl.Series, places: Places, change: Change) -> pl.Series:
    """`texts` with those in these places changed."""
    return _put(texts, places, change(texts.gather(places))) if len(places) else texts


def _where(texts: pl.Series, chosen: pl.Series, change: Change) -> pl.Series:
    """`texts` with the chosen ones changed."""
    return _at(texts, chosen.arg_true().to_numpy(), change)


def _one_by_one(change: Callable[[str], str]) -> Change:
    def each(texts: pl.Series) -> pl.Series:
        return pl.Series([None if text is None else change(text) for text in texts], dtype=pl.String)

    return each


def _replacing(odd: str, plain: str) -> Change:
    return lambda texts: texts.str.replace_all(odd, plain)


def _thinned(texts: pl.Series) -> pl.Series:
    """No three or more spaces or line ends in a row."""
    for odd, plain in HEAPS.items():
        texts = _where(texts, texts.str.contains(odd * 3, literal=True), _replacing(odd + "{3,}", plain))
    return texts


def _spaced(texts: pl.Series) -> pl.Series:
    """Line ends and spaces of one kind, none at the ends of the text, and in no heaps of three or more."""
    texts = texts.str.strip_chars()
    texts = _where(texts, texts.str.contains(NOT_PLAIN), lambda those: those.str.replace_many(PLAIN, leftmost=True))
    return _where(texts, texts.str.contains(HEAP), _thinned)


def _composed(texts: pl.Series) -> pl.Series:
    """Texts with other than ASCII characters, without mojibake, in normal form C and all to be seen."""
    texts = _where(texts, may_be_mojibake(texts), _one_by_one(decoded_again))
    texts = _where(texts, texts.str.contains(MAY_COMPOSE), _one_by_one(partial(unicodedata.normalize, "NFC")))
    return _where(texts, texts.str.contains(INVISIBLE), _replacing(INVISIBLE, ""))


def _unbroken(texts: pl.Series) -> pl.Series:
    """Texts with line ends for HTML's line breaks."""
    return texts.str.replace_all(BREAKS, "\n")


def _mended(texts: pl.Series) -> pl.Series:
    """Texts with control characters, BEYOND, among which are many kinds of space, or what may be mojibake."""
    texts = _composed(_unbroken(texts))
    return _spaced(_where(texts, pl.Series(signs(texts) & CONTROL != 0), _replacing(CONTROLS, "")))


def clean(texts: pl.Series) -> pl.Series:
    """Texts without HTML entities and breaks, mojibake, invisible characters and heaps of white space; null stays null.

    Nothing here makes a text longer, so a rule may count the characters of the raw text first. Most texts show no sign
    of any of it, or only such as `tidied` is for. FAMILIAR signs are mojibake only where two beyond ASCII adjoin.
    """
    found = signs(texts)
    if len(escaped := np.flatnonzero(found & ENTITY)):
        texts = _at(texts, escaped, _one_by_one(_unescaped))
        found[escaped] = signs(texts.gather(escaped))
    if len(doubtful := np.flatnonzero(found & (FAMILIAR | ADJOINING | BEYOND) == FAMILIAR | ADJOINING)):
        found[doubtful[may_be_mojibake(_unbroken(texts.gather(doubtful))).to_numpy()]] |= BEYOND
    odd = found & (BEYOND | CONTROL) != 0
    texts = _at(texts, np.flatnonzero(odd), _mended)
    return _at(texts, np.flatnonzero(~odd & (found & (BREAK | SPACING) != 0)), tidied)
