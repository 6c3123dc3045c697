"""Which filtered records can stay for what is known before copies are sought: only such a record is ever an original.

A record that leaves by a rule of `gather_users` must not take another's text with it, so it gets no sketch:
    {"kind": "comments", "parent_id": "reddit:submissions:77b0..."} of no known post  ->  no_parent_post
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from humanllm.grouped import Grouped
from humanllm.stats import Tally

ASKED = ["id_code", "kind", "parent_id", "text"]  # columns of FILTERED that the rules look at


class Core:
    """The k-core's reviews of one bucket after another; without a k-core every record is one."""

    def __init__(self, path: Path | None) -> None:
        self.table = Grouped([path], ["id_code"]) if path else None
        self.codes: npt.NDArray[np.uint64] = np.empty(0, dtype=np.uint64)

    def turn_to(self, bucket: int) -> None:
        parts = [part["id_code"].to_numpy() for part in self.table.read(bucket)] if self.table else []
        self.codes = np.sort(np.concatenate([np.empty(0, dtype=np.uint64), *parts]))

    def lacks(self, rows: pl.DataFrame) -> pl.Series:
        """Those of the rows that lie outside. A search for each: the core is far larger than a row group."""
        if self.table is None:
            return pl.repeat(False, len(rows), eager=True)
        codes = rows["id_code"].to_numpy()
        first = np.searchsorted(self.codes, codes, side="left")
        return pl.Series(np.searchsorted(self.codes, codes, side="right") == first)


class Answered:
    """The posts that one bucket's comments answer."""

    def __init__(self, path: Path | None) -> None:
        self.table = Grouped([path] if path else [], ["parent_id"])
        self.ids = pl.Series([], dtype=pl.String)

    def turn_to(self, bucket: int) -> None:
        parts = [pl.Series(part["parent_id"]) for part in self.table.read(bucket)]
        self.ids = pl.concat([pl.Series([], dtype=pl.String), *parts])

    def lacks(self, rows: pl.DataFrame) -> pl.Series:
        known = rows["parent_id"].is_in(self.ids.implode()).fill_null(False)
        return (rows["kind"] == "comments") & ~known


class Staying:
    """The rules that need one record alone, in the order of `gather_users`."""

    def __init__(self, core: Path | None = None, parents: Path | None = None, min_characters: int = 0) -> None:
        self.core, self.answered, self.min_characters = Core(core), Answered(parents), min_characters

    def turn_to(self, bucket: int) -> None:
        """The rows that follow are of this bucket."""
        self.core.turn_to(bucket)
        self.answered.turn_to(bucket)

    def _reasons(self, rows: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
        yield "outside_kcore", self.core.lacks(rows)
        yield "no_parent_post", self.answered.lacks(rows)
        yield "brief", rows["text"].str.len_chars() < self.min_characters

    def among(self, rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
        """Those of the rows that can stay; the others are counted."""
        left = pl.repeat(True, len(rows), eager=True)
        for reason, gone in self._reasons(rows):
            tally.drop(reason, int((left & gone).sum()))
            left &= ~gone
        return rows.filter(left)
