"""What every reader yields, and the readers of rows: JSON lines and parquet.

A raw record has the source's own spelling; what cannot be read is yielded too, with its reason:
    Raw(row=7, fields={"author": "...", "created_utc": 1546300800, ...}, reason=None, text=None)
    Raw(row=8, fields=None, reason="broken_json", text='{"author": "", "crea')
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.readers.opening import AGAIN, form_of, lines

SURROGATE = re.compile("[\ud800-\udfff]")
# A line that cannot be parsed is kept aside, but not the name in it.
NAME = re.compile(r'("(?:author|author_fullname|user|user_id|username)"\s*:\s*")[^"]*')
LONGEST_KEPT = 10_000  # characters of a line that cannot be read


class Raw(NamedTuple):
    row: int  # its place in the dump: the line, the row or the post, from 0
    fields: Mapping[str, Any] | None  # None: not readable
    reason: str | None = None
    text: str | None = None  # of what was not readable


def _repaired(value: Any) -> Any:
    """Half surrogate pairs, which JSON can spell and UTF-8 cannot, become U+FFFD."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_repaired(key): _repaired(item) for key, item in value.items()}
    return [_repaired(item) for item in value] if isinstance(value, list) else value


def _parse(content: bytes) -> tuple[Any, str | None]:
    """The value of a JSON line, or why there is none. The strict parser is the fast one, the other forgives more."""
    try:
        return orjson.loads(content), None
    except orjson.JSONDecodeError:
        pass
    try:
        return _repaired(json.loads(content.decode("utf-8-sig"))), None
    except UnicodeDecodeError:
        return None, "undecodable"
    except (ValueError, RecursionError):
        return None, "broken_json"


def _unreadable(content: bytes) -> str:
    return NAME.sub(r"\1", content[:LONGEST_KEPT].decode("utf-8", "replace"))


def json_rows(path: Path) -> Iterator[Raw]:
    """One raw record a line of a plain, gzip or zstd file; blank lines are none."""
    for line in lines(path):
        if not line.content or line.content.isspace():
            continue
        value, reason = _parse(line.content) if line.whole else (None, "line_too_long")
        if reason is None and not isinstance(value, dict):
            reason = "no_object"
        if reason:
            yield Raw(line.number, None, reason, _unreadable(line.content))
        else:
            yield Raw(line.number, value)


def parquet_rows(path: Path, columns: Sequence[str], needed: Sequence[str]) -> Iterator[Raw]:
    """One raw record a row, with those of `columns` that the file has.

    Raises InputError, naming them, if it lacks some of the `needed` ones, or is damaged.
    """
    try:
        with pq.ParquetFile(path) as file:
            there = file.schema_arrow.names
            missing = [name for name in needed if name not in there]
            if missing:
                raise InputError(f"{path} lacks the columns {', '.join(missing)}; check that it is the right dump")
            row = 0
            for batch in file.iter_batches(batch_size=2048, columns=[name for name in columns if name in there]):
                for fields in batch.to_pylist():
                    yield Raw(row, fields)
                    row += 1
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path} cannot be read as parquet ({str(error).splitlines()[0]}); {AGAIN}") from error


def rows(path: Path, columns: Sequence[str], needed: Sequence[str]) -> Iterator[Raw]:
    """The raw records of a file of rows, JSON lines or parquet, whatever its name says."""
    return parquet_rows(path, columns, needed) if form_of(path) == "parquet" else json_rows(path)
