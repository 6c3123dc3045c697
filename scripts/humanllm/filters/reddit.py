"""The rules for Reddit's posts and comments (paper 2.1)."""

from __future__ import annotations

import polars as pl

from humanllm.filters.common import Knobs, fewer_words

GONE = ["[deleted]", "[removed]", "[ removed by reddit ]", "[ removed by moderator ]", "[deleted by user]"]


def official(knobs: Knobs) -> pl.Expr:
    """Posts and comments that a moderator or an admin wrote as such are removed (2.1)."""
    return pl.col("distinguished").fill_null("") != ""


def not_self(knobs: Knobs) -> pl.Expr:
    """Only self posts hold a person's own text (2.1)."""
    return ~pl.col("is_self")


def removed(knobs: Knobs) -> pl.Expr:
    """Removed and deleted texts are no longer there (2.1). Only what begins like them is made small letters."""
    parts = (pl.col(part).str.strip_chars() for part in ("title", "text"))
    gone = (pl.when(part.str.starts_with("[")).then(part).str.to_lowercase().is_in(GONE) for part in parts)
    return pl.any_horizontal(pl.col("removed_by").fill_null("") != "", *gone)


def engagement(knobs: Knobs) -> pl.Expr:
    """Score >= 2 and comments >= 2 (2.1); with `either`, one of them is enough (official code). Unknown is below."""
    low = [
        pl.col("score").fill_null(0) < knobs["min_score"],
        pl.col("comments").fill_null(0) < knobs["min_comments"],
    ]
    return pl.all_horizontal(low) if knobs["engagement"] == "either" else pl.any_horizontal(low)


def short_post(knobs: Knobs) -> pl.Expr:
    """Title and text together have 300 characters or more (2.1)."""
    length = pl.col("title").str.len_chars().fill_null(0) + pl.col("text").str.len_chars()
    return length < knobs["min_characters"]


def bare_question(knobs: Knobs) -> pl.Expr:
    """A body of fewer words that ends in a question mark asks, it does not tell (official code; 0 leaves it out)."""
    text = pl.col("text")
    return text.str.ends_with("?") & fewer_words(text, knobs["min_words_of_question"])


def reply(knobs: Knobs) -> pl.Expr:
    """Personalised commenting answers the post itself, not another comment (3.1)."""
    return ~pl.col("top_level")


def short_comment(knobs: Knobs) -> pl.Expr:
    """A comment has 200 characters or more (official code)."""
    return pl.col("text").str.len_chars() < knobs["min_comment_characters"]
