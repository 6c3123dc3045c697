"""Where a training sample comes from: its products with their grades, its texts stage by stage, and the raw records.

trace("social_qa:persona_action:0c7e...", Path("results/demo"), prompts)
{"sample": {"id": ..., "prompt": ..., "answer": ...},
 "products": [{"id": "user:persona:5d1c...", "content": ..., "judge_scores": {"overall": 9, ...},
               "synth_prompt": {"hash": "9c1f...", "file": "scripts/prompts/synthesis/persona.md"}, ...}],
 "records": [{"id": "blogger:blogs:77aa...", "clean_text": ..., "score_quality": "high", ...,
              "raw": {"dump": "blogs-blogs", "path": "dumps/blogs.zip", "row": 17, "fields": {"text": ...}}}]}
A sample of variant raw stands in no table: {"sample": {"id": "raw:halves:blogger:blogs:77aa..."}} and its record; of
general instructions, which no user wrote, it says file and row. Whose account a raw record is, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.prompts import load_prompt
from humanllm.readers import read_dump
from humanllm.tables import Row
from humanllm.variants import HALVES

RAW_COLUMNS = ["id", "dump", "row"]
ACCOUNTS = {  # what a dump calls whoever wrote a record
    "submissions": ("author", "author_fullname"),
    "comments": ("author", "author_fullname"),
    "tweets": ("user", "user_id"),
    "blogs": ("id",),
    "reviews": ("user_id",),
}


def trace(name: str, results: Path, prompts: Path) -> Row:
    """All that stands behind the sample `name`. Raises InputError when the run has no such sample."""
    task = name.partition(":")[0]
    if task == "general":
        return {"sample": {"id": name}, "products": [], "records": [], "note": _general(name)}
    known = prompts_by_hash(prompts)
    if name.startswith(HALVES):
        return _halves(name, results, known)
    files = sorted((results / "tasks" / task).glob("*.parquet")) if task.isidentifier() else []
    found = list(_rows((file for file in files if "." not in file.stem), [name]))
    if not found:
        raise InputError(f"no sample {name} under {results}/tasks: ids stand in the lines of sft/*/train.jsonl")
    sample = found[0]
    products = _rows(sorted(results.glob(f"genome/*/{sample['source']}.parquet")), sample["product_ids"] or [])
    made = [_with_prompts(row, known) for row in products]
    names = dict.fromkeys([*sample["record_ids"], *(record for product in made for record in product["record_ids"])])
    records = _records(
        results, sample["source"], [results / f"clean/{sample['source']}/{sample['bucket']}.parquet"], names, known
    )
    return {"sample": sample, "products": made, "records": records}


def _halves(name: str, results: Path, known: Mapping[str, str]) -> Row:
    """A sample of variant raw: its id ends with its record's, `blogger:blogs:77aa...`."""
    record = name.removeprefix(HALVES)
    source = record.partition(":")[0]
    tables = sorted((results / "clean" / source).glob("*.parquet")) if source.isidentifier() else []
    found = _records(results, source, (file for file in tables if "." not in file.stem), [record], known)
    if "clean_text" not in found[0]:
        raise InputError(f"no record {record} under {results}/clean: ids stand in the lines of sft/raw/train.jsonl")
    return {"sample": {"id": name}, "products": [], "records": found}


def _general(name: str) -> str:
    """Where a general instruction is from, in words: `general:smoltalk:0-train-00000:17`."""
    parts = name.split(":", 2)
    place, _, row = parts[-1].rpartition(":")
    number, _, file = place.partition("-")
    if len(parts) < 3 or not (number.isdigit() and row.isdigit()):
        raise InputError(f"no sample {name}: a general one is called general:<set>:<number>-<file>:<row>")
    return (
        f"row {row} of {file}.parquet, file {number} of ablations.gen.{parts[1]}.files; no user's data stand behind it"
    )


def _records(
    results: Path, source: str, tables: Iterable[Path], names: Collection[str], known: Mapping[str, str]
) -> list[Row]:
    """Each of `names` with its texts from the clean `tables` and its raw record."""
    clean = {row["id"]: _with_prompts(row, known) for row in _rows(tables, names)}
    raw = dict(_raw(results, source, names))
    return [clean.get(record, {"id": record}) | {"raw": raw.get(record)} for record in names]


def _rows(files: Iterable[Path], names: Collection[str]) -> Iterator[Row]:
    """The rows with these ids."""
    for file in files:
        yield from pl.scan_parquet(file).filter(pl.col("id").is_in([*names])).collect().to_dicts()


def prompts_by_hash(folder: Path) -> dict[str, str]:
    """{hash: file} of the prompts as they are now."""
    stages = ("rewrite", "score", "synthesis", "judge")
    return {load_prompt(file).hash: str(file) for stage in stages for file in sorted((folder / stage).glob("*.md"))}


def _with_prompts(row: Row, known: Mapping[str, str]) -> Row:
    """The row with its prompts' files; none for a prompt that has been edited since."""
    told = {key: {"hash": row[key], "file": known.get(row[key])} for key in row if key.endswith("_prompt") and row[key]}
    return row | told


def _raw(results: Path, source: str, names: Collection[str]) -> Iterator[tuple[str, Row]]:
    """(id, raw record) of each of `names`, from the dump that it was read from."""
    for table in sorted((results / "filtered" / source).glob("*.parquet")):
        if table.name.endswith(".dropped.parquet"):
            continue
        rows = pl.scan_parquet(table).filter(pl.col("id").is_in([*names])).select(RAW_COLUMNS).collect().to_dicts()
        if rows:
            facts = read_json(table.with_suffix(".stats.json"))
            fields = _raw_rows(facts["kind"], Path(facts["path"]), {row["row"] for row in rows})
            for row in rows:
                yield row["id"], row | {"path": facts["path"], "fields": fields.get(row["row"])}


def _raw_rows(kind: str, path: Path, wanted: Collection[int]) -> dict[int, dict[str, Any]]:
    """{row: its fields} of a dump, read as ingest_dump reads it, up to the last one wanted; empty if it is gone.

    The writer's account is left out: beside the record's keyed hashes it would tell whose they are.
    """
    if not path.exists():
        return {}
    found: dict[int, dict[str, Any]] = {}
    for batch in read_dump(kind, path):
        for row in batch.rows.filter(pl.col("row").is_in([*wanted])).to_dicts():
            found[row.pop("row")] = {field: value for field, value in row.items() if field not in ACCOUNTS[kind]}
        if len(found) == len(wanted):
            break
    return found
