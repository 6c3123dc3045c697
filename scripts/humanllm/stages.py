"""What the model stages share: who is asked, how replies become typed values, and what a row says of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from humanllm.asking import Asked, Rules
from humanllm.checks import read_reply
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.errors import InputError
from humanllm.prompts import Prompt
from humanllm.replies import Reply
from humanllm.sessions import Session


class TypedSession:
    """A session whose replies are typed by the prompts that ask; see `Job.session`."""

    def __init__(self, session: Session, language: str | None) -> None:
        self._session, self._language = session, language

    def ask(self, requests: Iterable[Request], prompts: Iterable[Prompt]) -> Asked[Reply]:
        """Typed answers to requests made by `prompts`."""
        by_name = {prompt.name: prompt for prompt in prompts}

        def parse(request: Request, text: str) -> Reply:
            return read_reply(by_name[request.template], request, text, self._language)

        return self._session.ask(requests, parse)

    @property
    def tokens(self) -> dict[str, int]:
        """Prompt, cached and output tokens of all its replies, for a stage's stats."""
        return dict(sorted(self._session.tokens.items()))


@dataclass(frozen=True)
class Job:
    """One stage over one bucket: its model, how it samples, its journal, and when to give up."""

    spec: ModelSpec
    sampling: Sampling
    journal: Path
    rules: Rules
    seed: int
    language: str | None = None  # of every text in a reply; None: any

    @classmethod
    def from_json(cls, asking: str, serving: str, journal: Path) -> Job:
        """Read `--asking`, what the replies follow from, and `--serving`, which changes only speed and patience.

        E.g. {"model": {"name": "m", "engine": "vllm", ...}, "sampling": {...}, "seed": 7, "language": "en"} and
        {"model": {"gpus": 8}, "attempts": 3, "max_dead_share": 0.02}. Raises InputError on what is missing or unknown.
        """
        facts = _facts("--asking", asking, ("model", "sampling", "seed"), ("language",))
        knobs = _facts("--serving", serving, ("attempts", "max_dead_share", "model"))
        if twice := facts["model"].keys() & knobs["model"].keys():
            raise InputError(f"--serving: model: {', '.join(sorted(twice))} stands in --asking too: say it once")
        model, sampling = facts["model"] | knobs["model"], facts["sampling"]
        rules = Rules(knobs["attempts"], knobs["max_dead_share"])
        seed, language = facts["seed"], facts.get("language")
        return cls(ModelSpec.of(model).pinned(), Sampling.of(sampling), journal, rules, seed, language)

    @contextmanager
    def session(self, total: int, dead: Path | None = None) -> Iterator[TypedSession]:
        """Several calls of `ask` that share the journal, the engine, the progress (over `total`) and the dead share.

        `dead` gets the dead letters of all of them. Raises InputError at the end, above the allowed dead share.
        """
        with Session(self.spec, self.journal, self.rules, self.seed, total, dead) as session:
            yield TypedSession(session, self.language)

    def ask(
        self, requests: Iterable[Request], prompts: Iterable[Prompt], dead: Path | None, total: int
    ) -> Asked[Reply]:
        """Typed answers to requests made by `prompts`. Raises InputError above the allowed dead share."""
        with self.session(total, dead) as session:
            return session.ask(requests, prompts)

    def ask_freely(self, requests: Iterable[Request], dead: Path, total: int) -> Asked[str]:
        """Texts of any form; one that ends by length counts too."""
        rules = replace(self.rules, accept_length=True)
        with Session(self.spec, self.journal, rules, self.seed, total, dead) as session:
            return session.ask(requests, lambda _, text: text)

    def mark(self, prefix: str, prompt: Prompt) -> dict[str, str]:
        """The three columns that say who answered which prompt."""
        return {
            f"{prefix}_model": self.spec.name,
            f"{prefix}_revision": self.spec.revision,
            f"{prefix}_prompt": prompt.hash,
        }


def _facts(option: str, text: str, needed: tuple[str, ...], more: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON object of an option, with all keys `needed` and none but `more` beside them."""
    try:
        facts = json.loads(text)
        missing = [name for name in needed if name not in facts]
        if missing or not isinstance(facts["model"], dict):
            raise ValueError(f"lacks {', '.join(missing)}" if missing else "model is no object")
    except (ValueError, TypeError) as error:
        raise InputError(f"{option}: needs {', '.join(needed)} as a JSON object ({error})") from error
    if unknown := facts.keys() - set(needed) - set(more):
        raise InputError(f"{option}: unknown {', '.join(sorted(unknown))}")
    return dict(facts)
