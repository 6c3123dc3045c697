"""The k-core of Amazon's purchases (paper 2.1): users with 8 and items with 3, over all categories.

One purchase is the first review of a user and an item. Leaving out a user makes items poorer and the other way round,
so the two bounds are applied in turn until nothing changes. The result does not depend on the order.

A row of the result:
    {"id": "amazon:reviews:5d1c...", "user": "9f3a...", "item_id": "B0...", "bucket": 3}
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.shards import BucketWriter
from humanllm.stats import Tally

Codes = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]

CORE = pa.schema([("id", pa.string()), ("user", pa.string()), ("item_id", pa.string()), ("bucket", pa.int32())])
COLUMNS = ["id", "user", "item_id", "bucket", "time", "dump", "row"]


def first_purchases(users: Codes, items: Codes, rank: Codes) -> Mask:
    """For each (user, item) the purchase of the lowest rank. All arguments have one entry a record."""
    order = np.lexsort((rank, items, users))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (np.diff(users[order]) != 0) | (np.diff(items[order]) != 0)
    mask = np.zeros(len(order), dtype=bool)
    mask[order[is_first]] = True
    return mask


def core(users: Codes, items: Codes, min_of_user: int, min_of_item: int) -> Mask:
    """Which edges lie in the k-core: codes from 0, one entry an edge, no edge twice."""
    alive = np.arange(len(users))
    while True:
        per_user, per_item = np.bincount(users[alive]), np.bincount(items[alive])
        stays = (per_user[users[alive]] >= min_of_user) & (per_item[items[alive]] >= min_of_item)
        if stays.all():
            break
        alive = alive[stays]
    mask = np.zeros(len(users), dtype=bool)
    mask[alive] = True
    return mask


def _codes(column: pa.ChunkedArray) -> Codes:
    values = column.cast(pa.large_string()).combine_chunks()
    return values.dictionary_encode().indices.to_numpy(zero_copy_only=False)


def _rank(table: pa.Table) -> Codes:
    """The place of each record in the order of time, dump and row."""
    dumps = np.unique(table["dump"].to_numpy(), return_inverse=True)[1] if len(table) else np.zeros(0, int)
    order = np.lexsort((table["row"].to_numpy(), dumps, table["time"].to_numpy()))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _write(table: pa.Table, path: Path) -> None:
    """Survivors by bucket, within it in the order of the dumps."""
    with publish(path) as temporary, BucketWriter(temporary, CORE) as writer:
        for batch in table.select(CORE.names).to_batches(max_chunksize=10_000):
            for row in batch.to_pylist():
                writer.write(row)


def find_kcore(tables: Sequence[Path], users: int, items: int, output: Path, stats: Path) -> Tally:
    """Write which filtered reviews survive. Raises InputError, with the counts, if none does."""
    parts = [pq.read_table(path, columns=COLUMNS) for path in tables]
    table = pa.concat_tables(parts)
    user_codes, item_codes = _codes(table["user"]), _codes(table["item_id"])
    found = (len(np.unique(user_codes)), len(np.unique(item_codes)))
    first = np.flatnonzero(first_purchases(user_codes, item_codes, _rank(table)))
    survivors = first[core(user_codes[first], item_codes[first], users, items)]
    tally = Tally("find_kcore")
    tally.take(len(table))
    tally.drop("duplicate_purchase", len(table) - len(first))
    tally.drop("outside_kcore", len(first) - len(survivors))
    tally.keep(len(survivors))
    if not len(survivors):
        raise InputError(
            f"no review is left in the k-core: of {len(table)} reviews by {found[0]} users on {found[1]} items none"
            f" lies among users with {users} and items with {items} purchases or more; give more dumps, or lower"
            " filters.amazon.kcore in the config"
        )
    _write(table.take(survivors), output)
    kept = {"users": len(np.unique(user_codes[survivors])), "items": len(np.unique(item_codes[survivors]))}
    tally.write(stats, users_in=found[0], items_in=found[1], **kept)
    return tally
