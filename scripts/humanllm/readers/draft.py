"""A record on its way in: the source's fields under common names, before the rules and before names are hashed.

A reader says how the columns of its raw rows become the columns of DRAFT, as polars expressions; `key` and `name` are
the source's own and never leave the ingest, and the columns of FACTS are for the rules alone:
    {"row": 7, "key": "abc123", "name": "...", "time": 1546300800, "title": "...", "text": "...", "score": 12, ...}
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
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


# What `clean` may change in plain ASCII: markup, control characters, and white space in heaps or at the ends.
UNSPACED = r"[\t\r]|   |\n\n\n|^\s|\s$"
UNCLEAN = rf"[&<\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|{UNSPACED}"
# Neither ASCII nor one of the signs that any text may have: quotes, dashes, bullets, emoji. Normal form C is theirs.
ODD = (
    r"[^\x00-\x7f\x{a0}\x{2013}\x{2014}\x{2018}\x{2019}\x{201c}\x{201d}\x{2022}\x{2026}"
    r"\x{200b}-\x{200d}\x{2060}\x{fe0f}\x{feff}\x{1f000}-\x{1ffff}]"
)
# Without one of these no rule of ftfy.badness fires; ftfy itself takes 60 us a text.
MAY_BE_MOJIBAKE = rf"[\x{{80}}-\x{{9f}}ŒœÃÂ]|{ODD}[^\x00-\x7f]|[^\x00-\x7f]{ODD}"
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
DELETE = 0x7F
PIECE = 1 << 20  # bytes looked at at a time: they fit the processor's cache
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
BREAK = r"(?i)<br\s*/?>"  # Amazon's line end
PLAIN = {"\r\n": "\n", "\r": "\n", "\t": " ", "\xa0": " "}
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


def _holding(texts: pl.Series, odd: Iterable[str]) -> pl.Series:
    """Which texts hold one of the words: a plain search for each is quicker than one for all."""
    (found,) = pl.DataFrame({"text": texts}).select(
        pl.any_horizontal(pl.col("text").str.contains(word, literal=True) for word in odd)
    )
    return found.fill_null(False)


def _replaced(texts: pl.Series, plain: Mapping[str, str]) -> pl.Series:
    """Every word that is a key of `plain` by what it stands for, the first one if two begin alike."""
    odd, new = list(plain), list(plain.values())
    return _where(texts, _holding(texts, odd), lambda those: those.str.replace_many(odd, new, leftmost=True))


def _thinned(odd: str, plain: str, texts: pl.Series) -> pl.Series:
    return texts.str.replace_all(odd + "{3,}", plain)


def _spaced(texts: pl.Series) -> pl.Series:
    """Line ends and spaces of one kind, none at the ends of the text, and in no heaps of three or more."""
    texts = _replaced(texts, PLAIN).str.strip_chars()
    for odd, plain in HEAPS.items():
        texts = _where(texts, _holding(texts, [odd * 3]), partial(_thinned, odd, plain))
    return texts


def _with_control(texts: pl.Series) -> pl.Series:
    """The places of spaced texts with control characters: a search of each text for so rare a thing is dear."""
    joined: Any = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    letters = np.frombuffer(joined.buffers()[2] or b"", np.uint8)
    pieces = (letters[start : start + PIECE] for start in range(0, len(letters), PIECE))
    if not any(_has_control(piece) for piece in pieces):
        return pl.Series([], dtype=pl.UInt32)
    return texts.str.contains(CONTROL).fill_null(False).arg_true()


def _has_control(letters: npt.NDArray[np.uint8]) -> bool:
    """Whether there is any: below the space spaced texts have line ends alone. These become 255, the others 0 to 30."""
    below = int(((letters ^ ord("\n")) - np.uint8(1)).min())
    return below < ord(" ") - 1 or bool((letters == DELETE).any())


def _not_ascii(texts: pl.Series) -> pl.Series:
    return texts.str.len_bytes() != texts.str.len_chars()


def _well_encoded(texts: pl.Series) -> pl.Series:
    """Texts with ODD characters without mojibake, in normal form C."""
    texts = _where(texts, texts.str.contains(MAY_BE_MOJIBAKE), _one_by_one(ftfy.fix_encoding))
    return _one_by_one(partial(unicodedata.normalize, "NFC"))(texts)


def _composed(texts: pl.Series) -> pl.Series:
    """Texts with other than ASCII characters, well encoded and all to be seen."""
    texts = _where(texts, texts.str.contains(ODD), _well_encoded)
    return _replaced(texts, dict.fromkeys(INVISIBLE, ""))


def _cleaned(texts: pl.Series) -> pl.Series:
    texts = _where(texts, texts.str.contains("&", literal=True), _one_by_one(_unescaped))
    texts = _where(texts, texts.str.contains("<", literal=True), lambda odd: odd.str.replace_all(BREAK, "\n"))
    texts = _where(texts, _not_ascii(texts), _composed)
    spaced = _spaced(texts.clone())  # polars scatters in place
    odd = _with_control(spaced)
    return spaced.scatter(odd, _spaced(texts.gather(odd).str.replace_all(CONTROL, ""))) if len(odd) else spaced


def clean(texts: pl.Series) -> pl.Series:
    """Texts without HTML entities and breaks, mojibake, invisible characters and heaps of white space; null stays null.

    Nothing here makes a text longer, so a rule may count the characters of the raw text first.
    """
    return _where(texts, (texts.str.contains(UNCLEAN) | _not_ascii(texts)).fill_null(False), _cleaned)
