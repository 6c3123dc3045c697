"""What the teacher makes of a person's posts (paper 2.2), one row a product.

    {"id": "user:persona:5d1c...", "user": "9f3a...", "product": "user", "kind": "persona", "time": 1086000000,
     "record_ids": ["blogger:blogs:...", ...], "content": "{\"persona\":\"They ...\"}", "synth_model": ...}
User products are made from history only; scenarios, social QA and topics from single targets.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humanllm.asking import Asked
from humanllm.cleaning import in_order
from humanllm.draws import digest, draw
from humanllm.engines.base import Request, Sampling
from humanllm.estimates import estimate
from humanllm.histories import render_all
from humanllm.prompts import Prompt
from humanllm.replies import Reply, as_json
from humanllm.stages import Job
from humanllm.stats import Tally, counted
from humanllm.summaries import Summaries
from humanllm.tables import Row

KINDS = {
    "user": ("persona", "profile", "stories", "style"),
    "scenario": ("scenario",),
    "social_qa": ("action", "thought", "reason"),
    "topic": ("topic",),
}
Facts = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """What products of all kinds are made of: a user's history, or one target, as records and as text."""

    name: str
    records: Sequence[Row]
    posts: str

    @property
    def user(self) -> str:
        return str(self.records[0]["user"])


@dataclass(frozen=True)
class Limits:
    """`per_user` targets a user; a history above `max_history` tokens is summarised in parts."""

    per_user: int
    max_history: int


def subjects(product: str, rows: Iterable[Row], limits: Limits, seed: int) -> Iterator[Subject]:
    """What a product is made of in a bucket's clean records, user by user."""
    for user, group in itertools.groupby(in_order(rows), key=lambda row: row["user"]):
        records = list(group)
        if product == "user":
            history = [record for record in records if record["clean_part"] == "history"]
            if history:
                yield Subject(user, history, render_all(history))
        else:
            for record in drawn_targets(records, limits.per_user, seed):
                yield Subject(record["id"], [record], render_all([record]))


def drawn_targets(records: Sequence[Row], per_user: int, seed: int) -> list[Row]:
    """A user's targets, at most `per_user`, the same ones for every product."""
    targets = [record for record in records if record["clean_part"] == "target"]
    if len(targets) <= per_user:
        return targets
    places = draw(seed, "targets", targets[0]["user"]).sample(range(len(targets)), per_user)
    return [targets[place] for place in sorted(places)]


def product_row(product: str, kind: str, subject: Subject) -> Row:
    """The row of a product, without its content."""
    last = subject.records[-1]
    return {
        "id": _name(product, kind, subject),
        "user": last["user"],
        "source": last["source"],
        "bucket": last["bucket"],
        "product": product,
        "kind": kind,
        "time": last["time"],
        "record_ids": [record["id"] for record in subject.records],
    }


def _name(product: str, kind: str, subject: Subject) -> str:
    return f"{product}:{kind}:{digest(product, kind, subject.name)}"


def product_requests(
    product: str, rows: Iterable[Row], prompts: Mapping[str, Prompt], sampling: Sampling, limits: Limits, seed: int
) -> Iterator[Request]:
    """All that can be asked before there is any reply, the kinds of a history or a post one after another.

    Of a history beyond the limit these are the notes on its parts; its products are asked for when the notes are there.
    """
    return _Synthesis(product, rows, prompts, limits, seed).first_requests(sampling)


