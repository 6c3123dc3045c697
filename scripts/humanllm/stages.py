"""What the four model stages share: who is asked, how replies become typed values, and what a row says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from humanllm.asking import Asked, Rules, ask
from humanllm.engines.base import ModelSpec, Request, Sampling
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

    def ask(
        self, requests: Iterable[Request], prompts: Iterable[Prompt], dead: Path | None, total: int
    ) -> Asked[Reply]:
        """Typed answers to requests made by `prompts`. Raises InputError above the allowed dead share."""
        by_name = {prompt.name: prompt for prompt in prompts}

        def parse(request: Request, text: str) -> Reply:
            return by_name[request.template].parse(text)

        return ask(requests, self.spec, self.journal, dead, parse, self.rules, self.seed, total)

    def mark(self, prefix: str, prompt: Prompt) -> dict[str, str]:
        """The three columns that say who answered which prompt."""
        return {
            f"{prefix}_model": self.spec.name,
            f"{prefix}_revision": self.spec.revision,
            f"{prefix}_prompt": prompt.hash,
        }
