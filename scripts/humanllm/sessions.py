"""One job's asking of one model: a journal, an engine that starts when it is needed, and a limit of dead requests.

with Session(spec, journal, rules, seed=7, total=400, dead=path) as session:
    notes = session.ask(parts, parse)
    asked = session.ask(requests_made_of(notes), parse)
"""

from __future__ import annotations

import itertools
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from humanllm.asking import Asked, Parse, Rules, Series, write_letters
from humanllm.engines.base import Engine, Feed, ModelSpec, Reply, Request, open_engine
from humanllm.errors import EngineError, InputError
from humanllm.journal import Journal
from humanllm.progress import Progress

T = TypeVar("T")
ENOUGH = 1000  # requests settled, before a job can fail while it runs
CLEARLY, HALF = 5, 0.5  # times the share that may be dead, but no more than half, of what is settled: a bad model


class Session:
    """Several calls of `ask` that share a journal, an engine and a dead share.

    `dead` (None: nowhere) gets the dead letters at the end. Raises InputError when more than `rules.max_dead_share` of
    all requests (`total`) are dead: at the end, or before if that is sure and so many of the settled ones are dead that
    the model is at fault. Raises EngineError when the engine breaks down. The journal keeps every reply that came.
    """

    def __init__(
        self,
        spec: ModelSpec,
        journal: Path,
        rules: Rules,
        seed: int,
        total: int | None = None,
        dead: Path | None = None,
    ) -> None:
        self.spec, self.rules, self.seed, self.path, self.dead = spec, rules, seed, journal, dead
        self.progress = Progress(total)
        self._refused = journal.with_suffix(".dead.jsonl")  # the letters of a session that failed for them
        self.letters: list[dict[str, Any]] = []
        self.tokens: Counter[str] = Counter()
        self._seen: set[str] = set()
        self._answered = 0  # by the calls of `ask` that are done
        self._engine: Engine | None = None

    def __enter__(self) -> Session:
        self.journal = Journal(self.path, self.spec)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(Exception):  # one that broke down may not close either: the first error counts
            if self._engine is not None:
                self._engine.close()
        self.progress.end()
        self.journal.close(whole=kind is None)
        if kind is None:
            if self.dead is not None:
                write_letters(self.dead, self.letters)
            if len(self.letters) > self.rules.max_dead_share * len(self._seen):
                raise self._too_many(self.letters, str(len(self._seen)))
            self._refused.unlink(missing_ok=True)  # of a try before this one

    def ask(self, requests: Iterable[Request], parse: Parse[T]) -> Asked[T]:
        """Answer every request, from the journal where it has the reply, else by the model.

        `parse(request, text)` raises ValueError for a reply that will not do. Such a reply, or one that was cut off,
        is asked again with a new seed (and more room), `rules.attempts` times in all; then it is dead.
        """
        series = Series(self.journal, parse, self.rules, self.seed, self.progress)
        missing = series.missing(self._distinct(requests))
        if (first := next(missing, None)) is not None:
            feed = _Watched(series.feed(itertools.chain([first], missing)), lambda: self._check(series.asked))
            for reply in self._replies(feed):
                series.take(reply)
            if series.waiting:
                raise self._broken(f"it ended with {len(series.waiting)} requests unanswered")
        self.letters += series.asked.letters
        self._answered += len(series.asked.answers)
        self.tokens.update(series.asked.tokens)
        return series.asked

    def _replies(self, feed: _Watched) -> Iterator[Reply]:
        """The engine's replies. What breaks in the engine itself, and not in the feed, is an EngineError."""
        if self._engine is None:
            self.progress.say(f"{self.spec.name}: starting the engine {self.spec.engine}")
            self._engine = open_engine(self.spec)
        try:
            yield from self._engine.replies(feed)
        except EngineError as error:
            raise self._broken(str(error)) from error
        except InputError:
            raise
        except Exception as error:
            if error is feed.fault:
                raise
            place = traceback.extract_tb(error.__traceback__)[-1]
            said = " ".join(str(error).split())[:200]
            raise self._broken(f"{type(error).__name__}: {said} ({place.filename}:{place.lineno})") from error

    def _broken(self, reason: str) -> EngineError:
        return EngineError(
            f"{self.spec.name} stopped answering: {reason}; {len(self.journal)} replies are kept in {self.path}: run"
            " the same command again, only what is missing will be asked"
        )

    def _distinct(self, requests: Iterable[Request]) -> Iterator[Request]:
        for request in requests:
            if request.id in self._seen:
                raise AssertionError(f"two requests with the id {request.id}; please report this")
            self._seen.add(request.id)
            yield request

    def _check(self, asked: Asked[Any]) -> None:
        """Stop as soon as the job is sure to fail and it is plain that the model, not a few requests, is at fault."""
        total, dead = max(self.progress.total or 0, len(self._seen)), len(self.letters) + len(asked.letters)
        settled = self._answered + len(asked.answers) + dead
        share = self.rules.max_dead_share
        many = max(share * total, min(CLEARLY * share, HALF) * settled)
        if self.progress.total and settled >= ENOUGH and dead > many:
            raise self._too_many(self.letters + asked.letters, f"the first {settled} of {total}")

    def _too_many(self, letters: list[dict[str, Any]], requests: str) -> InputError:
        place = self._refused
        write_letters(place, letters)
        reasons = sorted({letter["reason"] for letter in letters})
        return InputError(
            f"{len(letters)} of {requests} requests to {self.spec.name} are dead ({', '.join(reasons)}), more than"
            f" asking.max_dead_share {self.rules.max_dead_share}: read {place}, then mend the prompt or the model's"
            " limits (sampling.max_tokens, max_model_len), raise asking.attempts to ask them once more, or raise"
            " the share"
        )


class _Watched:
    """A feed that remembers what broke in it. Before it gives anything, `check` may raise: no more is to be asked."""

    def __init__(self, feed: Feed, check: Callable[[], None]) -> None:
        self._feed, self._check = feed, check
        self.fault: BaseException | None = None

    def __call__(self) -> Request | None:
        try:
            self._check()
            return self._feed()
        except BaseException as error:
            self.fault = error
            raise
