"""Shared runs of 13 words between texts, for decontamination: the usual length in reports of large models' data.

Words are numbered as they come, a run of 13 numbers becomes one 64-bit number, and a set of texts a sorted array: the
test answers of the paper's size fit into some hundred megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from humanllm.draws import digest

LENGTH = 13
SHORT = 8
WORD = re.compile(r"\w+")
FACTOR = np.uint64(0x9E3779B97F4A7C15)

Runs = npt.NDArray[np.uint64]


class RunReader:
    """Turns texts into their runs; one reader for all texts that are to be compared."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = int(digest(word)[:16], 16)
        return number

    def runs(self, text: str) -> Runs:
        """One number for each run of 13 words, lower-cased, without punctuation; none for a shorter text."""
        words = np.array([self._number(word) for word in WORD.findall(text.lower())], dtype=np.uint64)
        if len(words) < LENGTH:
            return np.empty(0, dtype=np.uint64)
        count = len(words) - LENGTH + 1
        runs = np.zeros(count, dtype=np.uint64)
        for offset in range(LENGTH):
            runs = runs * FACTOR + words[offset : offset + count]
        return runs

    def collect(self, texts: Iterable[str]) -> Runs:
        """The distinct runs of all texts, sorted."""
        found = [np.empty(0, dtype=np.uint64), *(self.runs(text) for text in texts)]
        return np.unique(np.concatenate(found))


def told(answer: str, prompt: str) -> bool:
    """Whether `prompt` holds all of `answer`, word for word; one below SHORT words may stand there by chance."""
    words = WORD.findall(answer.lower())
    return len(words) >= SHORT and f" {' '.join(words)} " in f" {' '.join(WORD.findall(prompt.lower()))} "


def shared(runs: Runs, among: Runs) -> Runs:
    """The members of `runs` that stand in the sorted `among`."""
    if not len(among) or not len(runs):
        return runs[:0]
    places = np.minimum(np.searchsorted(among, runs), len(among) - 1)
    return runs[among[places] == runs]
