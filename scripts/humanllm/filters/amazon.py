"""The rules for reviews (paper 2.1); the k-core is a rule over all of them, see `humanllm.kcore`."""

from __future__ import annotations

from humanllm.filters.common import Knobs
from humanllm.readers.draft import Draft


def few_words(draft: Draft, knobs: Knobs) -> str | None:
    """A least number of words (official code; the paper counts characters)."""
    return "few_words" if len(draft.text.split()) < knobs["min_words"] else None
