"""Tokens of prompts and texts, and how many of a prompt's tokens the engine's prefix cache will already hold.

meter = Meter(spec)
meter.take(request)      # Prompt(tokens=412, cached=352): 352 of them begin an earlier prompt of this sort
meter.text("A reply.")   # 2
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from humanllm.engines.base import ModelSpec, Request
from humanllm.estimates import BYTES_A_TOKEN
from humanllm.messages import Messages
from humanllm.tokens import AROUND_A_MESSAGE, Counter, Encoder, counter, encoder

BLOCK = 16  # tokens that a prefix cache keeps or drops together (vLLM's default)


def text_tokens(count: Counter, text: str) -> int:
    """The tokens of a text by itself, without those that a chat template writes around it."""
    return count([{"role": "user", "content": text}]) - count([{"role": "user", "content": ""}])


@dataclass(frozen=True)
class Prompt:
    """A prompt's tokens, and how many of them an earlier prompt began with."""

    tokens: int
    cached: int


class Meter:
    """Counts the prompts of one job in the order in which they are asked.

    A prompt is held against the last one of each template: what they share from the start, in whole blocks, is cached.
    An engine with room to spare keeps more, one that is full keeps less.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self.count = counter(spec)
        self._encode = encoder(spec)
        self._last: dict[str, np.ndarray] = {}

    def begin(self) -> None:
        """A new job starts with an empty cache."""
        self._last = {}

    def text(self, text: str) -> int:
        return text_tokens(self.count, text)

    def take(self, request: Request) -> Prompt:
        units, unit = _units(self._encode, request.messages)
        tokens = len(units) if self._encode else self.count(request.messages)
        longest = max((_shared(units, last) for last in self._last.values()), default=0) // unit
        self._last[request.template] = units
        return Prompt(tokens, min(longest, tokens - 1) // BLOCK * BLOCK)  # the last token is always worked out


def _units(encode: Encoder | None, messages: Messages) -> tuple[np.ndarray, int]:
    """The prompt as numbers of which so many make a token: its tokens, or the bytes that estimates go by."""
    if encode:
        return np.array(encode(messages)), 1
    around = b"\0" * (AROUND_A_MESSAGE * BYTES_A_TOKEN)
    whole = b"".join(around + message["content"].encode("utf-8", "surrogatepass") for message in messages)
    return np.frombuffer(whole, np.uint8), BYTES_A_TOKEN


def _shared(one: np.ndarray, other: np.ndarray) -> int:
    """How many units the two begin with alike."""
    most = min(len(one), len(other))
    different = np.flatnonzero(one[:most] != other[:most])
    return int(different[0]) if len(different) else most


@dataclass(frozen=True)
class Line:
    """Tokens of prompts as so many a call and so many a character of what they are filled with, by least squares.

    Held to the sums of the sample: `at(calls, characters)` of the sample gives its own tokens.
    """

    calls: int
    characters: int
    tokens: int
    slope: float  # tokens a character

    @classmethod
    def through(cls, characters: Sequence[int], tokens: Sequence[int]) -> Line:
        x, y = np.array(characters, float), np.array(tokens, float)
        spread = float(((x - x.mean()) ** 2).sum()) if len(x) else 0.0
        slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread else 0.0
        return cls(len(tokens), sum(characters), sum(tokens), slope)

    def at(self, calls: float, characters: float) -> float:
        """The tokens of `calls` prompts that are filled with `characters` in all; never below 0."""
        fixed = (self.tokens - self.slope * self.characters) / self.calls if self.calls else 0.0
        return max(0.0, fixed * calls + self.slope * characters)
