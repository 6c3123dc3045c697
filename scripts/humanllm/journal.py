"""The replies that were paid for: appended as they come, found again by what was asked.

One line of `<state>/replies/<stage>/<source>/<bucket>.jsonl`:
    {"key":"9c1f...","text":"{\"quality\":\"high\"}","finish":"stop","prompt":412,"cached":352,"output":11}
The key covers the model, its revision, the sampling values, the messages and the form asked for; the request's id is
not part of it. A line torn by a killed job is ignored. Deleting the file is the only way to ask again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from humanllm.draws import digest
from humanllm.engines.base import OVERFLOW, ModelSpec, Reply, Request
from humanllm.errors import InputError
from humanllm.files import no_locks

SYNC_SECONDS = 5.0  # what a crash of the machine can cost; a killed job loses nothing


def key_of(request: Request, identity: str) -> str:
    """The content key of a request to the model with this `ModelSpec.identity()`."""
    form = [request.messages, request.schema, request.choice, asdict(request.sampling)]
    return digest(identity, json.dumps(form, sort_keys=True, ensure_ascii=False))


class Journal:
    """The journal at `path`, locked for one job. Raises InputError when another job holds it."""

    def __init__(self, path: Path, spec: ModelSpec) -> None:
        self._identity, self._limit = spec.identity(), spec.max_model_len
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            if not isinstance(error, BlockingIOError):
                raise InputError(no_locks(path, error)) from error
            raise InputError(f"{path} is being written by another job: wait until it ends") from error
        self._known = self._read()
        self._synced = time.monotonic()

    def _read(self) -> dict[str, dict[str, Any]]:
        """Every whole line by key; a torn end is cut off, so that the next line starts on its own."""
        self._file.seek(0)
        known, whole = {}, 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                entry = json.loads(line)
                known[entry["key"]] = entry
            except (ValueError, KeyError, TypeError):
                continue  # overwritten by a disk fault: that request is asked again
        self._file.truncate(whole)
        return known

    def get(self, request: Request) -> Reply | None:
        """The reply to this very question, under the request's id; one that did not fit fits a longer model."""
        entry = self._known.get(key_of(request, self._identity))
        if entry is None or (entry["finish"] == OVERFLOW and entry["limit"] != self._limit):
            return None
        return Reply(
            id=request.id,
            text=entry["text"],
            finish_reason=entry["finish"],
            prompt_tokens=entry["prompt"],
            cached_tokens=entry["cached"],
            output_tokens=entry["output"],
        )

    def add(self, request: Request, reply: Reply) -> None:
        """Append the reply; it is on the way to the disk when this returns."""
        entry: dict[str, str | int | None] = {
            "key": key_of(request, self._identity),
            "text": reply.text,
            "finish": reply.finish_reason,
            "prompt": reply.prompt_tokens,
            "cached": reply.cached_tokens,
            "output": reply.output_tokens,
        }
        if reply.finish_reason == OVERFLOW:
            entry["limit"] = self._limit
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")
        self._file.flush()
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()

    def close(self) -> None:
        self._file.flush()
        self.sync()
        self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
