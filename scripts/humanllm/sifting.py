"""Why a record of whole users leaves before any model sees it, over columns; the first reason counts.

Marks beside the rows, in their order:
    rows ["5d1c...", "77b0...", "77b0..."]  ->  why [None, None, "duplicate_record"]
"""

from __future__ import annotations

import polars as pl

from humanllm.sketches import exact, said

# Of one record in two dumps the best; the columns after `place` only make the answer the same for any order.
BEST_FIRST = ["id", "length", "exact", "time", "place", "text", "title", "user"]
BEST_FIRST += ["community", "parent_id", "item_id", "rating", "extra"]

BY_TIME = ["user", "time", "place", "id"]  # tables.by_time


def place_in(rows: pl.DataFrame, table: pl.DataFrame, key: str) -> pl.Series:
    """For each row the place of its `key` in `table`, which has each once; null where it is not there."""
    numbered = table.select(key).with_row_index("_at")
    return rows.select(key).join(numbered, on=key, how="left", maintain_order="left")["_at"]


class Sieve:
    """Rows and the reasons of those that leave."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self.rows = rows
        self.why = pl.repeat(None, len(rows), dtype=pl.String, eager=True)
        self.rank = pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)  # among those of one id

    def _drop(self, gone: pl.Series, reason: str | pl.Series) -> None:
        stays = self.why.is_not_null() | ~gone
        given = pl.repeat(reason, len(gone), eager=True) if isinstance(reason, str) else reason
        self.why = self.why.zip_with(stays, given)

    def repeated(self) -> None:
        """One record in two dumps: the longest text stays, as in `find_copies`; by the other columns if all agrees."""
        rows = self.rows.with_row_index("_at").filter(self.rows["id_code"].is_duplicated())
        words = rows.select(said()).to_series()
        rows = rows.with_columns(length=words.str.len_bytes(), exact=pl.Series("exact", exact(words)))
        rows = rows.sort(BEST_FIRST, descending=[name in ("length", "exact") for name in BEST_FIRST])
        self.rank = self.rank.scatter(rows["_at"], pl.int_range(len(rows), dtype=pl.UInt32, eager=True))
        gone = rows.filter(~pl.col("id").is_first_distinct())["_at"]
        self._drop(pl.repeat(False, len(self.rows), eager=True).scatter(gone, True), "duplicate_record")

    def outside(self, core: pl.Series) -> None:
        """Reviews that the k-core has not: another one of the same purchase, or one of a purchase outside."""
        inside = self.rows["id_code"].is_in(core.implode())
        bought = self.rows.filter(inside).select("user_code", "item_code").unique()
        pairs = self.rows.select("user_code", "item_code")
        marked = bought.with_columns(again=True)
        again = pairs.join(marked, on=pairs.columns, how="left", maintain_order="left")["again"]
        self._drop(~inside & again.is_not_null(), "duplicate_purchase")
        self._drop(~inside, "outside_kcore")

    def copied(self, copies: pl.DataFrame) -> None:
        at = place_in(self.rows, copies, "id_code")
        self._drop(at.is_not_null(), copies["drop_reason"].gather(at))

    def unanswering(self, found: pl.Series) -> None:
        """Comments whose posts are not among the `found`."""
        self._drop((self.rows["kind"] == "comments") & found.is_null(), "no_parent_post")

    def brief(self, least: int) -> None:
        """Texts of fewer characters than the source's models shall work on (official code, for reviews)."""
        self._drop(self.rows["text"].str.len_chars() < least, "brief")

    def surplus(self, most: int | None) -> None:
        """All but a user's latest `most` records (official code, for reviews)."""
        if most is None:
            return
        there = self.rows.select(*BY_TIME).with_row_index("_at").filter(self.why.is_null()).sort(BY_TIME)
        later = pl.int_range(pl.len(), 0, -1).over("user")  # how many there are from this one on
        gone = there.filter(later > most)["_at"]
        self._drop(pl.repeat(False, len(self.rows), eager=True).scatter(gone, True), "surplus")

    def few(self, least: int) -> None:
        """The records of users of whom too few have stayed so far."""
        stays = self.rows.select("user_code", stays=self.why.is_null())
        counts = stays.select(pl.col("stays").sum().over("user_code")).to_series()
        self._drop(counts < least, "few_records")
