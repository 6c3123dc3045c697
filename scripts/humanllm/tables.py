"""The columns of every table between two rules, and the one way to read and write them (zstd parquet).

A stage only adds columns under its own prefix; `id` is set once, at ingest. One row of records/:
    {"id": "blogger:blogs:5d1c...", "user": "9f3a...", "source": "blogger", "kind": "blogs", "bucket": 3,
     "time": 1086000000, "place": 4, "title": None, "text": "I went ...", ...}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.files import publish

Row = dict[str, Any]

TEXTS = pa.list_(pa.string())

FILTERED = pa.schema(
    [
        ("id", pa.string()),  # source:kind:hash, set once
        ("user", pa.string()),  # keyed BLAKE2 of the name
        ("source", pa.string()),
        ("kind", pa.string()),  # submissions, comments, tweets, blogs, reviews
        ("bucket", pa.int32()),
        ("time", pa.int64()),  # epoch seconds, UTC
        ("place", pa.int32()),  # order of a user's records of one second: the post's number in a blog, milliseconds
        ("dump", pa.string()),  # with row: the raw record this came from
        ("row", pa.int64()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("community", pa.string()),  # subreddit, product category, industry
        ("parent_id", pa.string()),  # the post that a comment answers
        ("item_id", pa.string()),
        ("rating", pa.float32()),
        ("extra", pa.string()),  # other source fields, as JSON
        ("id_code", pa.uint64()),  # the first 8 bytes of the hash in `id`, in `user`: what the joins go by
        ("user_code", pa.uint64()),
        ("item_code", pa.uint64()),  # users.item_code of item_id; null without an item
    ]
)
RECORD = pa.schema(
    [
        *(FILTERED.field(name) for name in ("id", "user", "source", "kind", "bucket", "time", "place")),
        *(FILTERED.field(name) for name in ("title", "text", "community", "parent_id")),
        ("parent_text", pa.string()),
        FILTERED.field("item_id"),
        ("item_title", pa.string()),
        *(FILTERED.field(name) for name in ("rating", "extra")),
    ]
)
DROPPED = pa.schema(
    [
        ("dump", pa.string()),  # with row: what was dropped at ingest
        ("row", pa.int64()),
        ("id", pa.string()),  # with user: what was dropped later
        ("user", pa.string()),
        ("text", pa.string()),
        ("drop_reason", pa.string()),
    ]
)


def _with(schema: pa.Schema, *fields: tuple[str, pa.DataType]) -> pa.Schema:
    for name, kind in fields:
        schema = schema.append(pa.field(name, kind))
    return schema


def _by_model(schema: pa.Schema, prefix: str) -> pa.Schema:
    """Who answered, with which prompt: the three columns every model stage adds."""
    return _with(schema, *((f"{prefix}_{part}", pa.string()) for part in ("model", "revision", "prompt")))


REWRITE = _by_model(pa.schema([("rewrite_text", pa.string()), ("rewrite_parent", pa.string())]), "rewrite")
SCORE = _by_model(pa.schema([("score_quality", pa.string()), ("score_harmful", pa.bool_())]), "score")
CLEANED = pa.schema(  # what select_records reads: both stages' columns, in either order of work
    [*RECORD, *REWRITE, *SCORE]
)
CLEAN = _with(
    CLEANED,
    ("clean_text", pa.string()),
    ("clean_parent", pa.string()),  # the post answered; null without one, or when its rewriting failed
    ("clean_masked", pa.int32()),  # details masked in both
    ("clean_part", pa.string()),  # history, target
)
PRODUCT = _by_model(
    pa.schema(
        [
            ("id", pa.string()),  # product:kind:hash
            ("user", pa.string()),
            ("source", pa.string()),
            ("bucket", pa.int32()),
            ("product", pa.string()),  # user, scenario, social_qa, topic
            ("kind", pa.string()),  # persona, profile, stories, style; scenario; action, thought, reason; topic
            ("time", pa.int64()),  # of the latest record used
            ("record_ids", TEXTS),
            ("content", pa.string()),  # JSON of the kind's reply model
        ]
    ),
    "synth",
)
JUDGED = _by_model(_with(PRODUCT, ("judge_scores", pa.map_(pa.string(), pa.int8()))), "judge")
REFUSED = _with(JUDGED, ("drop_reason", pa.string()))
SAMPLE = pa.schema(
    [
        ("id", pa.string()),  # task:form:hash
        ("user", pa.string()),
        ("source", pa.string()),
        ("bucket", pa.int32()),
        ("task", pa.string()),
        ("form", pa.string()),
        ("system", pa.string()),
        ("prompt", pa.string()),
        ("answer", pa.string()),
        ("options", TEXTS),  # item selection: the candidates; otherwise null
        ("gold", pa.int32()),  # index into options
        ("time", pa.int64()),  # of the target
        ("history_until", pa.int64()),  # of the latest record behind anything shown; null without
        ("record_ids", TEXTS),  # target first, then history, then the posts answered (other people's)
        ("product_ids", TEXTS),
    ]
)
ITEM = pa.schema(
    [
        ("id", pa.string()),
        ("benchmark", pa.string()),
        ("column", pa.string()),  # the paper's column: task, Amazon/Blogger/Persona, ability category
        ("label", pa.string()),  # finer: question type, raw ability label, form
        ("cluster", pa.string()),  # what items share: a user, a scenario, a story
        ("question", pa.string()),
        ("options", TEXTS),
        ("gold", pa.int32()),  # index into options
        ("orders", pa.list_(pa.list_(pa.int32()))),  # shown option k is options[order[k]]
    ]
)
DISTRACTOR = pa.schema(
    [
        ("id", pa.string()),  # the sample answered
        ("system", pa.string()),
        ("text", pa.string()),
        ("finish_reason", pa.string()),
        ("model", pa.string()),
        ("revision", pa.string()),
    ]
)
RESPONSE = pa.schema(
    [
        ("id", pa.string()),  # the item
        ("order", pa.int32()),  # index into the item's orders
        ("system", pa.string()),
        ("text", pa.string()),
        ("shown", pa.int32()),  # option chosen as shown; null: no answer
        ("choice", pa.int32()),  # the same as an index into options
        ("correct", pa.bool_()),
        ("finish_reason", pa.string()),
        ("prompt_tokens", pa.int32()),
        ("output_tokens", pa.int32()),
        ("model", pa.string()),
        ("revision", pa.string()),
        ("prompt", pa.string()),  # digest of the prompt file
        ("likeliest", pa.int32()),  # by log-probabilities, an index into options; null: not asked or not given
        ("log_likelihoods", pa.list_(pa.float64())),  # of the options' letters, in the item's own order of options
    ]
)
CELL = pa.schema(
    [
        ("cluster", pa.string()),  # of a benchmark's items
        ("column", pa.string()),
        ("group", pa.string()),  # what a column is the mean of
        ("item", pa.string()),  # where systems may lack items: cells are of one item then; else null
        ("correct", pa.float64()),
        ("answers", pa.float64()),
    ]
)


def by_time(row: Row) -> tuple[str, int, int, str]:
    """The sort key of records: user, time, then the place in the source, since a day's posts share their time."""
    return row["user"], row["time"], row["place"], row["id"]


