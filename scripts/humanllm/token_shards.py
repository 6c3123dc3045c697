"""A training set's tokens in numbered shards: what a killed job has finished, the next one takes up.

<state>/packing/{model}/{variant}/
  lock            held while a job runs
  made_of.json    {"lines": 50000, "tokenizer": "9f3..", "train": "77a..", "version": 1}; shards of others are removed
  00000.arrow     a row for each of the first 50,000 lines, whole or not there at all:
                  {"task": "social_qa", "dropped": "", "ids": [5, 8, 2], "prompt": 1}
                  {"task": "social_qa", "dropped": "special_token", "ids": [], "prompt": 0}
No row depends on training.max_tokens, so that another one takes up the same shards.
"""

from __future__ import annotations

import json
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from humanllm.files import drop_left_over, lock, publish, read_json, write_json
from humanllm.sharegpt import Line
from humanllm.templates import Template

SCHEMA = pa.schema(
    [("task", pa.string()), ("dropped", pa.string()), ("ids", pa.list_(pa.int32())), ("prompt", "int32")]
)
VERSION = 1  # of the shards and of how they are made
LINES = 50_000
BATCH = 256
T = TypeVar("T")


class TokenShards:
    """The shards in `folder`, which follow from `made_of`."""

    def __init__(self, folder: Path, lines: int, **made_of: str) -> None:
        self.folder, self.lines = folder, lines
        self.made_of = made_of | {"lines": lines, "version": VERSION}
        self._facts = folder / "made_of.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder against a second job; it is gone after a good end. InputError if another job keeps it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            lock(file.fileno(), Path(file.name), f"another job packs into {self.folder}: stop it, or wait for it")
            yield
            shutil.rmtree(self.folder, ignore_errors=True)  # NFS keeps what is still mapped until this process ends

    def prepare(self) -> int:
        """Remove what a killed job left half-written, and shards made of anything else; how many whole ones stay."""
        if not self._facts.exists() or read_json(self._facts) != self.made_of:
            for shard in self.folder.glob("*.arrow"):
                shard.unlink()
            write_json(self._facts, self.made_of)
        drop_left_over(self.folder / "*")
        return sum(_rows(shard) > 0 for shard in self.folder.glob("*.arrow"))

    def fill(self, train: Path, template: Template) -> pa.Table:
        """Make the shards that are missing; the rows of all lines of `train`, mapped from the disk."""
        shards: list[pa.Table] = []
        with train.open(encoding="utf-8") as file:
            for number in count():
                shard = self.folder / f"{number:05}.arrow"
                if rows := _rows(shard):
                    deque(islice(file, rows), maxlen=0)  # its lines
                elif not _write(shard, islice(file, self.lines), template):
                    break
                shards.append(pa.ipc.open_file(pa.memory_map(str(shard))).read_all())
        return pa.concat_tables([SCHEMA.empty_table(), *shards])


def _rows(shard: Path) -> int:
    """How many it has; none if it is not there, or was cut off (by a machine that went down)."""
    try:
        with pa.memory_map(str(shard)) as file, pa.ipc.open_file(file) as rows:
            return sum(rows.get_batch(number).num_rows for number in range(rows.num_record_batches))
    except (pa.ArrowInvalid, OSError):
        return 0


def _write(shard: Path, lines: Iterator[str], template: Template) -> bool:
    """The rows of these lines; False if there is no line left."""
    if (first := next(lines, None)) is None:
        return False
    with publish(shard) as temporary, pa.ipc.new_file(temporary, SCHEMA) as writer:
        for batch in chunks(chain([first], lines), BATCH):
            writer.write_batch(_tokenized([json.loads(line) for line in batch], template))
    return True


def _tokenized(lines: list[Line], template: Template) -> pa.RecordBatch:
    found = template.tokens(lines)
    rows = [(one, [], 0) if isinstance(one, str) else ("", one.ids, one.prompt) for one in found]
    dropped, ids, prompts = (list(column) for column in zip(*rows, strict=True))
    columns: list[Any] = [[line["task"] for line in lines], dropped, ids, prompts]
    return pa.record_batch(columns, schema=SCHEMA)


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` values, the last one of what is left."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
