"""The paper's rules of section 2.1, in order: a record is dropped by the first that gives a reason.

The first list of a kind looks at the fields as they came, and is cheap; then what other dumps know is added (the post
of a comment, the description of an account); the second list looks at the cleaned text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from humanllm.filters import amazon, blogger, common, reddit, twitter
from humanllm.filters.common import Knobs
from humanllm.readers.draft import Draft

Rule = Callable[[Draft, Knobs], str | None]


class Rules(NamedTuple):
    fields: Sequence[Rule]
    text: Sequence[Rule]


RULES = {
    "submissions": Rules(
        (
            *(common.nobody, common.bot, reddit.official, reddit.not_self, reddit.removed, reddit.engagement),
            *(common.clock, reddit.short_post),
        ),
        (reddit.short_post, common.language),
    ),
    "comments": Rules(
        (
            *(common.nobody, common.bot, reddit.official, reddit.removed, reddit.top_level, common.clock),
            reddit.short_comment,
        ),
        (reddit.short_comment, common.language),
    ),
    "tweets": Rules(
        (common.nobody, common.bot, common.clock, twitter.retweet, twitter.quote, common.short),
        (twitter.corporate, twitter.advertisement, common.short, common.language),
    ),
    "blogs": Rules((common.nobody, common.clock, common.short), (common.short, blogger.first_person, common.language)),
    "reviews": Rules((common.nobody, common.clock, common.short), (common.short, amazon.few_words, common.language)),
}


def reason(rules: Sequence[Rule], draft: Draft, knobs: Knobs) -> str | None:
    """The first reason that one of `rules` gives to drop `draft`."""
    return next((found for rule in rules if (found := rule(draft, knobs))), None)
