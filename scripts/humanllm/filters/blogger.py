"""The rules for blogs (paper 2.1)."""

from __future__ import annotations

import polars as pl

from humanllm.filters.common import Knobs

# The country in capitals is no pronoun, nor is "i.e.": an "i" counts if it is not followed by a full stop and an "e".
FIRST_PERSON = (
    r"(?i)\b(?:im|ive|me|my|mine|myself|we|(?-i:us|Us)|our|ours|ourselves)\b"
    r"|\bi(?:$|[^\w.]|\.(?:$|[^\w\s]|[^\We]|e\w|\s(?:$|\W|[^\We]|e\w)))"
)


def no_first_person(knobs: Knobs) -> pl.Expr:
    """A post with a pronoun of the first person speaks of its writer (2.1; not asked by the official code)."""
    return ~pl.col("text").str.contains(FIRST_PERSON) if knobs["first_person"] else pl.lit(False)
