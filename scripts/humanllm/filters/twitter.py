"""The rules for tweets (paper 2.1)."""

from __future__ import annotations

import polars as pl

from humanllm.filters.common import Knobs, words

RETWEET = r"^\s*RT @\w"
QUOTE = r"(?i)https?://(?:t\.co/\w+|(?:\w+\.)?(?:twitter|x)\.com/\w+/status/\d+\S*)\s*$"
# Both lists after the official code, which looks for them inside words as well.
COMPANY = words(
    *("company", "official", "network", "store", "brand", "business", "shop", "solutions", "digital", "services"),
    *("marketing", "service provider", "Inc.", "Inc", "Ltd.", "Ltd", "LLC"),
)
ADVERTISEMENT = words(
    *("buy now", "limited offer", "subscribe", "discount", "sale", "promo", "special deal", "click the link"),
    *("order now", "get it now"),
)


def retweet(knobs: Knobs) -> pl.Expr:
    """Retweets are another person's words (2.1); the dump marks them only by `RT @handle` at the start."""
    return pl.col("text").str.contains(RETWEET)


def quote(knobs: Knobs) -> pl.Expr:
    """Quotes are removed (2.1; kept by the official code). The only trace is a link to a tweet at the end."""
    return pl.col("text").str.contains(QUOTE) if knobs["quotes"] == "drop" else pl.lit(False)


def corporate(knobs: Knobs) -> pl.Expr:
    """Accounts whose description names a company or a shop (2.1). Without a description the account is kept."""
    return pl.col("description").fill_null("").str.contains(COMPANY)


def advertisement(knobs: Knobs) -> pl.Expr:
    """Texts with phrases of advertisements (2.1)."""
    return pl.col("text").str.contains(ADVERTISEMENT)
