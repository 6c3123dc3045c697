"""Journal, re-asking and dead letters, with an engine whose replies the test decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from humanllm import asking
from humanllm.asking import Asked, Rules, ask
from humanllm.engines.base import Feed, ModelSpec, Reply, Request, Sampling
from humanllm.errors import InputError
from humanllm.journal import Journal

SPEC = ModelSpec("m", "vllm", "owner/m", "main", max_model_len=100)
Answer = Callable[[Request], tuple[str, str]]


class Script:
    """An engine that answers by a function and remembers what it was asked; last come, first served."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Request] = []
        self.opened = self.closed = 0

    def open(self, spec: ModelSpec) -> Script:
        self.opened += 1
        return self

    def replies(self, feed: Feed) -> Iterator[Reply]:
        while waiting := list(iter(feed, None)):
            self.asked += waiting
            for request in reversed(waiting):
                text, reason = self.answer(request)
                yield Reply(request.id, text, reason, prompt_tokens=2, output_tokens=1)

    def close(self) -> None:
        self.closed += 1


def requests(*names: str) -> list[Request]:
    return [Request(name, [{"role": "user", "content": name}], Sampling(0.3, 10)) for name in names]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Asked[int], Script]]:
    def run(answer: Answer, *names: str, share: float = 1.0, **rules: bool) -> tuple[Asked[int], Script]:
        engine = Script(answer)
        monkeypatch.setattr(asking, "open_engine", engine.open)
        journal, dead = tmp_path / "replies/x.jsonl", tmp_path / "dead.jsonl"
        limits = Rules(attempts=3, max_dead_share=share, **rules)
        return ask(requests(*names), SPEC, journal, dead, lambda request, text: int(text), limits, seed=1), engine

    return run


Run = Callable[..., tuple[Asked[int], Script]]


def test_every_request_is_answered_once_and_never_again(run: Run) -> None:
    asked, engine = run(lambda request: (str(len(request.id)), "stop"), "a", "bb")
    assert {name: answer.value for name, answer in asked.answers.items()} == {"a": 1, "bb": 2}
    assert (engine.opened, engine.closed, asked.asked, asked.replayed) == (1, 1, 2, 0)
    assert asked.tokens == {"cached_tokens": 0, "output_tokens": 2, "prompt_tokens": 4}

    again, engine = run(lambda request: ("9", "stop"), "a", "bb", "ccc")
    assert {name: answer.value for name, answer in again.answers.items()} == {"a": 1, "bb": 2, "ccc": 9}
    assert [request.id for request in engine.asked] == ["ccc"]

    replayed, engine = run(lambda request: ("0", "stop"), "a", "bb", "ccc")
    assert (engine.opened, replayed.asked, replayed.replayed) == (0, 0, 3)


def test_seeds_follow_from_the_request_and_the_attempt(run: Run) -> None:
    _, engine = run(lambda request: ("no", "stop"), "a", "b")
    seeds = {(request.id, request.sampling.seed) for request in engine.asked}
    assert len(seeds) == 6
    assert {request.sampling.max_tokens for request in engine.asked} == {10}


def test_a_reply_that_was_cut_off_is_asked_again_with_more_room(run: Run) -> None:
    asked, engine = run(lambda request: ("7", "stop" if request.sampling.max_tokens == 40 else "length"), "a")
    assert asked.answers["a"].value == 7
    assert [request.sampling.max_tokens for request in engine.asked] == [10, 20, 40]


def test_a_cut_off_reply_counts_where_free_text_is_wanted(run: Run) -> None:
    asked, engine = run(lambda request: ("7", "length"), "a", accept_length=True)
    assert asked.answers["a"].value == 7
    assert len(engine.asked) == 1


def test_what_never_parses_is_dead_and_stays_dead_without_asking(run: Run, tmp_path: Path) -> None:
    asked, _ = run(lambda request: ("no" if request.id == "a" else "1", "stop"), "a", "b")
    assert asked.dead == {"a": "form"}
    letter = {"attempts": 3, "finish_reason": "stop", "id": "a", "reason": "form", "text": "no"}
    assert [json.loads(line) for line in (tmp_path / "dead.jsonl").read_text().splitlines()] == [letter]
    asked, engine = run(lambda request: ("1", "stop"), "a", "b")
    assert (asked.dead, engine.opened) == ({"a": "form"}, 0)


def test_a_prompt_that_does_not_fit_is_dead_at_once(run: Run) -> None:
    asked, engine = run(lambda request: ("", "overflow"), "a")
    assert asked.dead == {"a": "overflow"}
    assert len(engine.asked) == 1
    assert run(lambda request: ("", "overflow"), "a")[1].opened == 0


def test_too_many_dead_fail_and_say_where_to_look(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(lambda request: ("no", "stop"), "a", "b", share=0.4)
    place = tmp_path / "replies/x.dead.jsonl"
    assert f"2 of 2 requests to m are dead (form), more than asking.max_dead_share 0.4: read {place}" in str(
        caught.value
    )
    assert len(place.read_text().splitlines()) == 2


def test_no_dead_letters_is_an_empty_file(run: Run, tmp_path: Path) -> None:
    run(lambda request: ("1", "stop"), "a")
    assert (tmp_path / "dead.jsonl").read_text() == ""


def test_a_torn_line_is_cut_off_and_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    first, second = requests("a", "b")
    with Journal(path, SPEC) as journal:
        journal.add(first, Reply("a", "é", "stop", 1, 0, 1))
        journal.add(second, Reply("b", "2", "stop"))
    path.write_bytes(path.read_bytes()[:-5])
    with Journal(path, SPEC) as journal:
        assert journal.get(first) == Reply("a", "é", "stop", 1, 0, 1)
        assert journal.get(second) is None
        journal.add(second, Reply("b", "3", "stop"))
    with Journal(path, SPEC) as journal:
        assert journal.get(second) == Reply("b", "3", "stop")


def test_one_journal_has_one_writer(tmp_path: Path) -> None:
    with Journal(tmp_path / "x.jsonl", SPEC), pytest.raises(InputError, match="being written by another job"):
        Journal(tmp_path / "x.jsonl", SPEC)


def test_what_did_not_fit_is_asked_of_a_longer_model(tmp_path: Path) -> None:
    request = requests("a")[0]
    with Journal(tmp_path / "x.jsonl", SPEC) as journal:
        journal.add(request, Reply("a", "", "overflow"))
    longer = ModelSpec("m", "vllm", "owner/m", "main", max_model_len=200)
    with Journal(tmp_path / "x.jsonl", longer) as journal:
        assert journal.get(request) is None
