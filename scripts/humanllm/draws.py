"""Repeatable draws: every choice follows from the run's seed and the id it is made for, never from `hash()`."""

from __future__ import annotations

import hashlib
import random


def digest(*parts: object) -> str:
    """32 hex characters (BLAKE2b, 16 bytes) of the parts' text; the same on every machine."""
    text = "\0".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def draw(seed: int, *parts: object) -> random.Random:
    """A generator of its own for `parts`, so that one record's draws do not shift another's."""
    return random.Random(digest(seed, *parts))
