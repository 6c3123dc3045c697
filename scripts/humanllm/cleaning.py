"""The two stages that ask about single records, and the cut behind them (paper 2.1).

rewrite_text adds   {"rewrite_text": "My tomatoes ...", "rewrite_parent": None, "rewrite_model": "llama-3.3-70b", ...}
score_quality adds  {"score_quality": "high", "score_harmful": False, "score_model": ...}
select_records adds {"clean_text": "My tomatoes ...", "clean_parent": None, "clean_masked": 0, "clean_part": "history"}
Rewriting comes first (the paper's order), or scoring does (`cleaning.order`): then the post itself is scored, and only
what passes the cut is rewritten.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from humanllm.asking import Asked
from humanllm.audit import Audit
from humanllm.engines.base import Request, Sampling
from humanllm.prompts import Prompt
from humanllm.replies import Reply, Rewritten, Score
from humanllm.stages import Job
from humanllm.stats import Tally
from humanllm.tables import Row, by_time

Facts = dict[str, Any]  # what a stage's stats say beside its counts


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By user and time, a day's posts as they stand in the dump: the order of every table of records."""
    return sorted(rows, key=by_time)


def with_title(record: Row) -> str:
    """The record's words: its title, where it has one that the text does not repeat, on a line of its own."""
    title, text = " ".join((record["title"] or "").splitlines()).strip(), record["text"].strip()
    return text if not title or text.lower().startswith(title.lower()) else f"{title}\n\n{text}"


def passes(row: Row, quality: Sequence[str]) -> bool:
    """Whether a scored row is good and harmless; without labels to keep, every row is."""
    return not quality or (row["score_quality"] in quality and not row["score_harmful"])


def parents(rows: Iterable[Row]) -> dict[str, str]:
    """{id of the request: text} of the posts that the rows answer, each once however many answer it."""
    return {_parent_name(row): row["parent_text"] for row in rows if row["parent_text"]}


def _parent_name(row: Row) -> str:
    return f"{row['parent_id']}#parent"


def rewrite_requests(
    rows: Iterable[Row], prompt: Prompt, sampling: Sampling, quality: Sequence[str] = ()
) -> Iterator[Request]:
    """A request for each row that passes the cut, by its id; then one for each post answered, by <its id>#parent."""
    asked = [row for row in rows if passes(row, quality)]
    for row in asked:
        yield prompt.request(row["id"], sampling, post=with_title(row))
    for name, text in parents(asked).items():
        yield prompt.request(name, sampling, post=text)


def score_requests(rows: Iterable[Row], prompt: Prompt, sampling: Sampling, text_column: str) -> Iterator[Request]:
    """A request for each row about its rewriting (`rewrite_text`), or the post itself with its title (`text`).

    An empty rewriting is not asked about.
    """
    for row in rows:
        if text := with_title(row) if text_column == "text" else row[text_column]:
            yield prompt.request(row["id"], sampling, post=text)


def rewrite(
    rows: Sequence[Row], prompt: Prompt, job: Job, dead: Path, tally: Tally, quality: Sequence[str] = ()
) -> tuple[list[Row], Facts]:
    """Rows with their text, and the post that they answer, rewritten.

    A row whose reply failed is counted dead and left out; one whose post failed stays, without that post. Rows that
    do not pass the cut (scored first) stay unasked, without a rewriting.
    """
    waiting = [row for row in rows if passes(row, quality)]
    answered = parents(waiting)
    requests = rewrite_requests(rows, prompt, job.sampling, quality)
    asked = job.ask(requests, [prompt], dead, len(waiting) + len(answered))
    texts = {name: cast(Rewritten, answer.value).text.strip() for name, answer in asked.answers.items()}
    mark = job.mark("rewrite", prompt)
    kept = [_rewritten(row, texts, mark) for row in _living(rows, asked, tally)]
    facts = {
        "not_asked": len(rows) - len(waiting),
        "parents": {
            "asked": len(answered),
            "dead": sum(name in asked.dead for name in answered),
            "empty": sum(texts.get(name) == "" for name in answered),
        },
    }
    return in_order(kept), facts | {"tokens": asked.tokens}


