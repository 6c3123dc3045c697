"""The judge's grades of what a system wrote, 1 to 10 on each metric of the application (paper 4).

An answer that is blank, or did not come at all, is not shown to the judge: it has the lowest grade in every metric and
is counted, so that a system that says nothing is seen and is last. An answer whose grades did not come (the judge's
reply had no use, three times) has none; scores.py leaves its item out of this system's means.
Every answer is judged by itself, beside the reference. Which of the two the judge reads first is drawn for the item, so
all systems are read in the same place, and scores.py tells whether the place matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from humanllm.engines.base import Request, Sampling
from humanllm.errors import InputError
from humanllm.prompts import Prompt
from humanllm.replies import APPLICATIONS
from humanllm.stages import Job
from humanllm.stats import Tally, counted
from humanllm.tables import Row

LOWEST = 1
PLACES = ("first", "second")


def status_of(text: str | None) -> str | None:
    """Why an answer is not shown to the judge; None if it is."""
    if text is None:
        return "no_answer"
    return None if text.strip() else "blank"


def paired(items: Iterable[Row], rows: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """Each item with its answer. Raises InputError unless every item has one and there is no other."""
    by_id = {item["id"]: item for item in items}
    answers = {row["id"]: row for row in rows}
    if by_id.keys() != answers.keys():
        missing, unknown = len(by_id.keys() - answers.keys()), len(answers.keys() - by_id.keys())
        raise InputError(
            f"the answers do not cover the items: {missing} of {len(by_id)} missing, {unknown} unknown; let the system"
            " write again (write_application), nothing is graded in part"
        )
    return ((item, answers[name]) for name, item in by_id.items())


def grade_requests(
    pairs: Iterable[tuple[Row, Row]], prompts: Mapping[str, Prompt], sampling: Sampling
) -> Iterator[Request]:
    """A request for each answer that has words; an item's id is the request's, whoever answered it."""
    for item, row in pairs:
        if status_of(row["text"]):
            continue
        texts = (row["text"], item["reference"])
        places = PLACES if item["answer_first"] else PLACES[::-1]
        first, second = texts if item["answer_first"] else texts[::-1]
        fields = {"first": first.strip(), "second": second.strip(), "answer": places[0], "reference": places[1]}
        yield prompts[item["application"]].request(item["id"], sampling, task=item["task"], **fields)


def grade(
    items: Sequence[Row], rows: Sequence[Row], prompts: Mapping[str, Prompt], job: Job, dead: Path, tally: Tally
) -> tuple[list[Row], dict[str, Any]]:
    """A graded row for each answer, and facts for the stats."""
    pairs = list(paired(items, rows))
    shown = sum(status_of(row["text"]) is None for _, row in pairs)
    asked = job.ask(grade_requests(pairs, prompts, job.sampling), prompts.values(), dead, shown)
    graded = []
    for item, row in pairs:
        tally.take()
        status, grades = status_of(row["text"]) or "graded", None
        if status != "graded":
            grades = dict.fromkeys(APPLICATIONS[item["application"]], LOWEST)
        elif item["id"] in asked.dead:
            status = "not_graded"
        else:
            grades = asked.answers[item["id"]].value.model_dump()
        if grades is None:
            tally.die(asked.dead[item["id"]])
        else:
            tally.keep()
        graded.append(
            _row(item, row) | {"status": status, "grades": grades} | job.mark("judge", prompts[item["application"]])
        )
    return graded, {"tokens": asked.tokens} | _facts(graded)


def _row(item: Row, row: Row) -> Row:
    same = {name: row[name] for name in ("id", "application", "system", "finish_reason", "model", "revision")}
    return same | {"answer_first": item["answer_first"], "words": len((row["text"] or "").split())}


def _facts(rows: Sequence[Row]) -> dict[str, Any]:
    """By application: how the answers fared, and how often each grade was given."""
    applications = sorted({row["application"] for row in rows})
    by_name = {name: [row for row in rows if row["application"] == name] for name in applications}
    return {
        "status": {name: counted(row["status"] for row in own) for name, own in by_name.items()},
        "scores": {name: distribution(own) for name, own in by_name.items()},
    }


def distribution(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """{metric: {grade: answers}}, of graded rows of one application, from the lowest grade."""
    counts: dict[str, Counter[int]] = {}
    for row in rows:
        for metric, grade in (row["grades"] or {}).items():
            counts.setdefault(metric, Counter())[grade] += 1
    return {metric: {str(grade): count for grade, count in sorted(of.items())} for metric, of in counts.items()}
