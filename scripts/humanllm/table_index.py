"""One file that stands for all filtered tables of a source: a bucket's job names it instead of each table.

filtered/{source}.tables.json:
    {"tables": [{"path": "results/paper/filtered/blogger/blogs-blogs.parquet", "bytes": 812345, "sha256": "9c1f..."}]}
With a bucket's job naming every table, the plan would have as many edges as buckets times dumps. The hashes make the
index change with any table, and so every bucket's job runs again as if it had named them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import read_json


def index_tables(paths: Sequence[Path], threads: int) -> dict[str, Any]:
    """The index of `paths`, in their order."""
    with ThreadPoolExecutor(threads) as pool:
        return {"tables": list(pool.map(_entry, paths))}


def _entry(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {
            "path": str(path),
            "bytes": path.stat().st_size,
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
        }


def indexed(index: Path) -> list[Path]:
    """The tables of an index. Raises InputError when one is gone or has another size than it was indexed with."""
    entries = read_json(index)["tables"]
    for entry in entries:
        path = Path(entry["path"])
        if not path.exists() or path.stat().st_size != entry["bytes"]:
            raise InputError(f"{path} is not as {index} has it: delete the index and run again")
    return [Path(entry["path"]) for entry in entries]
