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
from typing import cast

from humanllm.asking import write_letters
from humanllm.cleaning import in_order
from humanllm.draws import digest, draw
from humanllm.errors import InputError
from humanllm.histories import parts, render_all, tokens
from humanllm.prompts import Prompt
from humanllm.replies import Summary, as_json
from humanllm.stages import Job
from humanllm.stats import Tally
from humanllm.tables import Row

KINDS = {
    "user": ("persona", "profile", "stories", "style"),
    "scenario": ("scenario",),
    "social_qa": ("action", "thought", "reason"),
    "topic": ("topic",),
}


@dataclass
class Question:
    """One product to be made: its row without content, and the posts as text."""

    row: Row
    posts: str


@dataclass(frozen=True)
class Limits:
    """`per_user` targets a user; a history above `max_history` tokens is summarised in parts."""

    per_user: int
    max_history: int


def questions(product: str, rows: Iterable[Row], limits: Limits, seed: int) -> list[Question]:
    """What is to be made from a bucket's clean records, a user's questions together."""
    found: list[Question] = []
    for user, group in itertools.groupby(in_order(rows), key=lambda row: row["user"]):
        records = list(group)
        if product == "user":
            history = [record for record in records if record["clean_part"] == "history"]
            sources = [(user, history)] if history else []
        else:
            sources = [(record["id"], [record]) for record in drawn_targets(records, limits.per_user, seed)]
        for name, used in sources:
            posts = render_all(used)  # one text, shared by the kinds
            found += [Question(_row(product, kind, name, used), posts) for kind in KINDS[product]]
    return found


def drawn_targets(records: Sequence[Row], per_user: int, seed: int) -> list[Row]:
    """A user's targets, at most `per_user`, the same ones for every product."""
    targets = [record for record in records if record["clean_part"] == "target"]
    if len(targets) <= per_user:
        return targets
    places = draw(seed, "targets", targets[0]["user"]).sample(range(len(targets)), per_user)
    return [targets[place] for place in sorted(places)]


def _row(product: str, kind: str, name: str, records: Sequence[Row]) -> Row:
    last = records[-1]
    return {
        "id": f"{product}:{kind}:{digest(product, kind, name)}",
        "user": last["user"],
        "source": last["source"],
        "bucket": last["bucket"],
        "product": product,
        "kind": kind,
        "time": last["time"],
        "record_ids": [record["id"] for record in records],
    }


def synthesize(
    product: str,
    rows: Sequence[Row],
    prompts: Mapping[str, Prompt],
    job: Job,
    limits: Limits,
    dead: Path,
    tally: Tally,
) -> tuple[list[Row], Row]:
    """The products of a bucket and facts for its stats (tokens, histories that were summarised).

    A reply that found nothing is dropped (nothing_found), a failed one dead.
    """
    wanted = questions(product, rows, limits, job.seed)
    shortened = _Shortened(job, prompts, limits.max_history)
    if product == "user":
        shortened.run(wanted, {row["id"]: row for row in rows})
    live = [question for question in wanted if question.row["user"] not in shortened.lost]
    requests = (prompts[q.row["kind"]].request(q.row["id"], job.sampling, posts=q.posts) for q in live)
    asked = job.ask(requests, prompts.values(), dead, len(live))
    write_letters(dead, [*asked.letters, *shortened.letters])
    kept = []
    for question in wanted:
        row = question.row
        tally.take()
        if row["user"] in shortened.lost or row["id"] in asked.dead:
            tally.die(asked.dead.get(row["id"], "summary"))
            continue
        value = asked.answers[row["id"]].value
        if not value.found():
            tally.drop("nothing_found")
            continue
        tally.keep()
        kept.append(row | {"content": as_json(value.model_dump())} | job.mark("synth", prompts[row["kind"]]))
    return kept, {"tokens": asked.tokens, "summaries": shortened.count}


class _Shortened:
    """Histories beyond the limit: notes on each part, joined, stand in the place of the posts; again if needed."""

    def __init__(self, job: Job, prompts: Mapping[str, Prompt], limit: int) -> None:
        self.job, self.prompt, self.limit = job, prompts.get("summary"), limit
        self.letters: list[Row] = []
        self.lost: set[str] = set()  # users with a part whose notes failed
        self.count = 0

    def run(self, wanted: Sequence[Question], records: Mapping[str, Row]) -> None:
        pieces: dict[str, list[str]] = {}
        for question in wanted:
            row = question.row
            if tokens(question.posts) > self.limit and row["user"] not in pieces:
                pieces[row["user"]] = parts([records[name] for name in row["record_ids"]], self.limit)
        level = 0
        while pieces:
            joined = self._notes(pieces, level)
            if any(tokens(text) > 0.9 * sum(map(tokens, pieces[user])) for user, text in joined.items()):
                raise InputError(
                    f"notes on parts of {self.limit} tokens are no shorter than the posts: raise"
                    " synthesis.max_history_tokens"
                )
            for question in wanted:
                question.posts = joined.get(question.row["user"], question.posts)
            pieces = {user: _cut(text, self.limit) for user, text in joined.items() if tokens(text) > self.limit}
            level += 1

    def _notes(self, pieces: Mapping[str, Sequence[str]], level: int) -> dict[str, str]:
        """{user: notes on all parts, in order}; a user of whom one part failed is lost."""
        assert self.prompt is not None
        names = {(user, place): digest("summary", user, level, place) for user, place in _places(pieces)}
        requests = (
            self.prompt.request(name, self.job.sampling, posts=pieces[user][place])
            for (user, place), name in names.items()
        )
        asked = self.job.ask(requests, [self.prompt], None, len(names))
        self.letters += asked.letters
        self.count += len(names)
        self.lost |= {user for (user, _), name in names.items() if name in asked.dead}
        notes: dict[str, list[str]] = {}
        for (user, place), name in names.items():
            if user not in self.lost:
                head = pieces[user][place].split("\n", 1)[0]
                notes.setdefault(user, []).append(f"{head}\n{cast(Summary, asked.answers[name].value).summary}")
        return {user: "\n\n".join(texts) for user, texts in notes.items()}


def _places(pieces: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    return ((user, place) for user, texts in pieces.items() for place in range(len(texts)))


def _cut(text: str, limit: int) -> list[str]:
    """Joined notes in parts again, between sections."""
    found = [""]
    for section in text.split("\n\n### "):
        section = section if section.startswith("### ") else f"### {section}"
        if found[-1] and tokens(found[-1] + section) > limit:
            found.append("")
        found[-1] = f"{found[-1]}\n\n{section}".strip()
    return found
