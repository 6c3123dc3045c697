"""Texts that were decoded by a wrong table, "donâ€™t": found and mended by ftfy.

Before anything else ftfy asks one large regular expression about a text, and Python takes 60 to 600 us for the answer;
polars takes 6 for the same expression, and nearly all texts need nothing more.
"""

from __future__ import annotations

import functools
import re

import polars as pl

ANY = "(?s:.)"  # for a class that Python and polars do not read alike: then more texts are shown to ftfy, never fewer
UNLIKE = (r"\w", r"\s")
PART = re.compile(  # of a verbose expression: an escape, a class, what stands for nothing, any other sign
    r"(?P<escape>\\.)|(?P<class>\[(?:\\.|[^\]\\])+\])|(?P<nothing>\s+|\#[^\n]*)|(?P<sign>.)", re.DOTALL
)


@functools.cache
def _pattern() -> str:
    """ftfy's expression without its spaces and comments, for polars takes the spaces in its classes for such too."""
    from ftfy.badness import BADNESS_RE  # here, for ftfy takes 30 ms and not every dump needs it

    parts = (part for part in PART.finditer(BADNESS_RE.pattern) if part.lastgroup != "nothing")
    return "".join(ANY if part[0] in UNLIKE else part[0] for part in parts)


def may_be_mojibake(texts: pl.Series) -> pl.Series:
    """Which texts ftfy is to look at."""
    return texts.str.contains(_pattern())


def decoded_again(text: str) -> str:
    from ftfy import fix_encoding

    return fix_encoding(text)
