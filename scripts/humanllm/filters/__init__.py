"""The paper's rules of section 2.1, in order: a record is dropped by the first that gives a reason.

The rules of the fields look at the record as it came, and are cheap; those of the text look at the cleaned text; the
language is asked last, for it is the dearest.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from humanllm.filters import amazon, blogger, common, reddit, twitter
from humanllm.filters.common import Knobs, Rule

Rules = dict[str, Rule]  # reason: rule


class Stages(NamedTuple):
    fields: Rules
    text: Rules


# What cannot be a record of the kind at all: a dump of nothing else is the wrong file.
UNREADABLE: Rules = {"no_id": common.no_id, "no_time": common.no_time, "no_text": common.no_text}
ANY: Rules = {**UNREADABLE, "no_author": common.nobody}
RULES = {
    "submissions": Stages(
        {
            **ANY,
            "bot": common.bot,
            "moderator": reddit.official,
            "not_self_post": reddit.not_self,
            "removed": reddit.removed,
            "low_engagement": reddit.engagement,
            "bad_clock": common.clock,
            "short": reddit.short_post,
        },
        {"short": reddit.short_post, "bare_question": reddit.bare_question},
    ),
    "comments": Stages(
        {
            **ANY,
            "bot": common.bot,
            "moderator": reddit.official,
            "removed": reddit.removed,
            "not_top_level": reddit.reply,
            "bad_clock": common.clock,
            "short": reddit.short_comment,
        },
        {"short": reddit.short_comment},
    ),
    "tweets": Stages(
        {
            **ANY,
            "bot": common.bot,
            "bad_clock": common.clock,
            "retweet": twitter.retweet,
            "quote": twitter.quote,
            "empty": common.empty,
            "short": common.short,
        },
        {
            "corporate": twitter.corporate,
            "advertisement": twitter.advertisement,
            "empty": common.empty,
            "short": common.short,
        },
    ),
    "blogs": Stages(
        {**ANY, "bad_clock": common.clock, "empty": common.empty, "short": common.short},
        {"empty": common.empty, "short": common.short, "no_first_person": blogger.no_first_person},
    ),
    "reviews": Stages(
        {**ANY, "bad_clock": common.clock, "empty": common.empty, "short": common.short},
        {"empty": common.empty, "short": common.short, "few_words": amazon.few_words},
    ),
}


def reasons(frame: pl.DataFrame, rules: Rules, knobs: Knobs) -> pl.Series:
    """The first reason to drop each draft, or null."""
    found = (pl.when(rule(knobs)).then(pl.lit(why)) for why, rule in rules.items())
    return frame.select(reason=pl.coalesce(*found)).to_series()
