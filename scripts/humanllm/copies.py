"""Which records say what an earlier one said: over all users of a source, by the sketches of their texts.

A record leaves by the first of these: duplicate_text (its user wrote the same before), copied_text (another user
did), near_duplicate (it is like an earlier one of its user), near_copy (like one of another user). Earlier is by
(time, place, id), so no answer depends on the dumps; and a record leaves only for one that
stays (here: a rule of gather_users may drop that one later): of a chain
a ~ b ~ c where a and c are unlike, a and c stay. One row of copies/:
    {"bucket": 3, "id_code": 5d1c..., "drop_reason": "copied_text"}

Memory: 17 bytes a record (a column of codes, its sorted copy, a mark), and about 180 for each that shares a band
with another; columns are read one after another, each whole. So half a billion records need 10 GB.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.files import publish
from humanllm.likeness import bands_of, first_alike, pairs_alike
from humanllm.shards import BucketWriter
from humanllm.sketches import BANDS
from humanllm.stats import Tally
from humanllm.tables import DROPPED, FILTERED

Codes = npt.NDArray[np.integer]
Places = npt.NDArray[np.int64]

COPY = pa.schema([FILTERED.field("bucket"), FILTERED.field("id_code"), DROPPED.field("drop_reason")])
REASONS = ["", "duplicate_record", "duplicate_text", "copied_text", "near_duplicate", "near_copy"]
EARLIER = ["time", "place", "id_code"]
TABLE = 1 << 26  # slots of the table that tells codes that stand twice from almost all others
WRITTEN = 1 << 20  # rows at a time


class Sketches:
    """The columns of all sketches of a source, each read whole when it is asked for."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = paths
        self.count = sum(pq.read_metadata(path).num_rows for path in paths)

    def column(self, name: str) -> npt.NDArray[np.integer]:
        found: npt.NDArray[np.integer] | None = None
        at = 0
        for path in self.paths:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(WRITTEN, columns=[name], use_threads=False):
                    values = batch[name].to_numpy()
                    found = np.empty(self.count, dtype=values.dtype) if found is None else found
                    found[at : at + len(values)] = values
                    at += len(values)
        return np.empty(0, dtype=np.uint64) if found is None else found

    def rows(self, places: Places, *names: str) -> pl.DataFrame:
        """The named columns of the records at `places`, with the place."""
        columns = {name: self.column(name)[places] for name in names}
        return pl.DataFrame({name: pl.Series(name, values) for name, values in columns.items()} | {"at": places})


def twins(codes: Codes) -> Places:
    """Places of codes that stand twice or more, among them a few that do not."""
    ordered = np.sort(codes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    table = np.zeros(TABLE, dtype=np.bool_)
    table[twice & np.array(TABLE - 1, dtype=codes.dtype)] = True
    return np.flatnonzero(table[codes & np.array(TABLE - 1, dtype=codes.dtype)])


class Copies:
    """The reason of each record, 0 for those that stay."""

    def __init__(self, sketches: Sketches) -> None:
        self.sketches = sketches
        self.why = np.zeros(sketches.count, dtype=np.uint8)

    def _twins(self, codes: Codes) -> Places:
        """Places of records that have stayed so far and share a code."""
        left = np.flatnonzero(self.why == 0) if self.why.any() else None
        return twins(codes) if left is None else left[twins(codes[left])]

    def _drop(self, rows: pl.DataFrame, reason: str) -> None:
        self.why[rows["at"].to_numpy()] = REASONS.index(reason)

    def repeated(self) -> None:
        """One record in two dumps: the longest text is the one that `gather_users` keeps, too."""
        facts = ("id_code", "bucket", "length", "exact", "time", "place")
        rows = self.sketches.rows(self._twins(self.sketches.column("id_code")), *facts)
        rows = rows.sort(facts, descending=[False, False, True, True, False, False])
        self._drop(rows.filter(~pl.struct("id_code", "bucket").is_first_distinct()), "duplicate_record")

    def same(self) -> None:
        rows = self.sketches.rows(self._twins(self.sketches.column("exact")), "exact", "user_code", *EARLIER)
        rows = rows.sort("exact", *EARLIER)
        own = pl.struct("exact", "user_code").is_first_distinct()
        self._drop(rows.filter(~own), "duplicate_text")
        self._drop(rows.filter(own & ~pl.col("exact").is_first_distinct()), "copied_text")

    def alike(self, threshold: float) -> None:
        """Near-duplicates, from `threshold` on."""
        shared = np.zeros(self.sketches.count, dtype=np.bool_)
        for name in BANDS:
            column = self.sketches.column(name)
            for band in bands_of(column[:, np.newaxis], threshold).T:
                shared[self._twins(band)] = True
        rows = self.sketches.rows(np.flatnonzero(shared), "user_code", *EARLIER).sort(EARLIER)
        at, users = rows["at"].to_numpy(), rows["user_code"].to_numpy()
        signatures = np.empty((len(at), len(BANDS)), dtype=np.uint64)
        for number, name in enumerate(BANDS):
            signatures[:, number] = self.sketches.column(name)[at]
        gone, own = first_alike(*pairs_alike(signatures, threshold), users)
        self.why[at[gone & own]] = REASONS.index("near_duplicate")
        self.why[at[gone & ~own]] = REASONS.index("near_copy")


def _write(copies: Copies, output: Path) -> None:
    """The records that leave for another; one that stands in two dumps is met again by `gather_users`."""
    gone = np.flatnonzero(copies.why > REASONS.index("duplicate_record"))
    why = pl.Series("drop_reason", REASONS).gather(copies.why[gone])
    rows = copies.sketches.rows(gone, "bucket", "id_code").with_columns(why).sort("bucket", "id_code")
    with publish(output) as temporary, BucketWriter(temporary, COPY) as writer:
        for part in rows.select(COPY.names).iter_slices(WRITTEN):
            writer.write(part)


def find_copies(paths: Sequence[Path], threshold: float, output: Path, stats: Path) -> Tally:
    """Write the copies among the sketches of a source. A threshold of 1 or more looks for exact ones only."""
    copies = Copies(Sketches(paths))
    copies.repeated()
    copies.same()
    if threshold < 1:
        copies.alike(threshold)
    tally = Tally("find_copies")
    tally.take(len(copies.why))
    counts = np.bincount(copies.why, minlength=len(REASONS)).tolist()
    tally.keep(counts[0])
    for reason, count in zip(REASONS[1:], counts[1:], strict=True):
        tally.drop(reason, count)
    tally.check()
    _write(copies, output)
    tally.write(stats)
    return tally
