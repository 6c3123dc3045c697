"""Progress of a model stage: counts and rates, never anybody's text.

On a terminal one line that refreshes itself, in a log a line every half minute:
    1840 of 5000 (600 from the journal) | 21.4 requests/s | 8210 tokens/s | 71% cached | 3 again | 1 dead | 2m28s left
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from typing import NamedTuple

from humanllm.engines.base import Reply

ON_TERMINAL, IN_LOG = 0.5, 30.0  # seconds between two looks
RECENT = 60.0  # seconds over which rates are measured


class Point(NamedTuple):
    """How far the engine had come at a time."""

    time: float
    settled: int
    output_tokens: int


class Progress:
    """Say now and then how far a stage has come, on stderr."""

    def __init__(self, total: int | None) -> None:
        self.total = total
        self.replayed = self.asked = self.again = self.dead = 0
        self.prompt_tokens = self.cached_tokens = self.output_tokens = 0
        self._terminal = sys.stderr.isatty()
        self._said = time.monotonic()
        self._begin = Point(self._said, 0, 0)
        self._points = deque([self._begin])

    def replay(self, dead: bool) -> None:
        """The journal settled a request."""
        self.replayed += 1
        self.dead += dead
        self._look()

    def reply(self, reply: Reply, again: bool, dead: bool) -> None:
        """The engine gave a reply, which settled its request or (`again`) did not."""
        self.asked += 1
        self.again += again
        self.dead += dead
        self.prompt_tokens += reply.prompt_tokens
        self.cached_tokens += reply.cached_tokens
        self.output_tokens += reply.output_tokens
        self._look()

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._said >= (ON_TERMINAL if self._terminal else IN_LOG):
            self._said = now
            self.say(self.line(now))

    def say(self, line: str) -> None:
        """Show `line` in the place of the last one, or in a log below it."""
        if self._terminal:
            line = f"\r\x1b[2K{line[: shutil.get_terminal_size().columns - 1]}"
        print(line, end="" if self._terminal else "\n", file=sys.stderr, flush=True)

    def line(self, now: float) -> str:
        """How far it is at `now`, a time of the monotonic clock."""
        settled = self.asked - self.again
        first = self._points[0]
        seconds = max(now - first.time, 1e-9)
        rate = (settled - first.settled) / seconds
        done = settled + self.replayed
        parts = [
            f"{done}{f' of {self.total}' if self.total else ''}"
            + (f" ({self.replayed} from the journal)" if self.replayed else ""),
            f"{rate:.1f} requests/s",
            f"{(self.output_tokens - first.output_tokens) / seconds:.0f} tokens/s",
            f"{100 * self.cached_tokens / max(self.prompt_tokens, 1):.0f}% cached",
            f"{self.again} again",
            f"{self.dead} dead",
        ]
        if self.total and rate > 0 and done < self.total:
            parts.append(f"{duration((self.total - done) / rate)} left")
        self._points.append(Point(now, settled, self.output_tokens))
        while now - self._points[0].time > RECENT:
            self._points.popleft()
        return " | ".join(parts)

    def end(self) -> None:
        """The last word, with the rates of the whole time."""
        self._points = deque([self._begin])
        self.say(self.line(time.monotonic()))
        if self._terminal:
            print(file=sys.stderr)


def duration(seconds: float) -> str:
    """2h05m, 3m20s or 12s."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    return f"{whole // 60}m{whole % 60:02d}s" if whole >= 60 else f"{whole}s"
