"""Histories beyond the teacher's context: notes on their parts, joined, stand in the place of the posts.

    notes = Summaries(prompt, limit=100000)
    notes.add("9f3a...", records)                    # parts of at most 100,000 tokens
    while notes.waiting:
        notes.take(session.ask(notes.requests(sampling), [prompt]))
    notes.texts["9f3a..."]                           # "### 2019-01-07 to 2021-11-30: notes on 412 posts\nThey ..."
Notes that are too long together are cut into parts again, and so on. A user of whom one part has no usable notes is in
`lost`, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from humanllm.asking import Asked
from humanllm.draws import digest
from humanllm.engines.base import Request, Sampling
from humanllm.errors import InputError
from humanllm.estimates import estimate
from humanllm.histories import Part, joined, packed, parts
from humanllm.prompts import Prompt
from humanllm.replies import Reply, Summary
from humanllm.tables import Row

SHRINK = 0.9  # notes longer than this share of what they are on would never come to an end


class Summaries:
    """The long histories of a bucket, by user; `parts` counts the parts asked about, on every level."""

    def __init__(self, prompt: Prompt, limit: int) -> None:
        self._prompt, self._limit = prompt, limit
        self._level = 0
        self.waiting: dict[str, list[Part]] = {}
        self.texts: dict[str, str] = {}
        self.lost: dict[str, str] = {}
        self.seen: dict[str, frozenset[str]] = {}  # the ids of the posts that stood in a prompt
        self.parts = 0

    def add(self, user: str, records: Sequence[Row]) -> None:
        self.waiting[user] = parts(records, self._limit)
        self.seen[user] = joined(self.waiting[user]).ids

    def requests(self, sampling: Sampling) -> Iterator[Request]:
        """A request for each part that waits, a user's in order."""
        for user, found in self.waiting.items():
            for place, part in enumerate(found):
                yield self._prompt.request(self._name(user, place), sampling, posts=part.text)

    def _name(self, user: str, place: int) -> str:
        return f"summary:{digest('summary', user, self._level, place)}"

    def take(self, asked: Asked[Reply]) -> None:
        """Put the notes in the place of the parts. Raises InputError when they are no shorter."""
        waiting, self.waiting = self.waiting, {}
        for user, found in waiting.items():
            self.parts += len(found)
            names = [self._name(user, place) for place in range(len(found))]
            if dead := next((asked.dead[name] for name in names if name in asked.dead), None):
                self.lost[user] = dead
                continue
            notes = [
                part.noted(cast(Summary, asked.answers[name].value).summary)
                for part, name in zip(found, names, strict=True)
            ]
            self._settle(user, found, notes)
        self._level += 1

    def _settle(self, user: str, found: Sequence[Part], notes: Sequence[Part]) -> None:
        whole = joined(notes)
        if estimate(whole.text) <= self._limit:
            self.texts[user] = whole.text
            return
        if estimate(whole.text) > SHRINK * sum(estimate(part.text) for part in found):
            raise InputError(
                f"notes on parts of {self._limit} tokens are no shorter than the posts: raise"
                " synthesis.max_history_tokens"
            )
        self.waiting[user] = packed(notes, self._limit)
