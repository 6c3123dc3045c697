"""How likely a model is to begin its reply with each of some letters: from tokens, or from what a server lists.

    spellings(tokenizer.get_vocab(), ["A", "B"])        # {"A": [32, 362], "B": [33, 426]}: "A" and " A", ...
    together({32: -1.2, 362: -0.4, 33: -3.0}, {"A": [32, 362], "B": [33, 426]})        # [-0.03, -3.0]
    of_server(["A", "B"], {"logprobs": {"content": [{"top_logprobs": [{"token": " A", "logprob": -0.4}]}]}})
The log-probabilities are the model's own, at temperature 1 and over its whole vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BEFORE = ("", "Ġ", "▁", " ")  # a space before a letter as byte-level, sentencepiece and plain vocabularies write it


def spellings(vocabulary: Mapping[str, int], letters: Sequence[str]) -> dict[str, list[int]]:
    """{letter: the tokens that are it, with or without a space before it}."""
    return {
        letter: sorted({vocabulary[mark + letter] for mark in BEFORE if mark + letter in vocabulary})
        for letter in letters
    }


def together(found: Mapping[int, float], tokens: Mapping[str, Sequence[int]]) -> list[float | None]:
    """The log-probability of each letter over all its tokens; None where no token of it has one."""
    return [_sum(found[one] for one in of_letter if one in found) for of_letter in tokens.values()]


def of_server(letters: Sequence[str], choice: Mapping[str, Any]) -> list[float | None] | None:
    """The same from a server's answer; None when it lists no log-probabilities. It lists but the likeliest tokens."""
    listed = _listed(choice.get("logprobs"))
    if not listed:
        return None
    return [_sum(value for token, value in listed if token.strip() == letter) for letter in letters]


def _listed(given: Any) -> list[tuple[str, float]]:
    """(token, log-probability) at the reply's first place, of a chat's answer or of a plain completion's."""
    try:
        if given.get("content"):
            return [(str(one["token"]), float(one["logprob"])) for one in given["content"][0]["top_logprobs"]]
        return [(str(token), float(value)) for token, value in given["top_logprobs"][0].items()]
    except (AttributeError, TypeError, KeyError, IndexError, ValueError):
        return []


def _sum(values: Iterable[float]) -> float | None:
    """log(sum(exp(values))); None without a finite one, since JSON has no infinity."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return None
    top = max(finite)
    return top + math.log(sum(math.exp(value - top) for value in finite))
