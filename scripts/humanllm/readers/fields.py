"""What every reader yields: batches of columns, for a row of Python objects would cost too much.

A batch holds the rows that could be read, in the source's own spelling but with one type a column, and those that
could not, each with its reason:
    Batch(rows=┌─────┬────────┬─────────────┬───┐   unreadable=[Unreadable(8, "broken_json", '{"author": "", "crea')])
               │ row ┆ author ┆ created_utc ┆ … │
               │ 7   ┆ ...    ┆ 1546300800  ┆ … │
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import polars as pl

SURROGATE = re.compile("[\ud800-\udfff]")
LARGEST = 2**63


class Unreadable(NamedTuple):
    row: int  # its place in the dump: the line, the row or the post, from 0
    reason: str
    text: str | None


class Batch(NamedTuple):
    rows: pl.DataFrame  # `row` and the asked columns
    unreadable: list[Unreadable]


def whole(value: Any) -> int | None:
    """An integer from what the dumps write for one: 3, 3.0, "3", "3.0"; None for anything else."""
    if isinstance(value, int):
        return value if -LARGEST <= value < LARGEST else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if -LARGEST <= number < LARGEST else None


def _truth(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower())


def _real(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _key(value: Any) -> str | None:
    """An id as text: never by way of a float, which has too few digits for a tweet's."""
    return value if value is None or isinstance(value, str) else str(value)


def seconds(date: Any) -> int | None:
    """Epoch seconds of an ISO 8601 date: space or T, offset or Z; none means UTC."""
    try:
        moment = datetime.fromisoformat(date.strip())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None


class Field(NamedTuple):
    """One type of column: what JSON may hold, what it becomes, and how one value becomes that."""

    json: Any
    dtype: Any
    one: Callable[[Any], Any]


TEXT = Field(str | None, pl.String, lambda value: value if isinstance(value, str) else None)
NUMBER = Field(int | float | str | None, pl.Int64, whole)
REAL = Field(int | float | None, pl.Float64, _real)
FLAG = Field(bool | str | None, pl.Boolean, _truth)
KEY = Field(int | str | None, pl.String, _key)
DATE = Field(str | None, pl.Int64, seconds)

Fields = Mapping[str, Field]
