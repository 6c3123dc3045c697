"""Journal, re-asking and dead letters, with an engine whose replies the test decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from humanllm import sessions
from humanllm.asking import Asked, Rules, seeded
from humanllm.engines.base import Feed, ModelSpec, Reply, Request, Sampling
from humanllm.errors import EngineError, InputError
from humanllm.journal import Journal, entries
from humanllm.replies import BadReply
from humanllm.sessions import Session

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


def parse(request: Request, text: str) -> int:
    if not text:
        raise BadReply("empty")
    return int(text)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Asked[int], Script]]:
    def run(answer: Answer, *names: str, share: float = 1.0, **rules: bool) -> tuple[Asked[int], Script]:
        engine = Script(answer)
        monkeypatch.setattr(sessions, "open_engine", engine.open)
        journal, dead = tmp_path / "replies/x.jsonl", tmp_path / "dead.jsonl"
        limits = Rules(attempts=3, max_dead_share=share, **rules)
        with Session(SPEC, journal, limits, 1, len(names), dead) as session:
            return session.ask(requests(*names), parse), engine

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


def test_a_reply_that_the_context_cut_off_is_paid_once_until_the_model_is_longer(run: Run, tmp_path: Path) -> None:
    asked, engine = run(lambda request: ("7 and", "overflow"), "a")
    assert (asked.dead, len(engine.asked)) == ({"a": "overflow"}, 1)
    assert run(lambda request: ("7", "stop"), "a")[1].opened == 0
    with Journal(tmp_path / "replies/x.jsonl", replace(SPEC, max_model_len=200)) as journal:
        assert journal.get(seeded(requests("a")[0], 1, 0)) is None, "so it is asked again"


def test_free_text_that_the_context_cut_off_counts_and_a_prompt_that_does_not_fit_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(feed: Feed) -> Iterator[Reply]:
        for request in iter(feed, None):
            began = {"b": 3, "blank": 3}.get(request.id, 0)
            yield Reply(request.id, "I would" if request.id == "b" else "", "overflow", 99, output_tokens=began)

    engine = Script(lambda request: ("", ""))
    monkeypatch.setattr(engine, "replies", answer)
    for opened in (engine.open, None):  # the second time from the journal
        monkeypatch.setattr(sessions, "open_engine", opened)
        with Session(SPEC, tmp_path / "x.jsonl", Rules(max_dead_share=0.5, accept_length=True), 1, 3) as session:
            asked = session.ask(requests("a", "b", "blank"), lambda _, text: text)
        found = {name: (answer.value, answer.reply.finish_reason) for name, answer in asked.answers.items()}
        assert found == {"b": ("I would", "length"), "blank": ("", "length")}
        assert asked.dead == {"a": "overflow"}


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


class OneByOne(Script):
    """Asks one at a time, as a server that answers in order."""

    def replies(self, feed: Feed) -> Iterator[Reply]:
        for request in iter(feed, None):
            self.asked.append(request)
            text, reason = self.answer(request)
            yield Reply(request.id, text, reason)


def ask_many(engine: Script, path: Path, total: int, share: float = 0.02) -> Asked[int]:
    with Session(SPEC, path, Rules(3, share), 1, total) as session:
        return session.ask(requests(*(f"r{place}" for place in range(total))), parse)


def test_an_engine_that_answers_nonsense_is_found_out_before_all_is_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, path = OneByOne(lambda request: ("no", "stop")), tmp_path / "x.jsonl"
    monkeypatch.setattr(sessions, "open_engine", engine.open)
    said = r"1000 of the first 1000 of 5000 requests to m are dead \(form\), more than asking.max_dead_share 0.02: "
    with pytest.raises(InputError, match=said):
        ask_many(engine, path, 5000)
    assert (len(engine.asked), engine.closed) == (3000, 1)
    assert len((tmp_path / "x.dead.jsonl").read_text().splitlines()) == 1000
    assert sum(1 for _ in entries(path)) == 3000

    with pytest.raises(InputError, match="2001 of the first 2001 of 4000 requests"):
        ask_many(engine, tmp_path / "half.jsonl", 4000, share=0.5)

    engine.answer = lambda request: ("1", "stop")
    asked = ask_many(engine, path, 5000, share=0.2)
    assert (len(asked.dead), len(asked.answers), asked.replayed) == (1000, 4000, 1000)


@pytest.mark.parametrize(
    ("total", "dead", "fails"),
    [
        (900, range(900), True),  # too small a job to judge before its end
        (5000, range(99), False),  # a bad beginning, and yet below the share
        (3000, range(0, 3000, 11), True),  # too many, but most replies are good
    ],
)
def test_no_other_job_ends_before_all_is_asked(
    total: int, dead: range, fails: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OneByOne(lambda request: ("no" if int(request.id[1:]) in dead else "1", "stop"))
    monkeypatch.setattr(sessions, "open_engine", engine.open)
    said = f"{len(dead)} of {total} requests to m are dead"
    with pytest.raises(InputError, match=said) if fails else nullcontext():
        ask_many(engine, tmp_path / "x.jsonl", total)
    assert len({request.id for request in engine.asked}) == total


def test_no_dead_letters_is_an_empty_file(run: Run, tmp_path: Path) -> None:
    run(lambda request: ("1", "stop"), "a")
    assert (tmp_path / "dead.jsonl").read_text() == ""


def test_a_model_that_never_closes_its_json_is_dead_by_length(run: Run, tmp_path: Path) -> None:
    asked, engine = run(lambda request: ('{"text":"and and', "length"), "a")
    assert asked.dead == {"a": "length"}
    assert [request.sampling.max_tokens for request in engine.asked] == [10, 20, 40]
    assert json.loads((tmp_path / "dead.jsonl").read_text())["attempts"] == 3


def test_a_reply_can_be_refused_by_a_reason_of_its_own(run: Run) -> None:
    asked, engine = run(lambda request: ("", "stop"), "a")
    assert asked.dead == {"a": "empty"}
    assert len(engine.asked) == 3


def test_what_the_server_refused_for_good_is_not_asked_again(run: Run) -> None:
    asked, engine = run(lambda request: ("content_filter", "server"), "a")
    assert (asked.dead, len(engine.asked)) == ({"a": "server"}, 1)
    assert run(lambda request: ("1", "stop"), "a")[1].opened == 0


def test_more_attempts_ask_the_dead_once_more(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(lambda request: ("no", "stop"), "a")
    engine = Script(lambda request: ("4", "stop"))
    monkeypatch.setattr(sessions, "open_engine", engine.open)
    with Session(SPEC, tmp_path / "replies/x.jsonl", Rules(attempts=4), 1) as session:
        assert session.ask(requests("a"), parse).answers["a"].value == 4
    assert [request.sampling for request in engine.asked] == [seeded(requests("a")[0], 1, 3).sampling]


def test_calls_of_a_session_share_journal_engine_and_dead_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Script(lambda request: ("no" if request.id == "a" else "1", "stop"))
    monkeypatch.setattr(sessions, "open_engine", engine.open)
    path, dead = tmp_path / "x.jsonl", tmp_path / "dead.jsonl"
    with Session(SPEC, path, Rules(max_dead_share=0.5), 1, 2, dead) as session:
        assert session.ask(requests("a"), parse).dead == {"a": "form"}  # alone it would be above the share
        assert session.ask(requests("b"), parse).answers["b"].value == 1
        assert session.tokens == {"prompt_tokens": 8, "output_tokens": 4, "cached_tokens": 0}
    assert (engine.opened, engine.closed) == (1, 1)
    assert [json.loads(line)["id"] for line in dead.read_text().splitlines()] == ["a"]
    assert [entry["id"] for entry in entries(path)] == ["a", "a", "a", "b"]


class Breaks(Script):
    """Breaks down after its first reply."""

    def __init__(self, error: BaseException | None) -> None:
        super().__init__(lambda request: ("1", "stop"))
        self.error = error

    def replies(self, feed: Feed) -> Iterator[Reply]:
        first, _ = feed(), feed()
        assert first is not None
        yield Reply(first.id, "1", "stop")
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("CUDA error:\n  out of memory"), "RuntimeError: CUDA error: out of memory ("),
        (EngineError("the server is gone"), "the server is gone"),
        (None, "it ended with 1 requests unanswered"),
    ],
)
def test_an_engine_that_breaks_down_says_what_is_kept(
    error: BaseException | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Breaks(error)
    monkeypatch.setattr(sessions, "open_engine", broken.open)
    path = tmp_path / "x.jsonl"
    with pytest.raises(EngineError) as caught, Session(SPEC, path, Rules(), 1) as session:
        session.ask(requests("a", "b"), parse)
    assert str(caught.value).startswith(f"m stopped answering: {said}")
    assert str(caught.value).endswith(
        f"; 1 replies are kept in {path}: run the same command again, only what is missing will be asked"
    )
    assert "\n" not in str(caught.value)
    assert broken.closed == 1
    with Journal(path, SPEC) as journal:
        assert journal.get(seeded(requests("a")[0], 1, 0)) == Reply("a", "1", "stop")


def test_what_breaks_in_the_requests_is_no_fault_of_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[Request]:
        yield from requests("a")
        raise KeyError("clean_text")

    monkeypatch.setattr(sessions, "open_engine", Script(lambda request: ("1", "stop")).open)
    with pytest.raises(KeyError, match="clean_text"), Session(SPEC, tmp_path / "x.jsonl", Rules(), 1) as session:
        session.ask(broken(), parse)


def test_an_interrupted_job_leaves_its_journal_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "open_engine", Breaks(KeyboardInterrupt()).open)
    path = tmp_path / "x.jsonl"
    with pytest.raises(KeyboardInterrupt), Session(SPEC, path, Rules(), 1) as session:
        session.ask(requests("a", "b"), parse)
    assert [entry["id"] for entry in entries(path)] == ["a"]
    engine = Script(lambda request: ("2", "stop"))
    monkeypatch.setattr(sessions, "open_engine", engine.open)
    with Session(SPEC, path, Rules(), 1) as session:
        assert {name: answer.value for name, answer in session.ask(requests("a", "b"), parse).answers.items()} == {
            "a": 1,
            "b": 2,
        }
    assert [request.id for request in engine.asked] == ["b"]
