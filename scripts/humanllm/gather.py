"""A bucket's users with all their records, by user and time, without what they said twice.

A record leaves by the first of these reasons: duplicate_record (the same one in two dumps), duplicate_purchase and
outside_kcore (Amazon), duplicate_text (the user wrote it before), copied_text (another user of the bucket wrote it
before), near_duplicate (of the user's own), few_records (its user has too few left). Texts of users in different
buckets are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path

from humanllm.kcore import CORE
from humanllm.neardup import near_duplicates
from humanllm.shards import read_bucket
from humanllm.stats import Tally
from humanllm.tables import DROPPED, RECORD, Row, by_time, write_rows


def _words(row: Row) -> str:
    """What makes two texts the same, whatever their spaces and capitals: a post without text is its title."""
    return " ".join((row["text"] or row["title"] or "").lower().split())


class Sieve:
    """The rows that stay, and those that left with their reasons."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = sorted(rows, key=by_time)
        self.dropped: list[tuple[Row, str]] = []

    def keep(self, reason_of: Callable[[Row], str | None]) -> None:
        """Ask each row in turn for a reason to leave."""
        stay = []
        for row in self.rows:
            if why := reason_of(row):
                self.dropped.append((row, why))
            else:
                stay.append(row)
        self.rows = stay

    def only_first(self, what: Callable[[Row], str], why: str) -> None:
        """Of the rows that share `what`, the earliest stays."""
        first: dict[str, Row] = {}
        for row in sorted(self.rows, key=lambda row: by_time(row)[1:]):
            first.setdefault(what(row), row)
        self.keep(lambda row: None if first[what(row)] is row else why)


def outside(core: Iterable[Row]) -> Callable[[Row], str | None]:
    """The reason for an Amazon review that the k-core has not."""
    survivors = {(row["user"], row["item_id"]): row["id"] for row in core}

    def reason_of(row: Row) -> str | None:
        survivor = survivors.get((row["user"], row["item_id"]))
        if survivor is None:
            return "outside_kcore"
        return None if survivor == row["id"] else "duplicate_purchase"

    return reason_of


def _near(rows: list[Row], threshold: float) -> set[str]:
    """Ids of near-duplicates, each user by itself."""
    found: set[str] = set()
    for _, group in groupby(rows, key=lambda row: row["user"]):
        own = list(group)
        found |= {own[place]["id"] for place in near_duplicates([_words(row) for row in own], threshold)}
    return found


def sieve(rows: Iterable[Row], core: Iterable[Row] | None, near: float, min_records: int) -> Sieve:
    """All steps, in order. `near` is a Jaccard over word 5-grams."""
    sifted = Sieve(rows)
    sifted.only_first(lambda row: row["id"], "duplicate_record")
    if core is not None:
        sifted.keep(outside(core))
    sifted.only_first(lambda row: row["user"] + _words(row), "duplicate_text")
    sifted.only_first(_words, "copied_text")
    twice = _near(sifted.rows, near)
    sifted.keep(lambda row: "near_duplicate" if row["id"] in twice else None)
    count = Counter(row["user"] for row in sifted.rows)
    sifted.keep(lambda row: "few_records" if count[row["user"]] < min_records else None)
    return sifted


def gather(
    tables: Sequence[Path],
    core: Path | None,
    bucket: int,
    near: float,
    min_records: int,
    output: Path,
    dropped: Path,
    stats: Path,
) -> Tally:
    """Write the bucket's records, those dropped here, and the counts. A bucket may end up empty."""
    tally = Tally("gather_users")
    rows = [row for path in tables for row in read_bucket(path, bucket, RECORD)]
    tally.take(len(rows))
    sifted = sieve(rows, read_bucket(core, bucket, CORE) if core else None, near, min_records)
    tally.keep(len(sifted.rows))
    for _, why in sifted.dropped:
        tally.drop(why)
    tally.check()
    write_rows(output, sifted.rows, RECORD)
    gone = sorted(sifted.dropped, key=lambda pair: by_time(pair[0]))
    write_rows(dropped, ({**row, "drop_reason": why} for row, why in gone), DROPPED)
    kinds = Counter(row["kind"] for row in sifted.rows)
    tally.write(stats, users=len({row["user"] for row in sifted.rows}), kinds=dict(kinds))
    return tally
