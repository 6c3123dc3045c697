"""Made filtered tables of Amazon reviews, as wide as find_kcore reads them, in the proportions of Amazon's 2023 data.

571.54M reviews by 54.51M users on 48.19M items, scaled to the number asked. A user's reviews are log-normal in number,
an item's popularity falls with its rank to the power -2/3; one review in 50 is of the item before it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks import ROOT as ROOT
from humanllm.shards import TableWriter
from humanllm.tables import FILTERED

AMAZON = (571_540_000, 54_510_000, 48_190_000)
BUCKETS = 128
DUMPS = 34
SCHEMA = pa.schema([FILTERED.field(name) for name in ("bucket", "time", "place", "id_code", "user_code", "item_code")])
ROW_GROUP = 25_000  # rows
ARRAYS = ("users", "items")

Numbers = npt.NDArray[np.integer]


def scrambled(numbers: Numbers, salt: int) -> npt.NDArray[np.uint64]:
    """64 bits like a hash's, different for different numbers (splitmix64's last steps)."""
    x = numbers.astype(np.uint64) + np.uint64(salt << 40)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def degrees(rng: np.random.Generator, edges: int, users: int) -> Numbers:
    """How many reviews each user has: one or more, `edges` in all."""
    raw = rng.lognormal(0, 1.4, users)
    found = 1 + np.floor(raw * ((edges - users) / raw.sum())).astype(np.int64)
    found[: edges - found.sum()] += 1
    return found


def bucket_rows(rng: np.random.Generator, bucket: int, own: Numbers, first: int, items: int) -> dict[str, Numbers]:
    """A bucket's reviews in a random order of the dumps; `first` is the number of the first one."""
    users = np.repeat(np.arange(len(own)) * BUCKETS + bucket, own)
    bought = (items * rng.random(len(users)) ** 3).astype(np.uint32)
    again = np.flatnonzero(rng.random(len(users)) < 0.02)[1:]
    bought[again] = bought[again - 1]
    order = np.argsort(rng.integers(0, DUMPS, len(users), dtype=np.uint8), kind="stable")
    return {
        "users": users[order],
        "items": bought[order],
        "time": rng.integers(1_200_000_000, 1_690_000_000, len(users)),
        "place": rng.integers(0, 1000, len(users), dtype=np.int32),
        "ids": np.arange(first, first + len(users)),
    }


def as_table(bucket: int, rows: dict[str, Numbers]) -> pa.Table:
    codes = [scrambled(rows[name], salt) for salt, name in enumerate(("ids", "users", "items"), start=1)]
    of = np.full(len(rows["users"]), bucket, dtype=np.int32)
    return pa.table([of, rows["time"], rows["place"], *codes], schema=SCHEMA)


def distinct_edges(folder: Path, rows: list[dict[str, Numbers]], rng: np.random.Generator) -> None:
    """Each (user, item) once, in a random order, as the numbers that every contestant is given."""
    users, items = (np.concatenate([part[name] for part in rows]).astype(np.uint64) for name in ARRAYS)
    pairs = np.sort(users << np.uint64(32) | items)
    pairs = pairs[np.diff(pairs, prepend=pairs[:1] + np.uint64(1)) != 0]
    rng.shuffle(pairs)
    np.save(folder / "users.npy", (pairs >> np.uint64(32)).astype(np.int32))
    np.save(folder / "items.npy", pairs.astype(np.uint32).astype(np.int32))


def write_dumps(folder: Path, per_user: Numbers, items: int, rng: np.random.Generator) -> Iterator[dict[str, Numbers]]:
    """Write the tables bucket by bucket, the next one in the making meanwhile; gives each bucket's reviews."""
    done = 0
    with ExitStack() as stack:
        paths = [folder / f"dump{dump:02}.parquet" for dump in range(DUMPS)]
        writers = [stack.enter_context(TableWriter(path, SCHEMA, 0)) for path in paths]
        pool = stack.enter_context(ThreadPoolExecutor(2))
        writing: list[Future[None]] = []
        for bucket in range(BUCKETS):
            rows = bucket_rows(rng, bucket, per_user[bucket::BUCKETS], done, items)
            done += len(rows["users"])
            table = as_table(bucket, rows)
            ends = pairwise(np.linspace(0, len(table), DUMPS + 1).astype(int))
            for future in writing:
                future.result()
            writing = [
                pool.submit(write, writer, table[slice(*end)]) for writer, end in zip(writers, ends, strict=True)
            ]
            yield rows


def write(writer: TableWriter, table: pa.Table) -> None:
    for at in range(0, len(table), ROW_GROUP):
        writer.write(table.slice(at, ROW_GROUP))


@click.command(help=__doc__)
@click.option("--edges", type=click.IntRange(1000), required=True, help="Reviews.")
@click.option("--numbers", is_flag=True, help="Also the distinct edges as numbers.")
@click.argument("folder", type=click.Path(path_type=Path))
def main(edges: int, numbers: bool, folder: Path) -> None:
    rng = np.random.default_rng(2025)
    users, items = (edges * part // AMAZON[0] for part in AMAZON[1:])
    folder.mkdir(parents=True, exist_ok=True)
    held = []
    for rows in write_dumps(folder, degrees(rng, edges, users), items, rng):
        if numbers:
            held.append({name: rows[name] for name in ARRAYS})
    if numbers:
        distinct_edges(folder, held, rng)


if __name__ == "__main__":
    main()
