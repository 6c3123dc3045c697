"""Which samples make up a training set, and on which side each stands (paper 3.2).

Every sample of the task tables gets a Fate; the texts are read again when they are written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from humanllm.draws import digest
from humanllm.errors import InputError
from humanllm.estimates import estimate
from humanllm.ngrams import RunReader, Runs, shared, told
from humanllm.split import Group, test_users
from humanllm.tables import Row


@dataclass(slots=True)
class Fate:
    """What becomes of a sample: `side` is train or test, or empty with the reason."""

    id: str
    user: str
    group: Group
    tokens: int  # estimated, of system, prompt and answer
    prompt: bytes  # a digest
    records: tuple[bytes, ...]  # digests of the ids of the records behind it
    order: str  # where it stands in the shuffled file, and in the draw for the cap
    side: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Rules:
    """config `sft`."""

    seed: int
    test_share: float
    max_tokens: int
    caps: dict[str, int]


class Sampler:
    """Takes all samples one by one, then decides on the sides."""

    def __init__(self, rules: Rules, reader: RunReader, benchmarks: Runs) -> None:
        self.rules, self.reader, self.benchmarks = rules, reader, benchmarks
        self.fates: dict[str, Fate] = {}
        self._seen: set[bytes] = set()

    def take(self, sample: Row) -> None:
        """Look at one sample; drop it if it is too long, given before, answers itself, or is known from a benchmark."""
        prompt, answer = sample["prompt"], sample["answer"]
        fate = Fate(
            id=sample["id"],
            user=sample["user"],
            group=(sample["task"], sample["source"]),
            tokens=estimate(sample["system"], prompt, answer),
            prompt=_short(prompt),
            records=tuple(_short(name) for name in sample["record_ids"]),
            order=digest(self.rules.seed, "order", sample["id"]),
        )
        if fate.id in self.fates:
            raise InputError(f"the id {fate.id} stands twice in the task tables: delete the tasks folder and run again")
        self.fates[fate.id] = fate
        both = _short(prompt + "\0" + answer)
        if fate.tokens > self.rules.max_tokens:
            fate.reason = "too_long"
        elif both in self._seen:
            fate.reason = "duplicate"
        elif sample["options"] is None and told(answer, prompt):
            fate.reason = "answer_in_prompt"
        elif len(self.benchmarks) and len(shared(self.reader.runs(f"{prompt}\n{answer}"), self.benchmarks)):
            fate.reason = "contaminated"
        self._seen.add(both)

    def decide(self) -> None:
        """Cap every task and source by a draw, then give each sample that is left its side."""
        kept = [fate for fate in self.fates.values() if not fate.reason]
        users: dict[Group, set[str]] = defaultdict(set)
        for fate in kept:
            users[fate.group].add(fate.user)
        tested = test_users(users, self.rules.seed, self.rules.test_share)
        taken = self._cap(kept)
        asked = {fate.prompt for fate in taken if fate.user in tested}
        kept_apart = {record for fate in taken if fate.user in tested for record in fate.records[:1]}
        for fate in taken:
            if fate.user in tested:
                fate.side = "test"
            elif fate.prompt in asked:
                fate.reason = "prompt_in_test"
            elif not kept_apart.isdisjoint(fate.records):
                fate.reason = "shows_test_text"  # a post of the test set, answered by a person of train
            else:
                fate.side = "train"

    def _cap(self, fates: Iterable[Fate]) -> list[Fate]:
        counts: dict[Group, int] = defaultdict(int)
        taken = []
        for fate in sorted(fates, key=lambda fate: fate.order):
            counts[fate.group] += 1
            if counts[fate.group] <= self.rules.caps[fate.group[0]]:
                taken.append(fate)
            else:
                fate.reason = "over_cap"
        return taken


def _short(text: str) -> bytes:
    return bytes.fromhex(digest(text))


def demand_samples(fates: Iterable[Fate], expected: Iterable[Group]) -> None:
    """InputError if a task, a source or a side is without a sample."""
    kept = [fate for fate in fates if fate.side]
    groups, expected = {fate.group for fate in kept}, list(expected)
    for task in dict.fromkeys(task for task, _ in expected):
        if not any(group[0] == task for group in groups):
            raise InputError(
                f"task {task} has no sample in any source: the drop reasons stand in the .stats.json files of"
                f" tasks/{task} and of this training set; usual causes are too few records or products a user"
            )
    for source in dict.fromkeys(source for _, source in expected):
        if not any(group[1] == source for group in groups):
            raise InputError(
                f"source {source} has no sample of any task: see the .stats.json files of clean/{source},"
                f" genome/*/{source} and tasks/*/{source}, or take it out of active_sources"
            )
    for side in ("train", "test"):
        if not any(fate.side == side for fate in kept):
            raise InputError(f"the {side} set is empty: at least two users with samples are needed; add dumps")
