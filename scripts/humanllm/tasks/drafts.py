"""What every task gives: a draft of a sample, or a refusal with its reason; and how a draft becomes a row of tasks/.

A row of tasks/ (tables.SAMPLE):
    {"id": "writing_imitation:history_topic:0c7e...", "task": "writing_imitation", "form": "history_topic",
     "system": "You write as ...", "prompt": "These are earlier posts ...", "answer": "Today the last tomato ...",
     "time": 1096000000, "history_until": 1094000000, "record_ids": [target, ...], "product_ids": [topic], ...}
"""

from __future__ import annotations

from dataclasses import dataclass, field

from humanllm.draws import digest, draw
from humanllm.tables import Row
from humanllm.tasks.items import Items
from humanllm.tasks.wordings import Wordings


@dataclass(frozen=True)
class Knobs:
    """How samples are made (config `tasks`)."""

    seed: int
    history_records: int  # earlier texts shown, at most
    history_words: int  # of each
    min_tokens: int  # of a text to be written, estimated
    max_tokens: int
    candidates: int  # options of item selection
    history_items: int  # earlier titles shown, at most
    items: Items | None = None  # what item selection draws its candidates from


@dataclass
class Draft:
    """A sample before its wording is drawn."""

    target: Row  # the record or product that the answer comes from
    form: str
    fields: dict[str, str]
    answer: str
    section: str | None = None  # of the prompt file, where it is not the form's name
    history: list[Row] = field(default_factory=list)  # records shown
    posts: list[str] = field(default_factory=list)  # ids of other people's records shown
    about: list[Row] = field(default_factory=list)  # products shown that must be older than the target
    made_of: list[Row] = field(default_factory=list)  # products of the target itself
    cuts: int = 0  # texts shown in part
    options: list[str] | None = None
    gold: int | None = None


@dataclass(frozen=True)
class Refusal:
    """A candidate of which no sample can be made."""

    target: Row
    reason: str


def as_sample(draft: Draft, task: str, wordings: Wordings, seed: int) -> Row:
    """The row of tasks/. AssertionError if something shown is not strictly older than the target."""
    target = draft.target
    name = digest(task, draft.form, target["id"])
    times = [row["time"] for row in (*draft.history, *draft.about)]
    if times and max(times) >= target["time"]:
        raise AssertionError(f"{task}: the history of {target['id']} is not older than it; please report this")
    rng = draw(seed, "wording", task, target["id"])
    is_product = "record_ids" in target
    products = [*([target] if is_product else []), *draft.made_of, *draft.about]
    return {
        "id": f"{task}:{draft.form}:{name}",
        **{column: target[column] for column in ("user", "source", "bucket", "time")},
        "task": task,
        "form": draft.form,
        "system": wordings.render("system", {}, rng),
        "prompt": wordings.render(draft.section or draft.form, draft.fields, rng),
        "answer": draft.answer.strip(),
        "options": draft.options,
        "gold": draft.gold,
        "history_until": max(times) if times else None,
        "record_ids": [
            *(target["record_ids"] if is_product else [target["id"]]),
            *(row["id"] for row in draft.history),
            *draft.posts,
        ],
        "product_ids": [row["id"] for row in products],
    }


def as_dropped(refusal: Refusal) -> Row:
    """The row of `.dropped.parquet` (tables.DROPPED)."""
    target = refusal.target
    return {
        "id": target["id"],
        "user": target["user"],
        "text": target.get("clean_text"),
        "drop_reason": refusal.reason,
    }
