"""What is asked of whom: history for a person's products, drawn targets for the others, notes for long histories."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from humanllm import sessions
from humanllm.asking import Rules, seeded
from humanllm.engines.base import Feed, ModelSpec, Reply, Request, Sampling, open_engine
from humanllm.errors import InputError
from humanllm.journal import Journal, entries
from humanllm.products import Limits, drawn_targets, product_requests, product_row, subjects, synthesize
from humanllm.prompts import load_prompts
from humanllm.stages import Job
from humanllm.stats import Tally
from post_data import GARDEN, KINDS, MODEL, ROOT, garden, record

SPEC = ModelSpec.of(json.loads(MODEL))
SAMPLING = Sampling(0.3, 100)
NAMES = [kind for kinds in KINDS.values() for kind in kinds]
PROMPTS = load_prompts(ROOT / f"scripts/prompts/synthesis/{kind}.md" for kind in [*NAMES, "summary"])


def clean(rows: list[Any], history: int) -> list[Any]:
    return [
        row | {"clean_text": row["text"], "clean_part": "history" if place < history else "target"}
        for place, row in enumerate(rows)
    ]


def requests(product: str, rows: list[Any], limit: int = 100000) -> list[Request]:
    return list(product_requests(product, rows, PROMPTS, SAMPLING, Limits(20, limit), seed=1))


def test_user_products_see_history_only_and_the_others_one_target() -> None:
    rows = clean(garden(), 3)
    asked = requests("user", rows)
    assert [request.template.split("/")[1] for request in asked] == KINDS["user"]
    assert len({request.fields["posts"] for request in asked}) == 1
    assert "frost" not in asked[0].fields["posts"]
    (subject,) = subjects("user", rows, Limits(20, 1000), seed=1)
    row = product_row("user", "persona", subject)
    assert row["id"] == asked[0].id
    assert row["record_ids"] == [row["id"] for row in rows[:3]]
    assert row["time"] == rows[2]["time"] < rows[3]["time"]
    asked = requests("social_qa", rows)
    assert [(request.template.split("/")[1], "frost" in request.fields["posts"]) for request in asked] == [
        (kind, late) for late in (False, True) for kind in ("action", "thought", "reason")
    ]
    assert len({request.id for request in asked}) == 6


def test_targets_are_drawn_once_for_all_products() -> None:
    rows = clean([record(number, "text") for number in range(30)], 5)
    drawn = drawn_targets(rows, 4, seed=1)
    assert len(drawn) == 4
    assert drawn == drawn_targets(rows, 4, seed=1) != drawn_targets(rows, 4, seed=2)
    assert drawn == sorted(drawn, key=lambda row: row["time"])
    assert all(row["clean_part"] == "target" for row in drawn)


def long_history() -> list[Any]:
    """Eleven posts of Anna's history, and three of Ben's."""
    anna = [record(day, GARDEN[day % 5] + f" It was day {day}.") for day in range(1, 13)]
    ben = [record(day, GARDEN[day], user="ben") for day in range(4)]
    return clean(anna, 11) + clean(ben, 3)


class Counted:
    """The extractive engine, counting how often it is opened; `change` may spoil a reply."""

    def __init__(self, change: Callable[[Request, Reply], Reply]) -> None:
        self.opened, self.change = 0, change

    def open(self, spec: ModelSpec) -> Counted:
        self.opened += 1
        self.engine = open_engine(spec)
        self.asked: dict[str, Request] = {}
        return self

    def replies(self, feed: Feed) -> Iterator[Reply]:
        def watched() -> Request | None:
            if (request := feed()) is not None:
                self.asked[request.id] = request
            return request

        for reply in self.engine.replies(watched):
            yield self.change(self.asked[reply.id], reply)

    def close(self) -> None:
        pass


Synthesized = tuple[list[Any], Any, Tally, Counted]
Synthesize = Callable[..., Synthesized]


@pytest.fixture
def synthesized(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Synthesize:
    """synthesize over `long_history` with parts of `limit` tokens: products, facts, counts, engine."""

    def run(
        limit: int, change: Callable[[Request, Reply], Reply] = lambda _, reply: reply, share: float = 0.5
    ) -> Synthesized:
        engine = Counted(change)
        monkeypatch.setattr(sessions, "open_engine", engine.open)
        job = Job(SPEC, SAMPLING, tmp_path / "j.jsonl", Rules(2, share), 1)
        tally = Tally("synthesize_product")
        made, facts = synthesize(
            "user", long_history(), PROMPTS, job, Limits(20, limit), tmp_path / "dead.jsonl", tally
        )
        return made, facts, tally, engine

    return run


def test_a_long_history_goes_in_parts_and_all_of_it_counts(synthesized: Synthesize, tmp_path: Path) -> None:
    whole, facts, _, _ = synthesized(100000)
    assert facts["history"] | {"tokens": 0} == {
        "users": 2, "users_summarised": 0, "parts": 0, "tokens": 0, "posts": 14, "posts_shown": 14
    }  # fmt: skip
    made, facts, tally, engine = synthesized(300)
    history = facts["history"]
    assert (history["users"], history["users_summarised"], history["posts"], history["posts_shown"]) == (2, 1, 14, 14)
    assert history["parts"] >= 4
    assert (tally.taken, tally.kept) == (8, len(made))
    assert facts["kinds"].keys() == {"persona", "profile", "stories", "style"}
    assert made[0]["record_ids"] == whole[0]["record_ids"]
    assert "notes on" in engine.asked[made[0]["id"]].fields["posts"]
    keys = [entry["key"] for entry in entries(tmp_path / "j.jsonl")]
    assert len(keys) == len(set(keys)) == 8 + 4 + history["parts"]  # Ben's four were answered by the journal


def test_notes_levels_and_products_share_one_start_of_the_engine(synthesized: Synthesize) -> None:
    *_, engine = synthesized(300)
    assert engine.opened == 1
    *_, again = synthesized(300)
    assert again.opened == 0


def test_without_notes_all_products_of_the_user_are_dead(synthesized: Synthesize, tmp_path: Path) -> None:
    def spoiled(request: Request, reply: Reply) -> Reply:
        empty = request.template == "synthesis/summary" and "day 1." in request.fields["posts"]
        return Reply(reply.id, '{"summary": ""}', "stop") if empty else reply

    made, facts, tally, _ = synthesized(300, spoiled)
    assert tally.dead == {"summary_empty": 4}
    assert {row["user"] for row in made} == {"ben"}
    assert facts["history"]["posts_shown"] == 14
    (letter,) = [json.loads(line) for line in (tmp_path / "dead.jsonl").read_text().splitlines()]
    assert (letter["reason"], letter["attempts"]) == ("empty", 2)


def test_notes_that_are_no_shorter_end_the_job(synthesized: Synthesize) -> None:
    def copied(request: Request, reply: Reply) -> Reply:
        text = json.dumps({"summary": request.fields["posts"]})
        return Reply(reply.id, text, "stop") if request.template == "synthesis/summary" else reply

    with pytest.raises(InputError, match="are no shorter than the posts: raise"):
        synthesized(300, copied)


@pytest.mark.parametrize("product", KINDS)
def test_the_requests_made_without_an_engine_are_those_of_the_stage(product: str, tmp_path: Path) -> None:
    """A preview, a plan and an export find their replies in the journal."""
    job = Job(SPEC, SAMPLING, tmp_path / "j.jsonl", Rules(), 1)
    rows = clean(garden(), 3)
    synthesize(product, rows, PROMPTS, job, Limits(20, 100000), tmp_path / "d.jsonl", Tally("synthesize_product"))
    with Journal(job.journal, SPEC) as journal:
        assert all(journal.get(seeded(request, 1, 0)) for request in requests(product, rows))
