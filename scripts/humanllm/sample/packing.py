"""Dumps in the form of their sources, with equal bytes for equal rows: no time of writing, no name of this machine."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

EPOCH = (2004, 8, 1, 0, 0, 0)  # of the files in the real blogs.zip


def _ready(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _lines(rows: Iterable[Mapping[str, Any] | str]) -> bytes:
    """One JSON object a line; a row that is text already goes in as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    return "".join(line + "\n" for line in lines).encode()


def write_zst(path: Path, rows: Iterable[Mapping[str, Any] | str]) -> None:
    """A frame whose window is above zstd's default limit, as in the real dumps (2 GiB), at less memory."""
    knobs = zstandard.ZstdCompressionParameters(window_log=28, strategy=1, chain_log=12, hash_log=12)
    chunk = zstandard.ZstdCompressor(compression_params=knobs).compressobj()
    _ready(path).write_bytes(chunk.compress(_lines(rows)) + chunk.flush())


def write_gz(path: Path, rows: Iterable[Mapping[str, Any] | str]) -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(_lines(rows))
    _ready(path).write_bytes(buffer.getvalue())


def write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(_ready(path), "w") as file:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content)


def write_parquet(path: Path, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), _ready(path))


def as_strings(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as the all-string parquet has it: null is "None", true is "True"; an absent key stays absent."""
    return {key: value if isinstance(value, str) else str(value) for key, value in row.items()}
