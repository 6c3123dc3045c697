"""The rules for blogs (paper 2.1)."""

from __future__ import annotations

import re

from humanllm.filters.common import Knobs
from humanllm.readers.draft import Draft

# "i.e." and the country in capitals are no pronouns.
FIRST_PERSON = re.compile(
    r"\b(?:i(?!\.\s?e\b)|im|ive|me|my|mine|myself|we|(?-i:us|Us)|our|ours|ourselves)\b", re.IGNORECASE
)


def first_person(draft: Draft, knobs: Knobs) -> str | None:
    """A post with a pronoun of the first person speaks of its writer (2.1; not asked by the official code)."""
    return None if not knobs["first_person"] or FIRST_PERSON.search(draft.text) else "no_first_person"
