"""The reader of parquet tables, which may spell every value as a string or be of any other type.

A row of the file, and what it becomes: one type a column, null where the file has none:
    {"id": "abc123", "created_utc": "1546300800", "is_self": "True"}
    {"row": 7, "id": "abc123", "created_utc": 1546300800, "is_self": True, "score": None}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.readers.fields import DATE, KEY, Batch, Field, Fields, Unreadable
from humanllm.readers.opening import AGAIN

ROWS = 25_000  # in a batch
TYPES = (  # of the columns of a parquet file
    *(pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_floating),
    *(pa.types.is_boolean, pa.types.is_timestamp),
)


def _none(rows: int, field: Field) -> pl.Series:
    return pl.repeat(None, rows, dtype=field.dtype, eager=True)


def _typed(column: pl.Series, field: Field) -> pl.Series:
    """A column of a parquet file, which may spell every value as a string."""
    if column.dtype == field.dtype:
        return column
    if field.dtype == pl.String:
        written = field is KEY and column.dtype.is_integer()
        return column.cast(pl.String) if written else _none(len(column), field)
    if column.dtype == pl.Datetime:
        return column.dt.epoch("s") if field is DATE else _none(len(column), field)
    if column.dtype.is_numeric() and field.dtype.is_numeric():
        return column.cast(field.dtype, strict=False)
    return pl.Series(column.name, [field.one(value) for value in column.to_list()], dtype=field.dtype)


def _plain(column: pa.Array) -> pa.Array:
    """The column without a dictionary or views; null if it is of a type that no dump has, and polars may not either."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string_view(column.type):
        column = column.view(pa.binary_view()).cast(pa.binary()).view(pa.string())  # a cast of text would check it
    return column if any(fits(column.type) for fits in TYPES) else pa.nulls(len(column))


def _undecodable(column: pa.Array) -> list[int]:
    """The places of what is no UTF-8: a parquet file does not promise it, and polars relies on it."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        wide = pa.types.is_large_string(column.type)
        values = column.view(pa.large_binary() if wide else pa.binary()).to_pylist()
        return [at for at, value in enumerate(values) if value and value.decode("utf-8", "ignore").encode() != value]
    return []


def _batch(batch: pa.RecordBatch, first: int, fields: Fields) -> Batch:
    """The rows of a piece of a parquet file, from the file's `first` on."""
    table = {name: _plain(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
    broken = {place for column in table.values() for place in _undecodable(column)}
    rows = np.arange(first, first + len(batch))
    if broken:
        left = np.delete(np.arange(len(batch)), sorted(broken))
        rows, table = rows[left], {name: column.take(pa.array(left)) for name, column in table.items()}
    columns = {"row": pl.Series(rows, dtype=pl.Int64)}
    for name, field in fields.items():
        there = name in table
        columns[name] = _typed(pl.Series(name, table[name]), field) if there else _none(len(rows), field)
    return Batch(pl.DataFrame(columns), [Unreadable(first + place, "undecodable", None) for place in sorted(broken)])


def parquet_batches(path: Path, fields: Fields, needed: tuple[str, ...]) -> Iterator[Batch]:
    """The rows of a parquet file; a column that it lacks is null.

    Raises InputError, naming them, if it lacks some of the `needed` ones, or is damaged.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:  # no row group whole in memory
            there = set(file.schema_arrow.names)
            if missing := [name for name in needed if name not in there]:
                raise InputError(f"{path} lacks the columns {', '.join(missing)}; check that it is the right dump")
            row = 0
            for batch in file.iter_batches(ROWS, columns=[name for name in fields if name in there]):
                yield _batch(batch, row, fields)
                row += len(batch)
    except InputError:
        raise
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as parquet ({str(error).partition(chr(10))[0]}); {AGAIN}") from error
