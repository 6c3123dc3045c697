"""Which records say what an earlier one said: over all users of a source, by the sketches of their texts.

A record leaves by the first of these: duplicate_text (its user wrote the same before), copied_text (another user
did), near_duplicate (it is like an earlier one of its user), near_copy (like one of another user). Earlier is by
(time, place, id), so no answer depends on the dumps. A record leaves only for one that stays, else a text could vanish
altogether: of a chain a ~ b ~ c where a and c are unlike, a and c stay; and no record is an original that
`gather_users` drops for another reason. One row of copies/:
    {"bucket": 3, "id_code": 5d1c..., "drop_reason": "copied_text"}

Memory: 27 bytes a record (a column of codes, those that stay, their sorted copy, marks), and about 180 for each that
shares a band with another; columns are read one after another, each whole. So half a billion records need 14 GB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.files import publish
from humanllm.likeness import bands_of, pairs_alike
from humanllm.originals import EARLIER, Alike, Left, Mask, among, heirs, same
from humanllm.shards import BucketWriter
from humanllm.sketches import BANDS
from humanllm.stats import Tally
from humanllm.tables import DROPPED, FILTERED

Codes = npt.NDArray[np.integer]
Places = npt.NDArray[np.int64]
Why = npt.NDArray[np.uint8]

COPY = pa.schema([FILTERED.field("bucket"), FILTERED.field("id_code"), DROPPED.field("drop_reason")])
LEFT = ["duplicate_record", "surplus", "few_records"]  # before copies are sought; `gather_users` finds these again
COPIED = ["duplicate_text", "copied_text", "near_duplicate", "near_copy"]
REASONS = ["", *LEFT, *COPIED]
TABLE = 1 << 26  # slots of the table that tells codes that stand twice from almost all others
WRITTEN = 1 << 20  # rows at a time


@dataclass(frozen=True)
class Limits:
    """From where on two texts are one, and how many records a user has."""

    threshold: float  # 1 or more looks for equal texts only
    min_records: int = 1
    max_records: int | None = None


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


def frequent(codes: Codes, least: int) -> Codes:
    """The codes that stand `least` times or more, sorted. Sorts `codes`, too, in its place."""
    codes.sort()
    ends = codes[least - 1 :]
    return np.unique(ends[ends == codes[: len(ends)]])


def mark(why: Why, left: Left) -> None:
    for reason, at in left.items():
        why[at.to_numpy()] = REASONS.index(reason)


@dataclass(frozen=True)
class Found:
    """The reasons so far, and the tables that they come from."""

    why: Why
    twins: pl.DataFrame  # records whose text another one has, too, by text and time
    alike: Alike

    def again(self) -> Found:
        """With the reasons that the tables give."""
        why = self.why.copy()
        mark(why, {"": pl.concat([self.twins["at"], self.alike.rows["at"]])} | same(self.twins) | self.alike.left())
        return replace(self, why=why)

    def without(self, gone: Places) -> Found:
        """The same when the records `gone` are nobody's originals any more."""
        fallen = np.zeros(len(self.why), dtype=np.bool_)
        fallen[gone] = True
        stays = self.why[self.alike.rows["at"].to_numpy()] == 0
        alike = self.alike.replaced(stays, heirs(self.alike.rows, self.twins, fallen))
        twins = self.twins.filter(pl.Series(~fallen[self.twins["at"].to_numpy()]))
        return Found(self.why, twins, alike).again()