class _Synthesis:
    """A bucket's subjects, and the notes on the histories that are too long."""

    def __init__(
        self, product: str, rows: Iterable[Row], prompts: Mapping[str, Prompt], limits: Limits, seed: int
    ) -> None:
        self.product, self.prompts = product, prompts
        self.subjects = list(subjects(product, rows, limits, seed))
        self.notes: Summaries | None = None
        if product == "user":
            self.notes = Summaries(prompts["summary"], limits.max_history)
            for subject in self.subjects:
                if estimate(subject.posts) > limits.max_history:
                    self.notes.add(subject.user, subject.records)
        self.long = set(self.notes.waiting) if self.notes else set[str]()

    def first_requests(self, sampling: Sampling) -> Iterator[Request]:
        if self.notes:
            yield from self.notes.requests(sampling)
        for subject in self.subjects:
            if subject.user not in self.long:
                yield from self._requests(subject, subject.posts, sampling)

    def last_requests(self, sampling: Sampling) -> Iterator[Request]:
        """The products of the histories that notes stand for."""
        texts = self.notes.texts if self.notes else {}
        for subject in self.subjects:
            if subject.user in texts:
                yield from self._requests(subject, texts[subject.user], sampling)

    def _requests(self, subject: Subject, posts: str, sampling: Sampling) -> Iterator[Request]:
        for kind in KINDS[self.product]:
            yield self.prompts[kind].request(_name(self.product, kind, subject), sampling, posts=posts)

    def history_facts(self) -> Facts:
        """How much history there was and how much of it stood in a prompt: all of it, or this is an error of ours."""
        if self.notes is None:
            return {}
        seen = (self.notes.seen.get(subject.user) for subject in self.subjects)
        shown = sum(
            len(subject.records) if ids is None else len(ids & {record["id"] for record in subject.records})
            for subject, ids in zip(self.subjects, seen, strict=True)
        )
        posts = sum(len(subject.records) for subject in self.subjects)
        if shown != posts:
            raise AssertionError(f"{posts} posts of history, but {shown} stood in a prompt; please report this")
        return {
            "history": {
                "users": len(self.subjects),
                "users_summarised": len(self.long),
                "parts": self.notes.parts,
                "tokens": sum(estimate(subject.posts) for subject in self.subjects),
                "posts": posts,
                "posts_shown": shown,
            }
        }


def synthesize(
    product: str,
    rows: Iterable[Row],
    prompts: Mapping[str, Prompt],
    job: Job,
    limits: Limits,
    dead: Path,
    tally: Tally,
) -> tuple[list[Row], Facts]:
    """The products of a bucket and facts for its stats (tokens, products by kind, coverage of the histories).

    A reply that found nothing is dropped (nothing_found); a failed one is dead, and so are all products of a user of
    whose history a part has no notes (summary_<reason>).
    """
    made = _Synthesis(product, rows, prompts, limits, job.seed)
    parts = sum(map(len, made.notes.waiting.values())) if made.notes else 0
    with job.session(len(made.subjects) * len(KINDS[product]) + parts, dead) as session:
        asked = [session.ask(made.first_requests(job.sampling), prompts.values())]
        if made.notes and made.notes.waiting:
            made.notes.take(asked[0])
            while made.notes.waiting:
                made.notes.take(session.ask(made.notes.requests(job.sampling), prompts.values()))
            asked.append(session.ask(made.last_requests(job.sampling), prompts.values()))
    kept = list(_counted(made, asked, job, tally))
    facts = {"tokens": session.tokens, "kinds": counted(row["kind"] for row in kept)}
    return kept, facts | made.history_facts()


def _counted(made: _Synthesis, asked: Iterable[Asked[Reply]], job: Job, tally: Tally) -> Iterator[Row]:
    """The products that were found, in order; every other one is counted too."""
    answers = {name: answer.value for one in asked for name, answer in one.answers.items()}
    dead = {name: reason for one in asked for name, reason in one.dead.items()}
    lost = made.notes.lost if made.notes else {}
    for subject, kind in itertools.product(made.subjects, KINDS[made.product]):
        tally.take()
        name = _name(made.product, kind, subject)
        if subject.user in lost:
            tally.die(f"summary_{lost[subject.user]}")
        elif name in dead:
            tally.die(dead[name])
        elif not answers[name].found():
            tally.drop("nothing_found")
        else:
            tally.keep()
            content = as_json(answers[name].model_dump())
            yield (
                product_row(made.product, kind, subject) | {"content": content} | job.mark("synth", made.prompts[kind])
            )
