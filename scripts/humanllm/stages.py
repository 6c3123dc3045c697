"""What the model stages share: who is asked, how replies become typed values, and what a row says of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from humanllm.asking import Asked, Rules, ask
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.errors import InputError
from humanllm.prompts import Prompt
from humanllm.replies import Reply


@dataclass(frozen=True)
class Job:
    """One stage over one bucket: its model, how it samples, its journal, and when to give up."""

    spec: ModelSpec
    sampling: Sampling
    journal: Path
    rules: Rules
    seed: int

    @classmethod
    def from_json(cls, text: str, journal: Path) -> Job:
        """Read `--asking`, e.g. {"model": {...}, "sampling": {...}, "attempts": 3, "max_dead_share": 0.02, "seed": 7}.

        Raises InputError on what is missing or unknown.
        """
        try:
            facts = json.loads(text)
            model, sampling = facts.pop("model"), facts.pop("sampling")
            rules = Rules(facts.pop("attempts"), facts.pop("max_dead_share"))
            seed = facts.pop("seed")
        except (ValueError, KeyError, AttributeError) as error:
            raise InputError(
                f"--asking: needs model, sampling, attempts, max_dead_share and seed as JSON ({error})"
            ) from error
        if facts:
            raise InputError(f"--asking: unknown {', '.join(sorted(facts))}")
        return cls(ModelSpec.of(model).pinned(), Sampling.of(sampling), journal, rules, seed)

    def ask(
        self, requests: Iterable[Request], prompts: Iterable[Prompt], dead: Path | None, total: int
    ) -> Asked[Reply]:
        """Typed answers to requests made by `prompts`. Raises InputError above the allowed dead share."""
        by_name = {prompt.name: prompt for prompt in prompts}

        def parse(request: Request, text: str) -> Reply:
            return by_name[request.template].parse(text)

        return ask(requests, self.spec, self.journal, dead, parse, self.rules, self.seed, total)

    def ask_freely(self, requests: Iterable[Request], dead: Path, total: int) -> Asked[str]:
        """Texts of any form; one that ends by length counts too."""
        rules = replace(self.rules, accept_length=True)
        return ask(requests, self.spec, self.journal, dead, lambda _, text: text, rules, self.seed, total)

    def mark(self, prefix: str, prompt: Prompt) -> dict[str, str]:
        """The three columns that say who answered which prompt."""
        return {
            f"{prefix}_model": self.spec.name,
            f"{prefix}_revision": self.spec.revision,
            f"{prefix}_prompt": prompt.hash,
        }
