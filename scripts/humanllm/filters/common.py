"""Rules for several sources. A rule takes the source's knobs and gives, as an expression over the columns of a draft,
which drafts are dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

Knobs = Mapping[str, Any]
Rule = Callable[[Knobs], pl.Expr]

# Exact names, lower case: accounts of the platforms and the most active bots that no pattern below hits.
BOT_NAMES = """
    automoderator reddit moderator admin autotldr autowikibot remindmebot wikitextbot sneakpeekbot totesmessenger
    imguralbumbot gifreversingbot haikubot-1337 vredditdownloader savevideo stabbot repostsleuthbot tweetposter
    imgurtranscriber transcribot metricconversionbot nice-scores agree-with-above gfy_mirror videolinkbot tweetlinker
    commonmisspellingbot could_of_bot smile-bot-2019 transcribersofreddit userleansbot profanitycounter table_it_bot
    b0trank goodbot_badbot friendly-bot image_linker_bot rpbot reddit-bot converter-bot dealsbot twitter youtube
    """
# "bot" set off by a separator, or by a capital after a small letter: news_bot, RemindMeBot, bot-42; not Abbott, Talbot,
# MrRobot or bothell. The same for the accounts of moderator teams: askmen-ModTeam, NBA_MOD.
BOT = r"(?i:(?:^|[_-])bot(?:[_-]|\d*$))|[a-z0-9]Bot(?:\d*$|[A-Z_-])"
MODERATOR = r"(?i:[_-]mod(?:s|team|erators?)?$)|[a-zA-Z]ModTeam$"
BOTS = BOT_NAMES.split()
DELETED = ["", "[deleted]", "[removed]", "[ deleted by user ]", "[ removed by reddit ]"]
# Seconds of 1995 and of 2035: no source is older, and no dump comes from the future.
EARLIEST, LATEST = 788_918_400, 2_051_222_400


def no_id(knobs: Knobs) -> pl.Expr:
    """A record without an id cannot be told from its copies."""
    return ~pl.col("identified")


def no_time(knobs: Knobs) -> pl.Expr:
    """A record without a time has no place in its user's history."""
    return pl.col("time").is_null()


def no_text(knobs: Knobs) -> pl.Expr:
    """A record whose text is missing or no text."""
    return pl.col("text").is_null()


def nobody(knobs: Knobs) -> pl.Expr:
    """Deleted users are removed (2.1)."""
    return pl.col("name").fill_null("").is_in(DELETED)


def bot(knobs: Knobs) -> pl.Expr:
    """Bots and system accounts are removed (2.1)."""
    name = pl.col("name")
    return name.str.to_lowercase().is_in(BOTS) | name.str.contains(f"{BOT}|{MODERATOR}")


def clock(knobs: Knobs) -> pl.Expr:
    """A time that cannot be: the order of a user's texts hangs on it."""
    return (pl.col("time") < EARLIEST) | (pl.col("time") >= LATEST)


def empty(knobs: Knobs) -> pl.Expr:
    """There is nothing to read. White space is below "!" or beyond ASCII: few texts need more than a look at their
    start, and the others are nulls, for polars looks at all rows of a `when`, but a null costs nothing."""
    text = pl.col("text")
    return pl.when((text < "!") | (text > "~")).then(text).str.strip_chars_start().eq("").fill_null(False)


def short(knobs: Knobs) -> pl.Expr:
    """Texts below the source's length carry too little of a person (2.1)."""
    return pl.col("text").str.len_chars() < knobs["min_characters"]


def fewer_words(text: pl.Expr, count: int) -> pl.Expr:
    """Whether a text has fewer words than `count`, asked of those short enough for it to be so."""
    if count < 2:
        return pl.lit(False)
    return ~text.str.contains(rf"(?:\S+\s+){{{count - 1}}}\S")


def words(*phrases: str) -> str:
    """A pattern that finds whole words or phrases, in any case: "sale" is not in Jerusalem."""
    listed = "|".join(phrase.replace(".", r"\.").replace(" ", r"\s+") for phrase in phrases)
    return rf"(?i)(?:^|\W)(?:{listed})(?:\W|$)"
