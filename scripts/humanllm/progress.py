"""Progress of a model stage as plain lines on stderr: counts and rates, never anybody's text."""

from __future__ import annotations

import sys
import time

from humanllm.engines.base import Reply

EVERY_SECONDS = 5.0


class Progress:
    """Say every few seconds how far a stage has come."""

    def __init__(self, total: int | None) -> None:
        self.total = total
        self.replayed = self.asked = self.failed = 0
        self.prompt_tokens = self.cached_tokens = self.output_tokens = 0
        self._begun = self._said = time.monotonic()

    def replay(self) -> None:
        self.replayed += 1
        self._tell()

    def reply(self, reply: Reply, failed: bool) -> None:
        self.asked += 1
        self.failed += failed
        self.prompt_tokens += reply.prompt_tokens
        self.cached_tokens += reply.cached_tokens
        self.output_tokens += reply.output_tokens
        self._tell()

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._said >= EVERY_SECONDS:
            self._said = now
            self.say()

    def say(self) -> None:
        seconds = max(time.monotonic() - self._begun, 1e-9)
        done = self.asked + self.replayed - self.failed
        left = ""
        if self.total and self.asked and done < self.total:
            left = f", {(self.total - done) * seconds / self.asked:.0f} s left"
        print(
            f"{done}{f'/{self.total}' if self.total else ''} done ({self.replayed} from the journal, {self.failed} to"
            f" ask again), {self.asked / seconds:.1f} a second, {self.output_tokens / seconds:.0f} tokens a second,"
            f" {self.cached_tokens}/{self.prompt_tokens} prompt tokens cached{left}",
            file=sys.stderr,
            flush=True,
        )
