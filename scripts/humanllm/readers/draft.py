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
from typing import Any, NamedTuple

import ftfy
import numpy as np
import numpy.typing as npt
import polars as pl

from humanllm.readers.fields import Fields

Columns = Mapping[str, pl.Expr]

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


# Neither ASCII nor one of the signs that any text may have: quotes, dashes, bullets, emoji. Normal form C is theirs.
ODD = (
    r"[^\x00-\x7f\x{a0}\x{2013}\x{2014}\x{2018}\x{2019}\x{201c}\x{201d}\x{2022}\x{2026}"
    r"\x{200b}-\x{200d}\x{2060}\x{fe0f}\x{feff}\x{1f000}-\x{1ffff}]"
)
COMMON = r"[\x{2013}\x{2014}\x{2018}\x{2019}\x{201c}\x{201d}\x{2022}\x{2026}]"  # none ODD, each of three bytes
# Without one of these no rule of ftfy.badness fires; ftfy itself takes 60 us a text.
MAY_BE_MOJIBAKE = rf"[\x{{80}}-\x{{9f}}ŒœÃÂ]|{ODD}[^\x00-\x7f]|[^\x00-\x7f]{ODD}"
INVISIBLE = r"[\x{200b}\x{200c}\x{200d}\x{2060}\x{feff}]"
DELETE = 0x7F
PIECE = 512  # texts looked at at a time: they fit the processor's cache
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
MARKUP = "[&<]"
BREAK = r"(?i)<br\s*/?>"  # Amazon's line end
PLAIN = {"\r\n": "\n", "\r": "\n", "\t": " ", "\xa0": " "}
NOT_PLAIN = r"[\r\t\x{a0}]"  # what a key of PLAIN begins with
HEAP = "   |\n\n\n"
HEAPS = {" ": " ", "\n": "\n\n"}  # three or more become
FEW = 0.5  # of the texts: a change is made to those alone that need it


def _unescaped(text: str) -> str:
    """Reddit escapes once what its users have often escaped already: &amp;#x200B;"""
    return html.unescape(html.unescape(text))


def _where(texts: pl.Series, chosen: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`texts` with the chosen ones changed; `change` leaves the others as they are."""
    places = chosen.arg_true()
    if len(places) > FEW * len(texts):
        return change(texts)
    return texts.scatter(places, change(texts.gather(places))) if len(places) else texts


def _one_by_one(change: Callable[[str], str]) -> Callable[[pl.Series], pl.Series]:
    def each(texts: pl.Series) -> pl.Series:
        return pl.Series([None if text is None else change(text) for text in texts], dtype=pl.String)

    return each


def _replacing(odd: str, plain: str) -> Callable[[pl.Series], pl.Series]:
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


def _with_control(texts: pl.Series) -> pl.Series:
    """The places of spaced texts with control characters: a search of each text for so rare a thing is dear."""
    if not any(_has_control(_letters(texts.slice(start, PIECE))) for start in range(0, len(texts), PIECE)):
        return pl.Series([], dtype=pl.UInt32)
    return texts.str.contains(CONTROL).fill_null(False).arg_true()


def _letters(texts: pl.Series) -> npt.NDArray[np.uint8]:
    joined: Any = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    return np.frombuffer(joined.buffers()[2] or b"\n", np.uint8)


def _has_control(letters: npt.NDArray[np.uint8]) -> bool:
    """Whether there is any: below the space spaced texts have line ends alone. These become 255, the others 0 to 30."""
    below = int(((letters ^ ord("\n")) - np.uint8(1)).min())
    return below < ord(" ") - 1 or bool((letters == DELETE).any())


def _bytes_beyond(texts: pl.Series) -> pl.Series:
    """How many bytes a text has more than characters: none if it is plain ASCII."""
    return texts.str.len_bytes() - texts.str.len_chars()


def odd_ones(texts: pl.Series) -> pl.Series:
    """Which texts hold ODD characters. Most hold the COMMON ones alone, which are quicker to count."""
    doubtful = (_bytes_beyond(texts) != 2 * texts.str.count_matches(COMMON)).arg_true()
    return pl.repeat(False, len(texts), eager=True).scatter(doubtful, texts.gather(doubtful).str.contains(ODD))


def _well_encoded(texts: pl.Series) -> pl.Series:
    """Texts with ODD characters without mojibake, in normal form C."""
    texts = _where(texts, texts.str.contains(MAY_BE_MOJIBAKE), _one_by_one(ftfy.fix_encoding))
    return _one_by_one(partial(unicodedata.normalize, "NFC"))(texts)


def _composed(texts: pl.Series) -> pl.Series:
    """Texts with other than ASCII characters, well encoded and all to be seen."""
    texts = _where(texts, odd_ones(texts), _well_encoded)
    return _where(texts, texts.str.contains(INVISIBLE), _replacing(INVISIBLE, ""))


def _without_markup(texts: pl.Series) -> pl.Series:
    texts = _where(texts, texts.str.contains("&", literal=True), _one_by_one(_unescaped))
    return _where(texts, texts.str.contains("<", literal=True), _replacing(BREAK, "\n"))


def clean(texts: pl.Series) -> pl.Series:
    """Texts without HTML entities and breaks, mojibake, invisible characters and heaps of white space; null stays null.

    Nothing here makes a text longer, so a rule may count the characters of the raw text first.
    """
    texts = texts.clone()  # polars scatters in place
    texts = _where(texts, texts.str.contains(MARKUP), _without_markup)
    texts = _where(texts, _bytes_beyond(texts) > 0, _composed)
    spaced = _spaced(texts)
    odd = _with_control(spaced)
    return spaced.scatter(odd, _spaced(texts.gather(odd).str.replace_all(CONTROL, ""))) if len(odd) else spaced
