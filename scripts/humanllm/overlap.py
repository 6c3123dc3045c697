"""How much of an answer another one holds, in runs of 13 words.

    test answer   "... 63 words ..."             51 distinct runs
    train answer  the same but its first words   46 of them: 90 %, mostly the same text
Eight tenths of the runs in one answer mean long stretches word for word; a phrase that people repeat is far below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from humanllm.ngrams import RunReader, Runs, shared

MOST = (4, 5)  # from this share on: 80 %


class Overlap:
    """The `answers` whose runs are looked for; `known`: those of their runs that stand anywhere in the other set."""

    def __init__(self, reader: RunReader, answers: Sequence[str], known: Runs) -> None:
        self.reader, self.known = reader, known
        distinct = [np.unique(reader.runs(answer)) for answer in answers]
        self.sizes = np.array([len(runs) for runs in distinct], dtype=np.int64)
        found = [shared(runs, known) for runs in distinct]
        runs = np.concatenate([np.empty(0, dtype=np.uint64), *found])
        owners = np.repeat(np.arange(len(found)), [len(own) for own in found])
        order = np.argsort(runs, kind="stable")
        self._runs, self._owners = runs[order], owners[order]

    @property
    def compared(self) -> int:
        """How many answers have a run at all."""
        return int(np.count_nonzero(self.sizes))

    def mostly_in_one(self, others: Iterable[str]) -> int:
        """Of how many answers one of the `others` has MOST of the runs."""
        most = np.zeros(len(self.sizes), dtype=bool)
        for other in others:
            runs = np.unique(shared(self.reader.runs(other), self.known))
            starts, ends = (np.searchsorted(self._runs, runs, side) for side in ("left", "right"))
            spans = [self._owners[start:end] for start, end in zip(starts, ends, strict=True)]
            if spans:
                owners, counts = np.unique(np.concatenate(spans), return_counts=True)
                most[owners[counts * MOST[1] >= self.sizes[owners] * MOST[0]]] = True
        return int(most.sum())