class Copies:
    """The reason of each record, 0 for those that stay."""

    def __init__(self, sketches: Sketches, limits: Limits) -> None:
        self.sketches, self.limits = sketches, limits
        self.why: Why = np.zeros(sketches.count, dtype=np.uint8)

    def _twins(self, codes: Codes) -> Places:
        """Places of records that have stayed so far and share a code."""
        stays = self.why == 0
        return twins(codes) if stays.all() else np.flatnonzero(stays)[twins(codes[stays])]

    def _drop(self, left: Left) -> None:
        mark(self.why, left)

    def repeated(self) -> None:
        """One record in two dumps: the longest text is the one that `gather_users` keeps, too."""
        facts = ("id_code", "bucket", "length", "exact", "time", "place")
        rows = self.sketches.rows(self._twins(self.sketches.column("id_code")), *facts)
        rows = rows.sort(facts, descending=[False, False, True, True, False, False])
        self._drop({"duplicate_record": rows.filter(~pl.struct("id_code", "bucket").is_first_distinct())["at"]})

    def _surplus(self, users: Codes, most: int) -> None:
        """All but a user's latest records."""
        many = among(users, frequent(users[self.why == 0], most + 1)) & (self.why == 0)
        rows = self.sketches.rows(np.flatnonzero(many), "user_code", *EARLIER).sort("user_code", *EARLIER)
        later = pl.int_range(pl.len(), 0, -1).over("user_code")  # how many there are from this one on
        self._drop({"surplus": rows.filter(later > most)["at"]})

    def bounded(self) -> None:
        """Users keep to their limits before copies are sought: who has too few records anyway is nobody's original."""
        if self.limits.max_records is not None:
            self._surplus(self.sketches.column("user_code"), self.limits.max_records)
        few = (self.why == 0) & self._poor(self.sketches.column("user_code"), self.why == 0)
        self._drop({"few_records": pl.Series(np.flatnonzero(few))})

    def _same(self) -> pl.DataFrame:
        """The records whose text another one has too, by text and time."""
        rows = self.sketches.rows(self._twins(self.sketches.column("exact")), "exact", "user_code", *EARLIER)
        return rows.sort("exact", *EARLIER)

    def _alike(self) -> Alike:
        """The records that share a band with another, by time, and the pairs of them that are alike."""
        shared, threshold = np.zeros(self.sketches.count, dtype=np.bool_), self.limits.threshold
        for name in BANDS if threshold < 1 else []:
            column = self.sketches.column(name)
            for band in bands_of(column[:, np.newaxis], threshold).T:
                shared[self._twins(band)] = True
        rows = self.sketches.rows(np.flatnonzero(shared), "user_code", *EARLIER).sort(EARLIER)
        at = rows["at"].to_numpy()
        signatures = np.empty((len(at), len(BANDS)), dtype=np.uint64)
        for number, name in enumerate(BANDS):
            signatures[:, number] = self.sketches.column(name)[at]
        return Alike(rows, *pairs_alike(signatures, threshold))

    def _poor(self, users: Codes, stays: Mask) -> Mask:
        """The records of users of whom too few stay."""
        return ~among(users, frequent(users[stays], self.limits.min_records))

    def _losers(self) -> tuple[Places, Codes]:
        """The records of the users who have lost some as copies, and their users: nobody else can fall."""
        users = self.sketches.column("user_code")
        at = np.flatnonzero(among(users, np.unique(users[self.why > len(LEFT)])))
        return at, users[at]

    def find(self) -> None:
        """Who leaves for whom, until each leaves for one whose user keeps enough records.

        The users who keep too few fall, and what left for them is looked at again. One who would keep enough if the
        others were gone is spared while there are others. What stays once stays, so nobody falls for what comes back.
        """
        found = Found(self.why, self._same(), Alike.none()).again()
        self.why = found.why
        found = replace(found, alike=self._alike()).again()
        self.why = found.why
        at, users = self._losers()
        fallen = np.zeros(len(at), dtype=np.bool_)
        while (poor := self._poor(users, found.why[at] == 0) & ~fallen).any():
            stays = found.why[at] == 0
            anyway = poor & self._poor(users, stays | (found.without(at[poor & stays]).why[at] == 0))
            falls = anyway if anyway.any() else poor
            found, fallen = found.without(at[falls]), fallen | falls
        self.why = found.why


def _write(copies: Copies, output: Path) -> None:
    """The records that leave as copies; why the others leave `gather_users` sees by itself."""
    gone = np.flatnonzero(copies.why > len(LEFT))
    why = pl.Series("drop_reason", REASONS).gather(copies.why[gone])
    rows = copies.sketches.rows(gone, "bucket", "id_code").with_columns(why).sort("bucket", "id_code")
    with publish(output) as temporary, BucketWriter(temporary, COPY) as writer:
        for part in rows.select(COPY.names).iter_slices(WRITTEN):
            writer.write(part)


def find_copies(paths: Sequence[Path], limits: Limits, output: Path, stats: Path) -> Tally:
    """Write the copies among the sketches of a source."""
    copies = Copies(Sketches(paths), limits)
    copies.repeated()
    copies.bounded()
    copies.find()
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
