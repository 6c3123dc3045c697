"""The k-core of Amazon's purchases (paper 2.1): users with 8 and items with 3, over all categories.

One purchase is the first review of a user and an item. Leaving out a user makes items poorer and the other way round,
so the two bounds are applied in turn until nothing changes. The result does not depend on the order.

Memory: 220 bytes a review of the largest bucket and thread, and 12 bytes an item; for Amazon with 128 buckets and two
threads 2.6 GiB, with all in one bucket over 100. The edges lie in scratch files beside the output: 21 bytes a review.

A row of the result:
    {"bucket": 3, "id_code": 5d1c..., "item_code": 77b0...}
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from math import ceil
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from humanllm.edges import (
    COLUMNS,
    Codes,
    Mask,
    Scratch,
    at,
    distinct_of,
    encode,
    numbered,
    read_reviews,
    scratch_beside,
    where,
)
from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.grouped import Grouped
from humanllm.kernels.sorting import sorted_codes
from humanllm.shards import GROUP, TableWriter
from humanllm.stats import Tally

Degrees = npt.NDArray[np.signedinteger]
A = TypeVar("A")
B = TypeVar("B")

CORE = pa.schema([("bucket", pa.int32()), ("id_code", pa.uint64()), ("item_code", pa.uint64())])
# The 64 bits of an item's code in 256 ranges: the distinct codes of one fit the processor's cache.
RANGES = np.arange(256, dtype=np.uint64) << np.uint64(56)


def rich(degrees: Degrees, least: int, ends: Codes) -> Mask:
    """Which edges end, on this side, at a node of degree `least` or more."""
    if len(degrees) < len(ends):
        return (degrees >= least)[ends]  # a byte a node stays in the cache
    return at(degrees, ends) >= least


def lower(degrees: Degrees, ends: Codes) -> None:
    """Take the edges with these ends off the degrees."""
    np.subtract.at(degrees, ends, degrees.dtype.type(1))  # a plain 1 would be cast, ten times slower


def thin(users: Codes, items: Codes, per_user: Degrees, per_item: Degrees, of_user: int, of_item: int) -> Mask:
    """Which edges stay when poor items, and then the users whom that makes poor, are left out. Lowers `per_user`."""
    stays = rich(per_item, of_item, items)
    if not stays.all():
        lower(per_user, where(users, ~stays))
    return stays & rich(per_user, of_user, users)


def core(users: Codes, items: Codes, of_user: int, of_item: int) -> Mask:
    """Which edges lie in the k-core: numbers from 0, one entry an edge, no edge twice. All in memory."""
    per_user = np.bincount(users)
    stays = rich(per_user, of_user, users)
    left = where(users, stays), where(items, stays)
    per_item = np.bincount(left[1], minlength=int(items.max(initial=0)) + 1)
    while not (stays := thin(*left, per_user, per_item, of_user, of_item)).all():
        lower(per_item, where(left[1], ~stays))
        left = where(left[0], stays), where(left[1], stays)
    return rich(per_user, of_user, users) & rich(per_item, of_item, items)


def in_order(work: Callable[[A], B], tasks: Iterable[A], threads: int) -> Iterator[B]:
    """The results of `work` in the order of `tasks`, no more than one a thread waiting in memory."""
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[B]] = deque()
        for task in tasks:
            ahead.append(pool.submit(work, task))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def cut(codes: Codes) -> list[int]:
    """Where each of the RANGES begins in sorted `codes`, and their end."""
    return [*np.searchsorted(codes, RANGES).tolist(), len(codes)]


def places(codes: Codes, among: Codes) -> Codes:
    """The place of each of sorted `codes` in sorted `among`, which has them all."""
    found = np.empty(len(codes), dtype=np.uint32)
    for (start, stop), (base, end) in zip(pairwise(cut(codes)), pairwise(cut(among)), strict=True):
        found[start:stop] = np.searchsorted(among[base:end], codes[start:stop]) + base
    return found


class Bounds(NamedTuple):
    """What the reviews that stay must keep to."""

    of_user: int  # least purchases of a user
    of_item: int  # least purchases of an item
    top_items: float = 1.0  # share of the items, the most bought ones, that take part at all (official code: 0.5)


class Graph:
    """The edges of all buckets, in scratch files; in memory is only what is counted over all of them.

    Each method works on whole buckets, in `threads`; they are to be called in the order in which they stand.
    """

    def __init__(self, scratch: Scratch, bounds: Bounds, threads: int) -> None:
        self.scratch = scratch
        self.of_user, self.of_item, self.top_items = bounds
        self.threads = threads
        self.cuts: dict[int, list[int]] = {}  # of each bucket's `hashes`
        self.left: dict[int, npt.NDArray[np.uint8]] = {}  # a bit for each edge of a bucket
        self.item_codes: Codes = np.empty(0, dtype=np.uint64)  # of the items by their number, ascending
        self.degrees: Degrees = np.empty(0, dtype=np.int32)  # edges of each item; written under the lock
        self.lock = Lock()

    def _each(self, work: Callable[[int], B]) -> Iterator[B]:
        return in_order(work, sorted(self.cuts), self.threads)

    def read(self, reviews: Grouped) -> list[tuple[int, int, int]]:
        """Write the edges of each bucket; how many reviews, purchases and users it has."""

        def one(bucket: int) -> tuple[int, int, int]:
            reviews.fetch_later(bucket, self.threads)
            columns = read_reviews(reviews, bucket)
            arrays, purchases, users = encode(columns, 1 if self.top_items < 1 else self.of_user)
            for name, values in arrays.items():
                self.scratch.save(bucket, name, values)
            self.cuts[bucket] = cut(arrays["hashes"])
            self.left[bucket] = np.packbits(np.ones(len(arrays["users"]), dtype=bool))
            return len(columns["id_code"]), purchases, users

        return list(in_order(one, reviews.buckets, self.threads))

    def number_items(self) -> None:
        """Number the items of all buckets in the order of their codes, and count the edges of each."""

        def distinct(part: int) -> Codes:
            ends = [(bucket, at[part], at[part + 1]) for bucket, at in sorted(self.cuts.items())]
            return distinct_of([self.scratch.load(bucket, "hashes", *end) for bucket, *end in ends])

        def number(bucket: int) -> None:
            items, held = numbered(self.scratch.load(bucket, "items"))  # they were places among `hashes`, ascending
            numbers = places(at(self.scratch.load(bucket, "hashes"), held), self.item_codes)
            self.scratch.save(bucket, "items", at(numbers, items))
            counts = np.bincount(items).astype(np.int32)
            with self.lock:
                self.degrees[numbers] += counts

        self.item_codes = np.concatenate(list(in_order(distinct, range(len(RANGES)), self.threads)))
        self.degrees = np.zeros(len(self.item_codes), dtype=np.int32)
        list(self._each(number))
        self._leave_out_rare()

    def _leave_out_rare(self) -> None:
        """Only the most bought items take part; of equally bought ones those with the lower codes."""
        if self.top_items < 1:
            rare = np.argsort(-self.degrees, kind="stable")[ceil(self.top_items * len(self.degrees)) :]
            self.degrees[rare] = 0

    def _left(self, bucket: int) -> tuple[Codes, Codes, Mask]:
        """Users and items of the edges of a bucket, and which edges are left."""
        users, items = self.scratch.load(bucket, "users"), self.scratch.load(bucket, "items")
        return users, items, np.unpackbits(self.left[bucket], count=len(users)).view(np.bool_)

    def peel(self) -> None:
        """Thin each bucket in turn until a whole round finds nothing to leave out."""

        def one(bucket: int) -> bool:
            users, items, left = self._left(bucket)
            users, items = where(users, left), where(items, left)
            stays = thin(users, items, np.bincount(users), self.degrees, self.of_user, self.of_item)
            if stays.all():
                return False
            with self.lock:
                lower(self.degrees, where(items, ~stays))
            left[left] = stays
            self.left[bucket] = np.packbits(left)
            return True

        while any(list(self._each(one))):
            pass

    def survivors(self) -> Iterator[tuple[pa.Table, int]]:
        """The rows of CORE of each bucket, sorted by id_code, and its number of users."""

        def one(bucket: int) -> tuple[pa.Table, int]:
            users, items, left = self._left(bucket)
            ids, order = sorted_codes(where(self.scratch.load(bucket, "ids"), left))
            items = at(where(items, left), order)
            columns = [np.full(len(ids), bucket, dtype=np.int32), ids, at(self.item_codes, items)]
            return pa.table(columns, schema=CORE), int(np.count_nonzero(np.bincount(where(users, left))))

        return self._each(one)


def _write(survivors: Iterator[tuple[pa.Table, int]], path: Path) -> tuple[int, int]:
    """Write the survivors, a bucket after another as they come; how many edges and users they are."""
    edges = users = 0
    with TableWriter(path, CORE) as writer:
        for table, of_bucket in survivors:
            for start in range(0, len(table), GROUP):
                writer.write_group(table.slice(start, GROUP))
            edges, users = edges + len(table), users + of_bucket
    return edges, users


def find_kcore(tables: Sequence[Path], bounds: Bounds, threads: int, output: Path, stats: Path) -> Tally:
    """Write which filtered reviews survive. Raises InputError, with the counts, if none does."""
    tally = Tally("find_kcore")
    with publish(output) as temporary, scratch_beside(output) as scratch:
        graph = Graph(scratch, bounds, threads)
        reviews, purchases, users_in = map(sum, zip((0, 0, 0), *graph.read(Grouped(tables, COLUMNS)), strict=True))
        graph.number_items()
        graph.peel()
        kept, users = _write(graph.survivors(), temporary)
        if not kept:
            raise InputError(
                f"no review is left in the k-core: of {reviews} reviews by {users_in} users on {len(graph.item_codes)}"
                f" items none lies among users with {bounds.of_user} and items with {bounds.of_item} purchases or"
                " more; give more dumps, or lower filters.amazon.kcore in the config"
            )
    tally.take(reviews)
    tally.drop("duplicate_purchase", reviews - purchases)
    tally.drop("outside_kcore", purchases - kept)
    tally.keep(kept)
    items = int(np.count_nonzero(graph.degrees >= bounds.of_item))
    tally.write(stats, users_in=users_in, items_in=len(graph.item_codes), users=users, items=items)
    return tally