def _rewritten(row: Row, texts: dict[str, str], mark: dict[str, str]) -> Row:
    if row["id"] not in texts:  # not asked: its columns stay null
        return row
    return row | {"rewrite_text": texts[row["id"]], "rewrite_parent": texts.get(_parent_name(row))} | mark


def score(
    rows: Sequence[Row], prompt: Prompt, job: Job, dead: Path, tally: Tally, text_column: str
) -> tuple[list[Row], Facts]:
    """Rows with the quality and harmfulness of their text; the post that they answer is not judged.

    Rows with an empty rewriting stay unasked, without labels: the cut drops them as empty.
    """
    requests = list(score_requests(rows, prompt, job.sampling, text_column))
    asked = job.ask(requests, [prompt], dead, len(requests))
    mark = job.mark("score", prompt)
    kept = []
    for row in _living(rows, asked, tally):
        if row["id"] in asked.answers:
            value = cast(Score, asked.answers[row["id"]].value)
            row = row | {"score_quality": value.quality, "score_harmful": value.harmful} | mark
        kept.append(row)
    return in_order(kept), {"not_asked": len(rows) - len(requests), "tokens": asked.tokens}


def _living(rows: Iterable[Row], asked: Asked[Reply], tally: Tally) -> Iterator[Row]:
    """The rows whose request did not fail."""
    for row in rows:
        tally.take()
        if row["id"] in asked.dead:
            tally.die(asked.dead[row["id"]])
        else:
            tally.keep()
            yield row


def select(
    rows: Iterable[Row], quality: Sequence[str], share: float, tally: Tally, audit: Audit
) -> tuple[list[Row], list[Row]]:
    """(kept, dropped): the quality cut, private details masked, each user's records cut in time.

    `share` of a user's records, the latest, are targets. Reasons: empty, harmful, quality_<label>, few_records (a user
    with fewer than two left).
    """
    kept: list[Row] = []
    dropped: list[Row] = []
    posts: dict[tuple[str, str], tuple[str, int]] = {}
    for _, group in itertools.groupby(in_order(rows), key=lambda row: row["user"]):
        good: list[Row] = []
        for row in group:
            tally.take()
            reason = _reason(row, quality)
            if reason:
                dropped.append(row | {"drop_reason": reason})
            else:
                good.append(row)
        if len(good) < 2:
            dropped += [row | {"drop_reason": "few_records"} for row in good]
            continue
        cut = cut_in_time([row["time"] for row in good], share)
        parts = ["history" if place < cut else "target" for place in range(len(good))]
        kept += [_masked(row, audit, posts) | {"clean_part": part} for row, part in zip(good, parts, strict=True)]
    tally.keep(len(kept))
    for row in dropped:
        tally.drop(row["drop_reason"])
    return kept, dropped


def _reason(row: Row, quality: Sequence[str]) -> str | None:
    if row["rewrite_text"] == "" or row["score_quality"] is None:  # of a text that is empty no labels were asked
        return "empty"
    if row["score_harmful"]:
        return "harmful"
    return None if row["score_quality"] in quality else f"quality_{row['score_quality']}"


def _masked(row: Row, audit: Audit, posts: dict[tuple[str, str], tuple[str, int]]) -> Row:
    """The row with its clean texts. `posts` remembers the posts answered: the audit counts each once."""
    text, count = audit.mask(row["id"], row["rewrite_text"])
    parent, of_parent = None, 0
    if row["rewrite_parent"]:
        post = (_parent_name(row), row["rewrite_parent"])
        if post not in posts:
            posts[post] = audit.mask(*post)
        parent, of_parent = posts[post]
    return row | {"clean_text": text, "clean_parent": parent, "clean_masked": count + of_parent}


def cut_in_time(times: Sequence[int], share: float) -> int:
    """How many of the ascending `times` are history: the cut nearest to `share` that parts two distinct times.

    All of them when there is only one time: then nothing can be a target.
    """
    wanted = len(times) - max(1, round(share * len(times)))
    cuts = [place for place in range(1, len(times)) if times[place - 1] < times[place]]
    return min(cuts, key=lambda place: (abs(place - wanted), -place), default=len(times))
