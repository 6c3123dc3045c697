"""The rules for reviews (paper 2.1); the k-core is a rule over all of them, see `humanllm.kcore`."""

from __future__ import annotations

import polars as pl

from humanllm.filters.common import Knobs, fewer_words


def few_words(knobs: Knobs) -> pl.Expr:
    """A least number of words (official code; the paper counts characters)."""
    return fewer_words(pl.col("text"), knobs["min_words"])
