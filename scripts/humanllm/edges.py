"""The edges of the graph of users and items, bucket by bucket, on disk between two steps.

A user lives whole in one bucket, so its number counts within the bucket; an item's counts over all of them. What a
filtered review brings, and the edge it becomes among the arrays of its bucket:
    {"id_code": 5d1c..., "user_code": 9f3a..., "item_code": 77b0..., "time": 1577836800, "place": 120}
    users 4, items 31007, ids 5d1c...
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from humanllm.errors import InputError
from humanllm.grouped import Grouped
from humanllm.kernels.sorting import sorted_codes

Codes = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]

COLUMNS = ["id_code", "user_code", "item_code", "time", "place"]
WIDE = {"hashes", "ids"}  # arrays of 64 bits; the others have 32


class Scratch:
    """Arrays of each bucket in raw files: read whole or in part, never mapped, so that no job's memory counts them.

    hashes: the distinct item codes of all the bucket's reviews, ascending. One entry an edge, ascending by item:
    items (number of the item), users (number of the user in the bucket), ids (id code of the review).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, bucket: int, name: str, values: Codes) -> None:
        values.astype(self._kind(name), copy=False).tofile(self.folder / f"{bucket}.{name}")

    def load(self, bucket: int, name: str, start: int = 0, stop: int | None = None) -> Codes:
        kind = self._kind(name)
        count = -1 if stop is None else stop - start
        return np.fromfile(self.folder / f"{bucket}.{name}", kind, count, offset=start * kind.itemsize)

    def _kind(self, name: str) -> np.dtype[np.unsignedinteger]:
        return np.dtype(np.uint64 if name in WIDE else np.uint32)


@contextmanager
def scratch_beside(output: Path) -> Iterator[Scratch]:
    """A folder of scratch files that is gone at the end; what a killed job left there is removed first."""
    folder = output.with_name(f".{output.name}.scratch")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield Scratch(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_reviews(tables: Grouped, bucket: int) -> dict[str, Codes]:
    """The COLUMNS of a bucket's reviews. Raises InputError if a review has no item."""
    table = pa.concat_tables(tables.read(bucket))
    if without := table["item_code"].null_count:
        raise InputError(f"the filtered tables have {without} reviews without item_code: delete them and run again")
    return {name: table[name].to_numpy() for name in COLUMNS}


def at(values: Codes, rows: Codes) -> Codes:
    """`values[rows]`, in half of numpy's time, which makes 64 bits of each row's number first."""
    return pl.Series(values).gather(pl.Series(rows)).to_numpy()


def where(values: Codes, chosen: Mask) -> Codes:
    """`values[chosen]`, in a quarter of numpy's time."""
    return pl.Series(values).filter(pl.Series(chosen)).to_numpy()


def begins(ordered: Codes) -> Mask:
    """Where in sorted `ordered` a value stands for the first time."""
    mask = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=mask[1:])
    return mask


def distinct_of(parts: Sequence[Codes]) -> Codes:
    """The distinct codes of all `parts`, ascending."""
    codes = pl.Series(np.concatenate([np.empty(0, dtype=np.uint64), *parts])).sort().to_numpy()
    return where(codes, begins(codes))


def numbered(ordered: Codes) -> tuple[Codes, Codes]:
    """The number from 0 of each of sorted `ordered`, equal ones alike; the distinct codes, ascending."""
    first = begins(ordered)
    return np.cumsum(first, dtype=np.uint32) - np.uint32(1), where(ordered, first)


def first_purchases(items: Codes, users: Codes, rows: Codes, reviews: dict[str, Codes]) -> Mask:
    """Which of the edges, ascending by (item, user), stand first of their pair.

    In `rows`, those of the edges' reviews, the earliest review of a pair, by (time, place, id), is put first.
    """
    first = begins(items) | begins(users)
    repeated = ~first
    repeated[:-1] |= ~first[1:]
    again = np.flatnonzero(repeated)
    of = rows[again]
    keys = (reviews[name][of] for name in ("id_code", "place", "time"))
    rows[again] = of[np.lexsort((*keys, users[again], items[again]))]
    return first


def encode(reviews: dict[str, Codes], of_user: int) -> tuple[dict[str, Codes], int, int]:
    """The arrays of one bucket, without users of less than `of_user` purchases; how many purchases and users it had.

    Here an item's number counts within the bucket: it is its place among `hashes`.
    """
    codes, by_user = sorted_codes(reviews["user_code"])
    users, distinct = numbered(codes)
    codes, by_item = sorted_codes(at(reviews["item_code"], by_user))  # of an item's reviews, the users stay in order
    items, hashes = numbered(codes)
    users, rows = at(users, by_item), at(by_user, by_item).copy()
    first = first_purchases(items, users, rows, reviews)
    items, users, rows = where(items, first), where(users, first), where(rows, first)
    stays = (np.bincount(users) >= of_user)[users]
    ids = at(reviews["id_code"], where(rows, stays))
    arrays = {"hashes": hashes, "items": where(items, stays), "users": where(users, stays), "ids": ids}
    return arrays, len(stays), len(distinct)
