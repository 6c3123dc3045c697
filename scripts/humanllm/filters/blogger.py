"""The rules for blogs (paper 2.1)."""

from __future__ import annotations

import numpy as np
import polars as pl

from humanllm.filters.common import Knobs
from humanllm.kernels.pronouns import DOUBTFUL, SURE, pronouns

# The country in capitals is no pronoun, nor is "i.e.": an "i" counts if it is not followed by a full stop and an "e".
FIRST_PERSON = (
    r"(?i)\b(?:im|ive|me|my|mine|myself|we|(?-i:us|Us)|our|ours|ourselves)\b"
    r"|\bi(?:$|[^\w.]|\.(?:$|[^\w\s]|[^\We]|e\w|\s(?:$|\W|[^\We]|e\w)))"
)


def _first_person(texts: pl.Series) -> pl.Series:
    """Whether each text has a pronoun of the first person. An expression that knows letters of all alphabets is slow in
    texts that have others than ASCII, so it is asked of few."""
    found = pronouns(texts)
    asked = np.flatnonzero((found == DOUBTFUL) | texts.is_null().to_numpy())
    return pl.Series(found == SURE).scatter(asked, texts.gather(asked).str.contains(FIRST_PERSON))


def no_first_person(knobs: Knobs) -> pl.Expr:
    """A post with a pronoun of the first person speaks of its writer (2.1; not asked by the official code)."""
    if not knobs["first_person"]:
        return pl.lit(False)
    return ~pl.col("text").map_batches(_first_person, pl.Boolean, is_elementwise=True)
