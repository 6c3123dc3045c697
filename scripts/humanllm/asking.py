"""Ask a model many things without losing or repeating one: journal, re-asking, dead letters.

    asked = ask(requests, spec, journal, dead, parse=lambda request, text: Score.model_validate_json(text))
    asked.answers["blogger:blogs:5d1c"].value    # Score(quality='high', harmful=False)
    asked.dead["blogger:blogs:77aa"]             # 'form': no reply parsed
A line of the dead-letter file:
    {"attempts": 3, "finish_reason": "length", "id": "blogger:blogs:77aa", "reason": "length", "text": "{\"quality\""}
"""

from __future__ import annotations

import itertools
import json
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from humanllm.draws import digest
from humanllm.engines.base import OVERFLOW, ModelSpec, Reply, Request, open_engine
from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.journal import Journal
from humanllm.progress import Progress

T = TypeVar("T")
MORE_ROOM = 2  # times the tokens of the attempt before, after a reply that was cut off


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A reply that parsed, and what it parsed to."""

    value: T
    reply: Reply


@dataclass
class Asked(Generic[T]):
    """Every request's id is in exactly one of `answers` and `dead` (id: reason form, length or overflow)."""

    answers: dict[str, Answer[T]] = field(default_factory=dict)
    dead: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)  # prompt_tokens, cached_tokens, output_tokens of all replies
    letters: list[dict[str, Any]] = field(default_factory=list)  # the lines of the dead-letter file
    asked: int = 0  # how many attempts went to the engine now
    replayed: int = 0  # how many requests the journal answered


@dataclass(frozen=True)
class Rules:
    """When to ask again and when to give up (`asking` in the config)."""

    attempts: int = 3
    max_dead_share: float = 0.02
    accept_length: bool = False  # a cut-off reply counts if it parses: free text with a limit


def ask(
    requests: Iterable[Request],
    spec: ModelSpec,
    journal: Path,
    dead: Path | None,
    parse: Callable[[Request, str], T],
    rules: Rules = Rules(),
    seed: int = 0,
    total: int | None = None,
) -> Asked[T]:
    """Answer every request, from the journal where it has the reply, else by the model of `spec`.

    `parse(request, text)` raises ValueError for a reply that will not do. Such a reply, or one that was cut off, is
    asked again with a new seed (and more room), `rules.attempts` times in all; then it is dead. Seeds follow from the
    run's `seed` and the request's id. No engine starts when the journal has everything.
    `dead` (None: nowhere) gets the dead letters. Raises InputError when more than `rules.max_dead_share` of them are
    dead.
    """
    session = _Session(spec, parse, rules, seed, Progress(total))
    with Journal(journal, spec) as kept:
        session.run(requests, kept)
    session.report()
    if dead is not None:
        write_letters(dead, session.asked.letters)
    _check_share(session, journal)
    return session.asked


