"""The privacy check of a bucket as a person can judge it: some of what was masked, and some texts where nothing was.

Lines of `clean/<source>/<bucket>.audit.jsonl`, which holds private details and is for its owner's eyes alone:
    {"id": "blogger:blogs:5d1c", "kind": "email", "found": "kim@mail.net", "before": "Write to ", "after": " today."}
    {"id": "blogger:blogs:77aa", "kind": null, "text": "I went ..."}
A wrong hit shows in the first sort of line, a miss in the second.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from humanllm.draws import digest
from humanllm.files import publish
from humanllm.privacy import find, replaced

AROUND = 60  # characters shown on both sides of a finding
Line = dict[str, Any]


class Audit:
    """Masks texts, counts what it masks by kind, and keeps `size` of the findings and of the other texts by draw."""

    def __init__(self, size: int, seed: int) -> None:
        self.size, self.seed = size, seed
        self.counts: Counter[str] = Counter()
        self._found: dict[str, Line] = {}  # by the draw
        self._clear: dict[str, Line] = {}

    def mask(self, id: str, text: str) -> tuple[str, int]:
        """`text` without private details, and how many there were."""
        found = find(text)
        self.counts.update(finding.kind for finding in found)
        for finding in found:
            self._found[digest(self.seed, id, finding.start)] = {
                "id": id,
                "kind": finding.kind,
                "before": text[max(0, finding.start - AROUND) : finding.start],
                "found": text[finding.start : finding.end],
                "after": text[finding.end : finding.end + AROUND],
            }
        if not found:
            self._clear[digest(self.seed, id)] = {"id": id, "kind": None, "text": text}
        return replaced(text, found, {}), len(found)

    def lines(self) -> list[Line]:
        """The sample, the kinds of finding in turn: the same for the same texts, in whatever order they came."""
        by_kind: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._found):
            by_kind[self._found[key]["kind"]].append(key)
        turns = ((turn, key) for keys in by_kind.values() for turn, key in enumerate(keys))
        found = [self._found[key] for _, key in heapq.nsmallest(self.size, turns)]
        return [*found, *(self._clear[key] for key in heapq.nsmallest(self.size, self._clear))]


def write_private(path: Path, lines: Iterable[Line]) -> None:
    """Write JSON lines that only the owner of the file may read."""
    with publish(path) as temporary:
        temporary.touch(mode=0o600)
        text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
        temporary.write_text(text, encoding="utf-8", errors="surrogatepass")
