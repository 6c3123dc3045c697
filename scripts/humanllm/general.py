"""General instructions for the "gen" variant, from their published files, one exchange a conversation.

SmolTalk: parquet, `messages` is a list of {"content", "role"}. Orca AgentInstruct: parquet, `messages` is a JSON string
of such a list. A line made of either:
    {"id": "general:smoltalk:0-train-00000:17", "task": "general", "form": "exchange", "source": "smoltalk",
     "user": "smoltalk", "time": 1, "history_until": 0, "system": "", "conversations": [{"from": "human", ...}, ...]}
The id tells the file, by its number among those given and its name, and the row in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.estimates import estimate
from humanllm.ngrams import RunReader, Runs, shared
from humanllm.sharegpt import Line, as_line
from humanllm.tables import Row

BATCH = 1024


def conversations(
    name: str, files: Sequence[Path], max_tokens: int, reader: RunReader, benchmarks: Runs
) -> Iterator[Line | str]:
    """A line for each conversation of `files`, or why there is none: no_exchange, too_long, contaminated.

    The line holds the system text and the first question and answer. Raises InputError on a file without `messages`.
    """
    for number, file in enumerate(files):
        for row, messages in enumerate(_messages(file)):
            exchange = first_exchange(messages)
            if exchange is None:
                yield "no_exchange"
                continue
            if sum(map(estimate, exchange)) > max_tokens:
                yield "too_long"
            elif len(benchmarks) and len(shared(reader.runs("\n".join(exchange[1:])), benchmarks)):
                yield "contaminated"
            else:
                yield _line(name, f"{number}-{file.stem}:{row}", exchange)


def _messages(file: Path) -> Iterator[Any]:
    try:
        with pq.ParquetFile(file) as table:
            if "messages" not in table.schema_arrow.names:
                raise InputError(f"{file} has no column messages: give SmolTalk's or Orca AgentInstruct's own files")
            for batch in table.iter_batches(BATCH, columns=["messages"]):
                yield from batch.column(0).to_pylist()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{file} is no readable parquet file ({error}): fetch it again") from error


def first_exchange(messages: Any) -> tuple[str, str, str] | None:
    """(system or "", question, answer) at the head of a conversation; None if it does not begin so."""
    if isinstance(messages, str):
        try:
            messages = json.loads(messages)
        except ValueError:
            return None
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages[:3]):
        return None
    turns = [(message.get("role"), str(message.get("content") or "").strip()) for message in messages[:3]]
    system = turns.pop(0)[1] if turns and turns[0][0] == "system" else ""
    if [role for role, _ in turns[:2]] != ["user", "assistant"] or not all(text for _, text in turns[:2]):
        return None
    return system, turns[0][1], turns[1][1]


def _line(name: str, place: str, exchange: tuple[str, str, str]) -> Line:
    system, prompt, answer = exchange
    sample: Row = {"id": f"general:{name}:{place}", "task": "general", "form": "exchange", "source": name, "user": name}
    sample |= {"time": 1, "history_until": None, "system": system, "prompt": prompt, "answer": answer}
    return as_line(sample | {"options": None}, False)
