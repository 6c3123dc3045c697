"""What a system writes to the items of all applications: one job a system, so that its weights are loaded once.

A row of written/ (tables.WRITTEN):
    {"id": "profile_writing:profile_generation:persona:77aa...", "application": "profile_writing",
     "system": "demo-base", "text": "They live in a small town ...", "finish_reason": "stop", "prompt_tokens": 912,
     "output_tokens": 214, "model": "results/demo/models/demo", "revision": "made"}
Whatever comes is kept, but for a reasoning model's thoughts before its answer: a blank text, one that is cut off. A
question that could not be asked has a row without text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from humanllm.answering import PLAIN, plain_stops
from humanllm.applications.tables import ITEM
from humanllm.asking import Asked
from humanllm.benchmarks.options import without_thoughts
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.errors import InputError
from humanllm.stats import Tally, counted
from humanllm.tables import Row, read_rows


def read_items(paths: Iterable[Path]) -> list[Row]:
    """The items of several applications. Raises InputError when an id stands twice."""
    items = [row for path in paths for row in read_rows(path, ITEM)]
    twice = [name for name, count in Counter(item["id"] for item in items).items() if count > 1]
    if twice:
        raise InputError(f"the item {twice[0]} stands in two of the tables: give each application's items once")
    return items


def request_id(system: str, item: Row) -> str:
    """The system is part of it: seeds follow from the id, so systems that share their weights draw on their own."""
    return f"{system}:{item['id']}"


def write_requests(items: Iterable[Row], sampling: Sampling, system: str, chat: bool = True) -> Iterator[Request]:
    """One request an item, application after application.

    A model without chat template has the answer begun for it, and is stopped where it asks itself the next question.
    """
    for item in sorted(items, key=lambda item: (item["application"], item["id"])):
        messages = [{"role": "system", "content": item["system"]}] if item["system"] else []
        messages.append({"role": "user", "content": item["prompt"]})
        stop = () if chat else plain_stops(messages)
        if not chat:
            messages.append({"role": "assistant", "content": PLAIN})
        name, fields = request_id(system, item), {"task": item["task"]}
        yield Request(name, messages, sampling, stop=stop, template=f"writing/{item['application']}", fields=fields)


def written(items: Iterable[Row], asked: Asked[str], spec: ModelSpec, system: str, tally: Tally) -> Iterator[Row]:
    """A row for each item, the dead ones too."""
    model, revision = spec.weights()
    for item in items:
        name = request_id(system, item)
        row: Row = {"id": item["id"], "application": item["application"], "system": system, "text": None}
        row |= {"model": model, "revision": revision}
        tally.take()
        if name in asked.dead:
            tally.die(asked.dead[name])
            yield row | {"finish_reason": asked.dead[name]}
            continue
        tally.keep()
        reply = asked.answers[name].reply
        row |= {"text": without_thoughts(reply.text), "finish_reason": reply.finish_reason}
        yield row | {"prompt_tokens": reply.prompt_tokens, "output_tokens": reply.output_tokens}


def facts(rows: Sequence[Row]) -> dict[str, Any]:
    """For the stats, by application: answers, blank ones, ones that were cut off."""
    answers = [row for row in rows if row["text"] is not None]
    return {
        "answers": counted(row["application"] for row in answers),
        "blank": counted(row["application"] for row in answers if not row["text"].strip()),
        "cut_off": counted(row["application"] for row in answers if row["finish_reason"] == "length"),
    }