class _Session(Generic[T]):
    """One call of `ask`."""

    def __init__(
        self, spec: ModelSpec, parse: Callable[[Request, str], T], rules: Rules, seed: int, progress: Progress
    ) -> None:
        self.spec, self.parse, self.rules, self.seed, self.progress = spec, parse, rules, seed, progress
        self.asked: Asked[T] = Asked()
        self.seen: set[str] = set()
        self.tokens = Counter(prompt_tokens=0, cached_tokens=0, output_tokens=0)
        self.again: deque[tuple[Request, int]] = deque()  # request, tries so far
        self.waiting: dict[str, tuple[Request, int]] = {}

    def run(self, requests: Iterable[Request], journal: Journal) -> None:
        missing = self._missing(((self._seeded(request, 0), 0) for request in self._distinct(requests)), journal)
        first = next(missing, None)
        if first is None:
            return
        fresh = itertools.chain([first], missing)
        engine = open_engine(self.spec)
        try:
            for reply in engine.replies(lambda: self._feed(fresh, journal)):
                request, tries = self.waiting.pop(reply.id)
                journal.add(request, reply)
                self.progress.reply(reply, self._settle(request, tries, reply))
        finally:
            engine.close()

    def _feed(self, fresh: Iterator[Request], journal: Journal) -> Request | None:
        """What to ask next: what failed goes first, so that no engine drains for its sake."""
        while self.again:
            if (failed := next(self._missing(iter([self.again.popleft()]), journal), None)) is not None:
                return failed
        return next(fresh, None)

    def _distinct(self, requests: Iterable[Request]) -> Iterator[Request]:
        for request in requests:
            if request.id in self.seen:
                raise AssertionError(f"two requests with the id {request.id}; please report this")
            self.seen.add(request.id)
            yield request

    def _seeded(self, request: Request, tries: int) -> Request:
        drawn = int(digest(self.seed, request.id, tries)[:7], 16)
        return replace(request, sampling=replace(request.sampling, seed=drawn))

    def _missing(self, requests: Iterator[tuple[Request, int]], journal: Journal) -> Generator[Request, None, None]:
        """The requests that the journal does not answer; those it does are settled on the way."""
        for request, tries in requests:
            reply = journal.get(request)
            while reply is not None:
                if not self._settle(request, tries, reply, asking=False):
                    self.progress.replay()
                    break
                request, tries = self._next(request, tries, reply)
                reply = journal.get(request)
            else:
                self.waiting[request.id] = (request, tries)
                yield request

    def _next(self, request: Request, tries: int, reply: Reply) -> tuple[Request, int]:
        """The same question for the next attempt."""
        room = MORE_ROOM if reply.finish_reason == "length" else 1
        sampling = replace(request.sampling, max_tokens=request.sampling.max_tokens * room)
        return self._seeded(replace(request, sampling=sampling), tries + 1), tries + 1

    def _settle(self, request: Request, tries: int, reply: Reply, asking: bool = True) -> bool:
        """Take the reply, give the request up, or (True) leave it to be asked again."""
        reason, value = self._read(request, reply)
        for kind in self.tokens:
            self.tokens[kind] += getattr(reply, kind)
        if reason is None:
            self.asked.answers[request.id] = Answer(value, reply)  # type: ignore[arg-type]
            return False
        if tries + 1 >= self.rules.attempts or reason == OVERFLOW:
            self.asked.dead[request.id] = reason
            self.asked.letters.append(
                {
                    "id": request.id,
                    "reason": reason,
                    "attempts": tries + 1,
                    "finish_reason": reply.finish_reason,
                    "text": reply.text,
                }
            )
            return False
        if asking:
            self.again.append(self._next(request, tries, reply))
        return True

    def _read(self, request: Request, reply: Reply) -> tuple[str | None, T | None]:
        if reply.finish_reason == OVERFLOW or (reply.finish_reason == "length" and not self.rules.accept_length):
            return reply.finish_reason, None
        try:
            return None, self.parse(request, reply.text)
        except ValueError:
            return "form", None

    def report(self) -> None:
        self.progress.say()
        self.asked.tokens = dict(sorted(self.tokens.items()))
        self.asked.asked, self.asked.replayed = self.progress.asked, self.progress.replayed


def write_letters(path: Path, letters: Iterable[dict[str, Any]]) -> None:
    """Write dead letters as JSON lines, by id; an empty file when there is none."""
    lines = (
        json.dumps(letter, ensure_ascii=False, sort_keys=True) for letter in sorted(letters, key=lambda x: x["id"])
    )
    with publish(path) as temporary:
        temporary.write_text("".join(line + "\n" for line in lines), encoding="utf-8", errors="surrogatepass")


def _check_share(session: _Session[Any], journal: Path) -> None:
    dead, total = len(session.asked.dead), len(session.seen)
    if dead > session.rules.max_dead_share * total:
        place = journal.with_suffix(".dead.jsonl")
        write_letters(place, session.asked.letters)
        reasons = sorted(set(session.asked.dead.values()))
        raise InputError(
            f"{dead} of {total} requests to {session.spec.name} are dead ({', '.join(reasons)}), more than"
            f" asking.max_dead_share {session.rules.max_dead_share}: read {place}, then mend the prompt, the model's"
            " limits (sampling.max_tokens, max_model_len) or raise the share"
        )
