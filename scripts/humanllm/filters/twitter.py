"""The rules for tweets (paper 2.1)."""

from __future__ import annotations

import re

from humanllm.filters.common import Knobs, words
from humanllm.readers.draft import Draft

RETWEET = re.compile(r"\s*RT @\w+")
QUOTE = re.compile(r"https?://(?:t\.co/\w+|(?:\w+\.)?(?:twitter|x)\.com/\w+/status/\d+\S*)\s*$", re.IGNORECASE)
# Both lists after the official code, which looks for them inside words as well.
COMPANY = words(
    *("company", "official", "network", "store", "brand", "business", "shop", "solutions", "digital", "services"),
    *("marketing", "service provider", "Inc.", "Inc", "Ltd.", "Ltd", "LLC"),
)
ADVERTISEMENT = words(
    *("buy now", "limited offer", "subscribe", "discount", "sale", "promo", "special deal", "click the link"),
    *("order now", "get it now"),
)


def retweet(draft: Draft, knobs: Knobs) -> str | None:
    """Retweets are another person's words (2.1); the dump marks them only by `RT @handle` at the start."""
    return "retweet" if RETWEET.match(draft.text) else None


def quote(draft: Draft, knobs: Knobs) -> str | None:
    """Quotes are removed (2.1; kept by the official code). The only trace is a link to a tweet at the end."""
    return "quote" if knobs["quotes"] == "drop" and QUOTE.search(draft.text) else None


def corporate(draft: Draft, knobs: Knobs) -> str | None:
    """Accounts whose description names a company or a shop (2.1). Without a description the account is kept."""
    return "corporate" if COMPANY.search(draft.facts.get("description") or "") else None


def advertisement(draft: Draft, knobs: Knobs) -> str | None:
    """Texts with phrases of advertisements (2.1)."""
    return "advertisement" if ADVERTISEMENT.search(draft.text) else None
