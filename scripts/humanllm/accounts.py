"""What the dumps of accounts know about the writers of tweets: their descriptions.

A row: {"name": "...", "description": "Runs a shop for ..."}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import polars as pl

from humanllm.errors import InputError
from humanllm.readers.opening import as_far_as_it_goes
from humanllm.readers.raw import batches
from humanllm.readers.twitter import ACCOUNT_FIELDS, ACCOUNT_NEEDS

NONE = pl.DataFrame(schema={"name": pl.String, "description": pl.String})


class Accounts(NamedTuple):
    rows: pl.DataFrame  # name, description
    facts: Counter[str]  # accounts: rows of all files; of them without_description, unreadable; truncated: files


def _read(path: Path, accept_truncated: bool, facts: Counter[str]) -> pl.DataFrame:
    """The accounts of one file. Raises InputError if it holds none, or holds tweets."""
    parts = [NONE]
    for batch in as_far_as_it_goes(batches(path, ACCOUNT_FIELDS, ACCOUNT_NEEDS), accept_truncated, facts):
        own = pl.col("user").is_not_null() & pl.col("description").is_not_null() & pl.col("tweet").is_null()
        parts.append(batch.rows.filter(own).select(pl.col("user").alias("name"), "description"))
        facts["accounts"] += len(batch.rows) + len(batch.unreadable)
        facts["unreadable"] += len(batch.unreadable)
        facts["without_description"] += len(batch.rows) - len(parts[-1])
    found = pl.concat(parts)
    if not len(found):
        raise InputError(
            f"{path} holds no row with user, description and without tweet; check that it is the right dump"
        )
    return found


def read_accounts(paths: Iterable[Path], accept_truncated: bool) -> Accounts:
    """One row a user of all the files; of two for one user always the same one, whatever the files' order."""
    facts: Counter[str] = Counter()
    every = pl.concat([NONE, *(_read(path, accept_truncated, facts) for path in paths)])
    return Accounts(every.sort(pl.all(), nulls_last=True).unique("name", keep="last", maintain_order=True), facts)
