"""The replies that were paid for: appended as they come, found again by what was asked.

One line, of `<state>/replies/<stage>/<source>/<bucket>.jsonl` while a job runs and of `.jsonl.gz` after it ended well:
    {"key":"9c1f...","id":"blogger:blogs:5d1c","model":"llama-3.3-70b","text":"{\"quality\":\"high\"}",
     "finish":"stop","prompt":412,"cached":352,"output":11}
The key covers the model, its revision, the sampling values, the messages and the form asked for; id and model are for
who reads it. A line torn by a killed job is ignored. To read all replies of a bucket:
    zcat -f 17.jsonl.gz 17.jsonl | jq -c '{id, text}'
Deleting both files is the only way to pay again for all. To ask again what the server refused, keep the rest:
    zcat -f 17.jsonl.gz 17.jsonl | jq -c 'select(.finish != "server")' > kept; rm 17.jsonl.gz; mv kept 17.jsonl
In memory a journal takes its lines' own size and about 250 bytes each: 0.2 GB for 100,000 replies of 1.5 KB.
"""

from __future__ import annotations

import errno
import gzip
import itertools
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from humanllm.draws import digest
from humanllm.engines.base import OVERFLOW, ModelSpec, Reply, Request
from humanllm.errors import InputError
from humanllm.files import lock

SYNC_SECONDS = 5.0  # what a crash of the machine can cost; a killed job loses nothing
FACTS = {"key", "text", "finish", "prompt", "cached", "output"}  # of a line; the others are for who reads it


def key_of(request: Request, identity: str) -> str:
    """The content key of a request to the model with this `ModelSpec.identity()`."""
    form = [request.messages, request.schema, request.choice, vars(request.sampling)]
    form += [] if request.letters is None else [request.letters]  # nothing more, so that older keys stay
    form += [{"stop": request.stop}] if request.stop else []
    return digest(identity, json.dumps(form, sort_keys=True, ensure_ascii=False))


def packed(path: Path) -> Path:
    """Where the lines of the journal `path` lie once their job has ended well."""
    return path.with_name(f"{path.name}.gz")


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """Every reply of the journal `path`, for those who only read: a job may be writing it."""
    plain = _plain(path) if path.exists() else []  # first: a job that ends meanwhile moves them into the packed file
    yield from (entry for _, entry in itertools.chain(_whole(plain), _whole(_unpacked(packed(path)))))


def _plain(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return list(file)


def _unpacked(path: Path) -> Iterator[bytes]:
    if not path.exists():
        return
    try:
        with gzip.open(path) as file:
            yield from file
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"the journal {path} is damaged ({error}): take it back from a backup; or save what zcat still gives of it"
            f" as {path.stem} and delete it, then only what is lost is asked again"
        ) from error


def _whole(lines: Iterable[bytes]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Lines with what they say; without a torn one, or one that a disk fault spoilt: that request is asked again."""
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if line.endswith(b"\n") and isinstance(entry, dict) and entry.keys() >= FACTS:
            yield line, entry


class Journal:
    """The journal at `path`, locked for one job. Raises InputError when another job goes on holding it."""

    def __init__(self, path: Path, spec: ModelSpec) -> None:
        self.path, self._model, self._identity, self._limit = path, spec.name, spec.identity(), spec.max_model_len
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            lock(self._file, path, f"{path} is being written by another job: wait until it ends")
            self._packed = {entry["key"]: line for line, entry in _whole(_unpacked(packed(path)))}
            self._fresh = self._read_plain()
        except BaseException:
            os.close(self._file)
            raise
        self._synced = time.monotonic()

    def _read_plain(self) -> dict[str, bytes]:
        """What is not packed yet; a torn end is cut off, so that the next line starts on its own."""
        lines = _plain(self.path)
        if lines and not lines[-1].endswith(b"\n"):
            os.ftruncate(self._file, sum(map(len, lines[:-1])))
        return {entry["key"]: line for line, entry in _whole(lines) if self._packed.get(entry["key"]) != line}

    def __len__(self) -> int:
        """How many replies it has."""
        return len(self._packed.keys() | self._fresh.keys())

    def get(self, request: Request) -> Reply | None:
        """The reply to this very question, under the request's id; one that did not fit fits a longer model."""
        key = key_of(request, self._identity)
        line = self._fresh.get(key) or self._packed.get(key)
        if line is None:
            return None
        entry = json.loads(line)
        if entry["finish"] == OVERFLOW and entry.get("limit") != self._limit:
            return None
        return Reply(
            id=request.id,
            text=entry["text"],
            finish_reason=entry["finish"],
            prompt_tokens=entry["prompt"],
            cached_tokens=entry["cached"],
            output_tokens=entry["output"],
            log_likelihoods=entry.get("likely"),
        )

    def add(self, request: Request, reply: Reply) -> None:
        """Append the reply; it outlives the job when this returns. Raises InputError when the disk takes no more."""
        entry: dict[str, Any] = {
            "key": key_of(request, self._identity),
            "id": request.id,
            "model": self._model,
            "text": reply.text,
            "finish": reply.finish_reason,
            "prompt": reply.prompt_tokens,
            "cached": reply.cached_tokens,
            "output": reply.output_tokens,
        }
        if reply.finish_reason == OVERFLOW:
            entry["limit"] = self._limit
        if reply.log_likelihoods is not None:
            entry["likely"] = reply.log_likelihoods
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        line = text.encode("utf-8", "surrogatepass") + b"\n"
        try:
            if os.write(self._file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self._sync()
        except OSError as error:
            raise InputError(
                f"the journal {self.path} cannot be written ({error.strerror}): make room, then run the same command"
                f" again; {len(self)} replies are kept"
            ) from error
        self._fresh[str(entry["key"])] = line

    def _sync(self) -> None:
        os.fsync(self._file)
        self._synced = time.monotonic()

    def close(self, whole: bool = True) -> None:
        """Give the lock back. `whole`: the job ended well, so its lines are packed first."""
        try:
            self._sync()
            if whole:
                self._pack()
                os.ftruncate(self._file, 0)
                self._sync()
        except OSError as error:
            raise InputError(f"the journal {self.path} cannot be written ({error.strerror}): make room") from error
        finally:
            os.close(self._file)

    def _pack(self) -> None:
        """Add the fresh lines to the packed file as one more member.

        The plain one, which holds the lock, is emptied next. Killed between the two, the lines stand in both: the next
        job sees that they are the same.
        """
        if not self._fresh:
            return
        target = packed(self.path)
        temporary = target.with_name(f".{target.name}.tmp")  # one name, so that a killed job leaves at most one
        with temporary.open("wb") as file:
            if target.exists():
                with target.open("rb") as old:
                    shutil.copyfileobj(old, file, 1 << 20)
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=3, mtime=0) as member:
                member.writelines(self._fresh.values())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        folder = os.open(target.parent, os.O_RDONLY)
        os.fsync(folder)  # the new name is on the disk before the plain file is emptied
        os.close(folder)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(whole=kind is None)
