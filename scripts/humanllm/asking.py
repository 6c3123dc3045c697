"""Ask a model many things without losing or repeating one: journal, re-asking, dead letters.

    asked = session.ask(requests, parse=lambda request, text: Score.model_validate_json(text))    # sessions.py
    asked.answers["blogger:blogs:5d1c"].value    # Score(quality='high', harmful=False)
    asked.dead["blogger:blogs:77aa"]             # 'form': no reply parsed
A line of the dead-letter file:
    {"attempts": 3, "finish_reason": "length", "id": "blogger:blogs:77aa", "reason": "length", "text": "{\"quality\""}
Reasons: form (does not parse), length (cut off every time), overflow (the prompt or its reply does not fit the model),
server (the server refused this one request), and what `parse` names by a BadReply (refusal, language, empty, ...).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from humanllm.draws import digest
from humanllm.engines.base import FOR_GOOD, OVERFLOW, Feed, Reply, Request
from humanllm.files import publish
from humanllm.journal import Journal
from humanllm.progress import Progress
from humanllm.replies import BadReply

T = TypeVar("T")
Parse = Callable[[Request, str], T]
MORE_ROOM = 2  # times the tokens of the attempt before, after a reply that was cut off


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A reply that parsed, and what it parsed to."""

    value: T
    reply: Reply


@dataclass
class Asked(Generic[T]):
    """Every request's id is in exactly one of `answers` and `dead` (id: reason)."""

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


def seeded(request: Request, seed: int, tries: int) -> Request:
    """The request as it is asked after `tries` failures: its seed follows from the run's `seed` and its id."""
    drawn = int(digest(seed, request.id, tries)[:7], 16)
    return replace(request, sampling=replace(request.sampling, seed=drawn))


class Series(Generic[T]):
    """The requests of one `ask`: which are missing, which wait for a reply, which are settled."""

    def __init__(self, journal: Journal, parse: Parse[T], rules: Rules, seed: int, progress: Progress) -> None:
        self.journal, self.parse, self.rules, self.seed, self.progress = journal, parse, rules, seed, progress
        self.asked: Asked[T] = Asked(tokens=dict.fromkeys(("cached_tokens", "output_tokens", "prompt_tokens"), 0))
        self.again: deque[tuple[Request, int]] = deque()  # request, tries so far
        self.waiting: dict[str, tuple[Request, int]] = {}

    def missing(self, requests: Iterable[Request]) -> Generator[Request, None, None]:
        """What the journal does not answer, as it is to be asked; what it does is settled on the way."""
        return self._missing((seeded(request, self.seed, 0), 0) for request in requests)

    def feed(self, fresh: Iterator[Request]) -> Feed:
        """Gives what to ask next: what failed goes first, so that no engine drains for its sake."""

        def feed() -> Request | None:
            while self.again:
                if (failed := next(self._missing([self.again.popleft()]), None)) is not None:
                    return failed
            return next(fresh, None)

        return feed

    def take(self, reply: Reply) -> None:
        """Keep the engine's reply, and settle its request or leave it to be asked again."""
        request, tries = self.waiting.pop(reply.id)
        self.journal.add(request, reply)
        self.asked.asked += 1
        settled = self._settle(request, tries, reply)
        if not settled:
            self.again.append(self._next(request, tries, reply))
        self.progress.reply(reply, again=not settled, dead=reply.id in self.asked.dead)

    def _missing(self, requests: Iterable[tuple[Request, int]]) -> Generator[Request, None, None]:
        for request, tries in requests:
            while (reply := self.journal.get(request)) is not None:
                if self._settle(request, tries, reply):
                    self.asked.replayed += 1
                    self.progress.replay(dead=request.id in self.asked.dead)
                    break
                request, tries = self._next(request, tries, reply)
            else:
                self.waiting[request.id] = (request, tries)
                yield request

    def _next(self, request: Request, tries: int, reply: Reply) -> tuple[Request, int]:
        """The same question for the next attempt."""
        room = MORE_ROOM if reply.finish_reason == "length" else 1
        sampling = replace(request.sampling, max_tokens=request.sampling.max_tokens * room)
        return seeded(replace(request, sampling=sampling), self.seed, tries + 1), tries + 1

    def _settle(self, request: Request, tries: int, reply: Reply) -> bool:
        """Take the reply (True), give the request up (True), or leave it open."""
        for kind in self.asked.tokens:
            self.asked.tokens[kind] += getattr(reply, kind)
        reason = self._read(request, reply)
        if reason is None:
            return True
        if tries + 1 < self.rules.attempts and reply.finish_reason not in FOR_GOOD:
            return False
        self.asked.dead[request.id] = reason
        letter = {"id": request.id, "reason": reason, "attempts": tries + 1}
        self.asked.letters.append(letter | {"finish_reason": reply.finish_reason, "text": reply.text})
        return True

    def _read(self, request: Request, reply: Reply) -> str | None:
        """Why the reply will not do; None, and an answer is taken, if it does."""
        if self.rules.accept_length and reply.finish_reason == OVERFLOW and (reply.text or reply.output_tokens):
            reply = replace(reply, finish_reason="length")  # begun, and cut off by the model's context
        cut = reply.finish_reason == "length" and not self.rules.accept_length
        if cut or reply.finish_reason in FOR_GOOD:
            return reply.finish_reason
        try:
            self.asked.answers[request.id] = Answer(self.parse(request, reply.text), reply)
        except BadReply as error:
            return error.reason
        except ValueError:
            return "form"
        return None


def write_letters(path: Path, letters: Iterable[dict[str, Any]]) -> None:
    """Write dead letters as JSON lines, by id; an empty file without any. They hold texts: for the owner alone."""
    lines = (
        json.dumps(letter, ensure_ascii=False, sort_keys=True) for letter in sorted(letters, key=lambda x: x["id"])
    )
    with publish(path) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_text("".join(line + "\n" for line in lines), encoding="utf-8", errors="surrogatepass")
