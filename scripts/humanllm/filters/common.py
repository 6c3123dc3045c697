"""Rules for several sources. A rule takes a draft and the source's knobs and gives a reason to drop it, or None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from humanllm.readers.draft import Draft

Knobs = Mapping[str, Any]

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
BOT = re.compile(r"(?:^|[_-])bot(?:[_-]|\d*$)|(?<=[a-z0-9])(?-i:B)ot(?=\d*$|[A-Z_-])", re.IGNORECASE)
MODERATOR = re.compile(r"[_-]mod(?:s|team|erators?)?$|(?<=[a-z])(?-i:ModTeam)$", re.IGNORECASE)
BOTS = frozenset(BOT_NAMES.split())
DELETED = frozenset(("", "[deleted]", "[removed]", "[ deleted by user ]", "[ removed by reddit ]"))
# Seconds of 1995 and of 2035: no source is older, and no dump comes from the future.
EARLIEST, LATEST = 788_918_400, 2_051_222_400
SAMPLE = 400  # characters that the language check reads: it is the dearest rule
NO_LETTERS = re.compile(r"[\W\d_]+")
# Nigerian Pidgin: what py3langid takes much slangy English for.
SPOKEN_AS = {"pcm": "en"}


def nobody(draft: Draft, knobs: Knobs) -> str | None:
    """Deleted users are removed (2.1)."""
    return "no_author" if draft.name in DELETED else None


def bot(draft: Draft, knobs: Knobs) -> str | None:
    """Bots and system accounts are removed (2.1)."""
    name = draft.name
    return "bot" if name.lower() in BOTS or BOT.search(name) or MODERATOR.search(name) else None


def clock(draft: Draft, knobs: Knobs) -> str | None:
    """A time that cannot be: the order of a user's texts hangs on it."""
    return None if EARLIEST <= draft.time < LATEST else "bad_clock"


def short(draft: Draft, knobs: Knobs) -> str | None:
    """Texts below the source's length carry too little of a person (2.1)."""
    if not draft.text.strip():
        return "empty"
    return "short" if len(draft.text) < knobs["min_characters"] else None


def language(draft: Draft, knobs: Knobs) -> str | None:
    """English texts alone (2.1), told by py3langid from the letters of the text's first 400 characters."""
    wanted = knobs["language"]
    if wanted is None:
        return None
    from py3langid.langid import classify  # here, for it loads its model

    sample = (draft.text or draft.title or "")[:SAMPLE]
    found = classify(NO_LETTERS.sub(" ", sample).lower())[0]
    return None if SPOKEN_AS.get(found, found) == wanted else "other_language"


def words(*phrases: str) -> re.Pattern[str]:
    """A pattern that finds whole words or phrases, in any case: "sale" is not in Jerusalem."""
    listed = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)
