"""Who leaves as a copy of whom, over tables of the records that share a code; and who takes an original's place.

Rows of one text in the order of time, and why they leave:
    exact 77b0, user 1, at 4;  exact 77b0, user 1, at 9;  exact 77b0, user 2, at 3
    {"duplicate_text": [9], "copied_text": [3]}
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from humanllm.likeness import first_alike

Codes = npt.NDArray[np.integer]
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Left = dict[str, pl.Series]  # reason: places of the records

EARLIER = ["time", "place", "id_code"]
CHUNK = 1 << 20  # codes looked up at a time


def among(codes: Codes, known: Codes) -> Mask:
    """Which of the codes are among the `known`, sorted ones."""
    found = np.zeros(len(codes), dtype=np.bool_)
    for start in range(0, len(codes) if len(known) else 0, CHUNK):
        part = codes[start : start + CHUNK]
        found[start : start + CHUNK] = known[np.minimum(np.searchsorted(known, part), len(known) - 1)] == part
    return found


def same(rows: pl.DataFrame) -> Left:
    """Of the records of each `exact` text, sorted by it and then by time, all but the first leave."""
    own = pl.struct("exact", "user_code").is_first_distinct()
    others = own & ~pl.col("exact").is_first_distinct()
    return {"duplicate_text": rows.filter(~own)["at"], "copied_text": rows.filter(others)["at"]}


@dataclass(frozen=True)
class Alike:
    """Records, the first of their exact texts, and the pairs of them that are alike, by their places in `rows`.

    The rows come in the order in which they may stay, the pairs by the later one.
    """

    rows: pl.DataFrame  # at, user_code, time, place, id_code
    earlier: Places
    later: Places

    @classmethod
    def none(cls) -> Alike:
        rows = pl.DataFrame(schema={"at": pl.Int64, "user_code": pl.UInt64} | dict.fromkeys(EARLIER, pl.Int64))
        return cls(rows, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))

    def left(self) -> Left:
        gone, own = first_alike(self.earlier, self.later, self.rows["user_code"].to_numpy())
        at = self.rows["at"]
        return {"near_duplicate": at.filter(pl.Series(gone & own)), "near_copy": at.filter(pl.Series(gone & ~own))}

    def replaced(self, stays: Mask, heirs: pl.DataFrame) -> Alike:
        """The same with each record's heir, a row of the same columns by `first`, in its place; null: it has none.

        Those that have stayed so far come first, so none of them leaves.
        """
        nodes = (
            self.rows.select(pl.col("at").alias("first")).with_columns(stays=pl.Series(stays)).with_row_index("_node")
        )
        rows = nodes.join(heirs, on="first", how="inner", maintain_order="left")
        rows = rows.sort(~pl.col("stays"), *EARLIER)
        rank = np.full(len(nodes), -1, dtype=np.int64)
        rank[rows["_node"].to_numpy()] = np.arange(len(rows))
        one, other = rank[self.earlier], rank[self.later]
        known = (one >= 0) & (other >= 0)
        earlier, later = np.minimum(one, other)[known], np.maximum(one, other)[known]
        order = np.lexsort((earlier, later))
        return Alike(rows.select(self.rows.columns), earlier[order], later[order])


def heirs(firsts: pl.DataFrame, twins: pl.DataFrame, fallen: Mask) -> pl.DataFrame:
    """For each of the `firsts` by its place (`first`) the earliest record of its text that has not fallen, if any.

    `firsts` are rows of ALIKE; `twins` the records of texts that stand twice, sorted by text and time.
    """
    own = firsts.filter(pl.Series(~fallen[firsts["at"].to_numpy()])).with_columns(first="at")
    group = twins.with_columns(first=pl.col("at").first().over("exact"))
    group = group.filter(pl.Series(fallen[group["first"].to_numpy()]) & pl.Series(~fallen[group["at"].to_numpy()]))
    next_ones = group.unique("exact", keep="first", maintain_order=True).select(own.columns)
    return pl.concat([own, next_ones])
