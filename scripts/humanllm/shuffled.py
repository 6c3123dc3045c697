"""A file of JSON lines in the order of their keys, whatever the order in which they come, in little memory.

Lines go to 256 parts on disk by the first two hex digits of their key; each part is then sorted by itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

DIGITS = 2


class ShuffledLines:
    """Takes objects under hex keys (digests); `close` leaves `path` sorted by key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parts: dict[str, IO[str]] = {}

    def _part(self, key: str) -> IO[str]:
        name = key[:DIGITS]
        if name not in self._parts:
            self._parts[name] = self.path.with_name(f"{self.path.name}.{name}").open("w+", encoding="utf-8")
        return self._parts[name]

    def add(self, key: str, value: Any) -> None:
        self._part(key).write(f"{key}\t{json.dumps(value, ensure_ascii=False, sort_keys=True)}\n")

    def close(self) -> None:
        """Write the file and remove the parts."""
        with self.path.open("w", encoding="utf-8") as file:
            for name in sorted(self._parts):
                part = self._parts[name]
                part.seek(0)
                file.writelines(line.partition("\t")[2] for line in sorted(part))
                part.close()
                Path(part.name).unlink()