def write_rows(path: str | Path, rows: Iterable[Row], schema: pa.Schema) -> None:
    """Write `rows` as one parquet file; columns that a row lacks are null. Equal rows give equal bytes."""
    with publish(path) as temporary:
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), temporary, compression="zstd")


@contextmanager
def row_groups(path: str | Path, schema: pa.Schema) -> Iterator[Callable[[Iterable[Row]], None]]:
    """Write `path` piece by piece: what one call of `write` is given is one row group, one without rows is none.

    Equal pieces give equal bytes. Of statistics it holds those of `bucket`, by which `grouped.Grouped` finds a bucket.
    """
    statistics: Any = ["bucket"] if "bucket" in schema.names else False
    with (
        publish(path) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd", write_statistics=statistics) as file,
    ):

        def write(rows: Iterable[Row]) -> None:
            table = pa.Table.from_pylist(list(rows), schema=schema)
            if len(table):
                file.write_table(table, row_group_size=len(table))

        yield write


def read_rows(path: str | Path, schema: pa.Schema | None = None) -> list[Row]:
    """All rows of `path`, maps as dicts; `schema` names the columns that must be there."""
    return list(iterate_rows(path, schema))


def iterate_rows(path: str | Path, schema: pa.Schema | None = None) -> Iterator[Row]:
    """The rows of `path` in order, a batch in memory at a time. Raises InputError on a wrong or broken table."""
    with _readable(path), pq.ParquetFile(path) as file:
        missing = [name for name in (schema or ()) and schema.names if name not in file.schema_arrow.names]
        if missing:
            raise InputError(
                f"{path} is no table of this stage: it lacks the columns {', '.join(missing)}: give the right file; one"
                " that an older version made is to be made again"
            )
        for batch in file.iter_batches(batch_size=1024):
            yield from batch.to_pylist(maps_as_pydicts="strict")


@contextmanager
def _readable(path: str | Path) -> Iterator[None]:
    """Say in one line that the file is no parquet table, or none any more."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        said = " ".join((getattr(error, "strerror", None) or str(error)).split())[:200]
        raise InputError(
            f"{path} cannot be read as a parquet table ({said}): give the right file; one of ours that was cut off is"
            " to be deleted and made again"
        ) from error


def extended(path: str | Path, own: pa.Schema) -> pa.Schema:
    """The columns of the table at `path`, with a stage's own ones behind them."""
    with _readable(path):
        return pa.schema([*pq.read_schema(path), *own])
