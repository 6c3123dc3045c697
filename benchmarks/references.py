"""The same read and length filter by other tools, one a process: `python benchmarks/references.py TOOL KIND DUMP OUT`.

Imports nothing of the project. Every tool keeps to one thread and prints one
line: {"rows": 312345}, the rows it wrote (limits: the bytes it decoded).
"""

from __future__ import annotations

import json
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BLOCK = 1 << 20
COLUMNS = {
    "reviews": {
        "rating": "DOUBLE", "title": "VARCHAR", "text": "VARCHAR", "asin": "VARCHAR", "parent_asin": "VARCHAR",
        "user_id": "VARCHAR", "timestamp": "BIGINT", "helpful_vote": "BIGINT", "verified_purchase": "BOOLEAN",
    },
    "submissions": {
        "author": "VARCHAR", "created_utc": "BIGINT", "distinguished": "VARCHAR", "id": "VARCHAR",
        "is_self": "BOOLEAN", "num_comments": "BIGINT", "over_18": "BOOLEAN", "permalink": "VARCHAR",
        "removed_by_category": "VARCHAR", "score": "BIGINT", "selftext": "VARCHAR", "subreddit": "VARCHAR",
        "title": "VARCHAR",
    },
}  # fmt: skip
LONG_ENOUGH = {"reviews": "length(text) >= 100", "submissions": "length(title) + length(selftext) >= 300"}


def duckdb_named(kind: str, dump: Path, out: Path) -> int:
    """DuckDB with the columns that the stage needs, and no others, named with their types."""
    return _duckdb(kind, dump, out, f", columns = {COLUMNS[kind]}")


def duckdb_inferred(kind: str, dump: Path, out: Path) -> int:
    """DuckDB with every column, their types found by itself."""
    return _duckdb(kind, dump, out, "")


