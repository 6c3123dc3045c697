"""The two stages that ask about single records, and the cut behind them (paper 2.1).

rewrite_text adds   {"rewrite_text": "My tomatoes ...", "rewrite_model": "llama-3.3-70b", ...}
score_quality adds  {"score_quality": "high", "score_harmful": False, "score_model": ...}
select_records adds {"clean_text": "My tomatoes ...", "clean_masked": 0, "clean_part": "history"}
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

from humanllm import privacy
from humanllm.prompts import Prompt
from humanllm.replies import Rewritten, Score
from humanllm.stages import Job
from humanllm.stats import Tally
from humanllm.tables import Row, by_time

Tokens = dict[str, int]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By user and time, a day's posts as they stand in the dump: the order of every table of records."""
    return sorted(rows, key=by_time)


def with_title(record: Row) -> str:
    """The record's words: its title, where it has one that the text does not repeat, on a line of its own."""
    title, text = (record["title"] or "").strip(), record["text"].strip()
    return text if not title or text.lower().startswith(title.lower()) else f"{title}\n\n{text}"


def rewrite(rows: Sequence[Row], prompt: Prompt, job: Job, dead: Path, tally: Tally) -> tuple[list[Row], Tokens]:
    """Rows with their text rewritten; a row whose reply failed is counted dead and left out."""
    requests = (prompt.request(row["id"], job.sampling, post=with_title(row)) for row in rows)
    asked = job.ask(requests, [prompt], dead, len(rows))
    kept = []
    for row in _answered(rows, asked.dead, tally):
        value = cast(Rewritten, asked.answers[row["id"]].value)
        kept.append(row | {"rewrite_text": value.text.strip()} | job.mark("rewrite", prompt))
    return in_order(kept), asked.tokens


def score(rows: Sequence[Row], prompt: Prompt, job: Job, dead: Path, tally: Tally) -> tuple[list[Row], Tokens]:
    """Rows with quality and harmfulness of the rewritten text."""
    requests = (prompt.request(row["id"], job.sampling, post=row["rewrite_text"]) for row in rows)
    asked = job.ask(requests, [prompt], dead, len(rows))
    kept = []
    for row in _answered(rows, asked.dead, tally):
        value = cast(Score, asked.answers[row["id"]].value)
        labels = {"score_quality": value.quality, "score_harmful": value.harmful}
        kept.append(row | labels | job.mark("score", prompt))
    return in_order(kept), asked.tokens


def _answered(rows: Sequence[Row], dead: dict[str, str], tally: Tally) -> Iterator[Row]:
    for row in rows:
        tally.take()
        if row["id"] in dead:
            tally.die(dead[row["id"]])
        else:
            tally.keep()
            yield row


def select(rows: Iterable[Row], quality: Sequence[str], share: float, tally: Tally) -> tuple[list[Row], list[Row]]:
    """(kept, dropped): the quality cut, private details masked, each user's records cut in time.

    `share` of a user's records, the latest, are targets. Reasons: empty, harmful, quality_<label>, few_records (a user
    with fewer than two left).
    """
    kept: list[Row] = []
    dropped: list[Row] = []
    for _, group in itertools.groupby(in_order(rows), key=lambda row: row["user"]):
        good: list[Row] = []
        for row in group:
            tally.take()
            reason = _reason(row, quality)
            if reason:
                dropped.append(row | {"drop_reason": reason})
            else:
                good.append(_masked(row))
        if len(good) < 2:
            dropped += [row | {"drop_reason": "few_records"} for row in good]
            continue
        cut = cut_in_time([row["time"] for row in good], share)
        kept += [row | {"clean_part": "history" if place < cut else "target"} for place, row in enumerate(good)]
    tally.keep(len(kept))
    for row in dropped:
        tally.drop(row["drop_reason"])
    return kept, dropped


def _reason(row: Row, quality: Sequence[str]) -> str | None:
    if not row["rewrite_text"]:
        return "empty"
    if row["score_harmful"]:
        return "harmful"
    return None if row["score_quality"] in quality else f"quality_{row['score_quality']}"


def _masked(row: Row) -> Row:
    text, counts = privacy.mask(row["rewrite_text"])
    return row | {"clean_text": text, "clean_masked": counts.total()}


def cut_in_time(times: Sequence[int], share: float) -> int:
    """How many of the ascending `times` are history: the cut nearest to `share` that parts two distinct times.

    All of them when there is only one time: then nothing can be a target.
    """
    wanted = len(times) - max(1, round(share * len(times)))
    cuts = [place for place in range(1, len(times)) if times[place - 1] < times[place]]
    return min(cuts, key=lambda place: (abs(place - wanted), -place), default=len(times))
