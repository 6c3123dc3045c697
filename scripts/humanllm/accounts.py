"""What the dumps of accounts know about the writers of tweets: their descriptions.

A row: {"name": "...", "description": "Runs a shop for ..."}
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from humanllm.errors import InputError
from humanllm.readers.raw import batches
from humanllm.readers.twitter import ACCOUNT_FIELDS, ACCOUNT_NEEDS

NONE = pl.DataFrame(schema={"name": pl.String, "description": pl.String})


def _read(path: Path) -> pl.DataFrame:
    """The accounts of one file. Raises InputError if it holds none, or holds tweets."""
    rows = pl.concat([batch.rows for batch in batches(path, ACCOUNT_FIELDS, ACCOUNT_NEEDS)])
    found = rows.filter(pl.col("user").is_not_null() & pl.col("description").is_not_null() & pl.col("tweet").is_null())
    if not len(found):
        raise InputError(
            f"{path} holds no row with user, description and without tweet; check that it is the right dump"
        )
    return found.select(pl.col("user").alias("name"), "description")


def read_accounts(paths: Iterable[Path]) -> pl.DataFrame:
    """One row a user of all the files; of two for one user always the same one, whatever the files' order."""
    every = pl.concat([NONE, *map(_read, paths)])
    return every.sort(pl.all(), nulls_last=True).unique("name", keep="last", maintain_order=True)