def _duckdb(kind: str, dump: Path, out: Path, columns: str) -> int:
    import duckdb

    lines = f"read_json('{dump}', format = 'newline_delimited', maximum_object_size = 67108864{columns})"
    with duckdb.connect() as session:
        session.execute("SET threads = 1; SET preserve_insertion_order = true")
        found = session.execute(
            f"COPY (SELECT * FROM {lines} WHERE {LONG_ENOUGH[kind]}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
    assert found
    return int(found[0])


def duckdb_columns(kind: str, dump: Path, out: Path) -> int:
    """DuckDB that writes what our stage writes of reviews: hashes, buckets, and what is dropped with its reason."""
    import duckdb

    lines = (
        f"read_json('{dump}', format = 'newline_delimited', maximum_object_size = 67108864, columns = {COLUMNS[kind]})"
    )
    whole = f"""
        SELECT 'amazon:reviews:' || md5(user_id || asin || timestamp) AS id, md5(user_id) AS "user", 'amazon' AS source,
            'reviews' AS kind, hash(user_id) % 128 AS bucket, timestamp // 1000 AS time, timestamp % 1000 AS place,
            'reviews' AS dump, row_number() OVER () AS "row", title, text, 'Books' AS community, NULL AS parent_id,
            parent_asin AS item_id, rating, to_json({{helpful: helpful_vote, verified: verified_purchase}}) AS extra,
            hash(user_id || asin || timestamp) AS id_code, hash(user_id) AS user_code, hash(parent_asin) AS item_code
        FROM {lines}
    """
    to = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    with duckdb.connect() as session:
        session.execute("SET threads = 1; SET preserve_insertion_order = true; SET memory_limit = '4GB'")
        session.execute(f"CREATE TEMP TABLE found AS {whole}")
        kept = f"SELECT * FROM found WHERE {LONG_ENOUGH[kind]} ORDER BY bucket"
        found = session.execute(f"COPY ({kept}) TO '{out}' {to}").fetchone()
        gone = (
            f"""SELECT dump, "row", title || text AS text, 'short' AS why FROM found WHERE NOT ({LONG_ENOUGH[kind]})"""
        )
        session.execute(f"COPY ({gone}) TO '{out}.dropped' {to}")
    assert found
    return int(found[0])


def datatrove(kind: str, dump: Path, out: Path) -> int:
    """datatrove's JsonlReader, LambdaFilter and ParquetWriter, in this process."""
    from datatrove.pipeline.filters import LambdaFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import ParquetWriter

    def adapted(self: Any, row: dict[str, Any], path: str, place: int) -> dict[str, Any]:
        if kind == "submissions":
            row["text"] = row["title"] + row["selftext"]
        kept = {name: row[name] for name in COLUMNS[kind] if name != "text"}
        return {"text": row["text"], "id": f"{path}/{place}", "media": [], "metadata": kept}

    least = 100 if kind == "reviews" else 300
    steps = [
        JsonlReader(str(dump.parent), glob_pattern=dump.name, adapter=adapted),
        LambdaFilter(lambda document: len(document.text) >= least),
        ParquetWriter(str(out), compression="zstd"),
    ]
    documents: Any = None
    for step in steps:
        documents = step(documents, rank=0, world_size=1) if documents is not None else step(None)
    return sum(1 for _ in documents)


def _decoded(blocks: Iterator[bytes]) -> int:
    """Bytes of blocks, decoded as UTF-8 block by block at the last line end."""
    total, rest = 0, b""
    for block in blocks:
        head, end, tail = (rest + block).rpartition(b"\n")
        total += len(head) + len(end)
        head.decode()
        rest = tail
    rest.decode()
    return total + len(rest)


def limit(kind: str, dump: Path, out: Path) -> int:
    """Only decompress and decode, by the quickest library there is."""
    if kind == "blogs":
        return _unzipped(dump, lambda content: bytes(_inflate()(content, -zlib.MAX_WBITS)))
    if dump.suffix == ".zst":
        import zstandard

        with dump.open("rb") as raw:
            return _decoded(iter(zstandard.ZstdDecompressor(max_window_size=1 << 31).read_to_iter(raw, BLOCK, BLOCK)))
    from isal import igzip

    with igzip.open(dump, "rb") as file:
        return _decoded(iter(lambda: file.read(BLOCK), b""))


def _inflate() -> Callable[[bytes, int], bytes]:
    from isal import isal_zlib

    return isal_zlib.decompress


def _content(raw: Any, member: zipfile.ZipInfo) -> bytes:
    """A member's deflated bytes, past its local header of 30 bytes, name and extra field."""
    raw.seek(member.header_offset + 26)
    name, extra = int.from_bytes(raw.read(2), "little"), int.from_bytes(raw.read(2), "little")
    raw.seek(name + extra, 1)
    return bytes(raw.read(member.compress_size))


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _unzipped(dump: Path, inflate: Callable[[bytes], bytes]) -> int:
    total = 0
    with zipfile.ZipFile(dump) as archive, dump.open("rb") as raw:
        for member in archive.infolist():
            content = inflate(_content(raw, member))
            _text(content)
            total += len(content)
    return total


def limit_standard(kind: str, dump: Path, out: Path) -> int:
    """Only decompress and decode, by the standard library."""
    if kind == "blogs":
        with zipfile.ZipFile(dump) as archive:
            contents = (archive.read(member) for member in archive.infolist())
            return sum(len(content) for content in contents if _text(content) is not None)
    import gzip

    with gzip.open(dump, "rb") as file:
        return _decoded(iter(lambda: file.read(BLOCK), b""))


TOOLS: dict[str, Callable[[str, Path, Path], int]] = {
    "duckdb-named": duckdb_named,
    "duckdb-inferred": duckdb_inferred,
    "duckdb-columns": duckdb_columns,
    "datatrove": datatrove,
    "limit": limit,
    "limit-standard": limit_standard,
}

if __name__ == "__main__":
    tool, kind, dump, out = sys.argv[1:]
    print(json.dumps({"rows": TOOLS[tool](kind, Path(dump), Path(out))}))
