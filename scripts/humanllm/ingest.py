"""A raw dump to its normalised records and its dropped ones: every raw record comes out exactly once.

A dropped record:
    {"dump": "submissions-RS_2019-01", "row": 7, "id": None, "user": None, "text": "...",
     "drop_reason": "low_engagement"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa

from humanllm.accounts import Accounts
from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.filters import RULES, UNREADABLE, Knobs, reasons
from humanllm.language import check_language, in_language
from humanllm.readers import KINDS, read_dump
from humanllm.readers.draft import EARLY, LATE, clean, drafts
from humanllm.readers.fields import Batch
from humanllm.readers.opening import as_far_as_it_goes
from humanllm.shards import LIMIT, BucketWriter, TableWriter
from humanllm.stats import Tally
from humanllm.tables import DROPPED, FILTERED
from humanllm.users import Namer, item_codes

HELD = 131_072  # rows of a draft that go through the rules at a time
AT = "_at"  # the place of a draft among the raw rows
# What is the same in all rows of a dump: one word each, and a byte a row, until they are read again as FILTERED.
ALIKE, ONE_WORD = ("source", "kind", "dump"), pa.dictionary(pa.uint8(), pa.string())
WRITTEN = pa.schema([field.with_type(ONE_WORD) if field.name in ALIKE else field for field in FILTERED])


@dataclass(frozen=True)
class Dump:
    """One dump and how its records are named, sorted and sifted."""

    kind: str
    name: str
    path: Path
    key: bytes  # of the hashes of names and ids
    buckets: int  # over which users are spread
    knobs: Knobs
    accounts: Accounts | None = None  # for tweets
    opted_out: frozenset[str] = frozenset()  # names, lower case

    @property
    def source(self) -> str:
        return KINDS[self.kind].source


def _alike(word: str) -> pl.Expr:
    return pl.lit(word, pl.Enum([word]))


def _record(kept: pl.DataFrame, dump: Dump, names: Namer) -> pl.DataFrame:
    """Drafts as rows of WRITTEN: names and native ids become keyed hashes."""
    users = names.users(kept["name"])
    ids = names.ids(dump.kind, kept["key"])
    parents = names.ids("submissions", kept["parent"])
    frame = kept.with_columns(
        id=ids.text,
        user=users.text,
        source=_alike(dump.source),
        kind=_alike(dump.kind),
        bucket=users.code // 2**32 % dump.buckets,
        dump=_alike(dump.name),
        parent_id=parents.text,
        id_code=ids.code,
        user_code=users.code,
        item_code=item_codes(kept["item_id"]),
    )
    return frame.select(FILTERED.names)


def _dropped(gone: pl.DataFrame, dump: Dump) -> pl.DataFrame:
    """Records kept aside, without the text if its writer opted out. The place tells whose it is: hashes cost much."""
    parts = (pl.when(pl.col(part) != "").then(part) for part in ("title", "text"))
    said = gone.with_columns(text=pl.concat_str(*parts, separator="\n\n", ignore_nulls=True))
    none = pl.lit(None, pl.String)
    return said.with_columns(
        dump=pl.lit(dump.name),
        id=none,
        user=none,
        text=pl.when((pl.col("drop_reason") != "opted_out") & (pl.col("text") != "")).then("text"),
    ).select(DROPPED.names)


def _unreadable(batch: Batch, dump: Dump) -> pl.DataFrame:
    """What could not be read; its text only while nobody opted out, for nobody knows whose it is."""
    told = not dump.opted_out
    rows = [(dump.name, row, None, None, text if told else None, reason) for row, reason, text in batch.unreadable]
    types = {"dump": pl.String, "row": pl.Int64, "id": pl.String, "user": pl.String, "text": pl.String}
    return pl.DataFrame(rows, schema=types | {"drop_reason": pl.String}, orient="row")


class Sieve:
    """Puts drafts through the rules and keeps those that a rule drops."""

    def __init__(self, dump: Dump) -> None:
        self.dump = dump
        self.gone: list[pl.DataFrame] = []
        self.facts: Counter[str] = Counter()

    def drop(self, drafts: pl.DataFrame, why: pl.Series) -> pl.DataFrame:
        """Those without a reason to go."""
        self.gone.append(drafts.select("row", "title", "text", drop_reason=why).filter(why.is_not_null()))
        return drafts.filter(why.is_null())

    def sift(self, found: pl.DataFrame) -> pl.DataFrame:
        """The drafts that stay, cleaned."""
        dump, rules = self.dump, RULES[self.dump.kind]
        if dump.opted_out:
            out = found["name"].str.to_lowercase().is_in(list(dump.opted_out)).fill_null(False)
            found = self.drop(found, pl.select(pl.when(out).then(pl.lit("opted_out"))).to_series())
        found = self.drop(found, reasons(found, rules.fields, dump.knobs))
        if dump.accounts is not None:
            found = found.drop("description").join(dump.accounts.rows, on="name", how="left", maintain_order="left")
            known = len(found) - found["description"].null_count()
            self.facts.update(with_account=known, without_account=len(found) - known)
        found = found.with_columns(title=clean(found["title"]), text=clean(found["text"]))
        found = self.drop(found, reasons(found, rules.text, dump.knobs))
        english = in_language(_telling(found), dump.knobs["language"])
        return self.drop(found, pl.select(pl.when(~english).then(pl.lit("other_language"))).to_series())


def _telling(found: pl.DataFrame) -> pl.Series:
    """The text whose language is asked: a post without one is its title."""
    text = pl.col("text")
    return found.select(pl.when(text == "").then(pl.col("title").fill_null("")).otherwise(text)).to_series()


@dataclass
class Counts:
    tally: Tally = field(default_factory=lambda: Tally("ingest_dump"))
    read: int = 0  # records that are of the kind at all
    facts: Counter[str] = field(default_factory=lambda: Counter(characters=0))


def sort_out(batch: Batch, dump: Dump, names: Namer, counts: Counts) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """A batch's rows of WRITTEN and of DROPPED, in pieces."""
    columns = KINDS[dump.kind].draft(dump.path)
    unreadable = _unreadable(batch, dump)
    for rows in batch.rows.iter_slices(HELD) if len(batch.rows) else [batch.rows]:
        sieve = Sieve(dump)
        stays = sieve.sift(drafts(rows, columns, EARLY).with_row_index(AT))
        late = drafts(rows[stays[AT]], columns, LATE)
        kept = _record(stays.hstack(late), dump, names)
        dropped = pl.concat([unreadable, _dropped(pl.concat(sieve.gone), dump)]).sort("row")
        counts.tally.take(len(rows) + len(unreadable))
        counts.tally.keep(len(kept))
        for why, count in dropped["drop_reason"].value_counts().iter_rows():
            counts.tally.drop(why, count)
        counts.facts.update(sieve.facts)
        counts.read += len(rows) - int(dropped["drop_reason"].is_in([*UNREADABLE]).sum())
        counts.facts["characters"] += int(kept["text"].str.len_chars().sum())
        unreadable = unreadable.clear()
        yield kept, dropped


def _check(dump: Dump, counts: Counts) -> None:
    """A dump without records, or with none that can be read, is the wrong file."""
    tally = counts.tally
    if not tally.taken:
        raise InputError(f"{dump.path} holds no record; fetch it again or take it out of the config")
    if counts.read <= 0:
        why, count = tally.dropped.most_common(1)[0]
        raise InputError(
            f"{dump.path}: none of its {tally.taken} records can be read as {dump.kind} ({why}: {count});"
            " check that the pattern in the config names the right files"
        )
    tally.check()


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _write(pieces: Iterator[tuple[pl.DataFrame, pl.DataFrame]], keep: BucketWriter, drop: TableWriter) -> None:
    for records, gone in pieces:
        keep.write(records)
        drop.write(gone)


def ingest(dump: Dump, kept: Path, dropped: Path, stats: Path) -> Tally:
    """Write the dump's three files, all of them or none. Raises InputError if the dump cannot be used."""
    check_language(dump.knobs["language"])
    counts, names = Counts(), Namer(dump.key, dump.source)
    with ExitStack() as stack:
        kept_part, dropped_part = (stack.enter_context(publish(path)) for path in (kept, dropped))
        keep = stack.enter_context(BucketWriter(kept_part, WRITTEN))
        drop = stack.enter_context(TableWriter(dropped_part, DROPPED, LIMIT // 10))
        found = read_dump(dump.kind, dump.path)
        for batch in as_far_as_it_goes(found, dump.knobs["accept_truncated"], counts.facts):
            _write(sort_out(batch, dump, names, counts), keep, drop)
            del batch  # while the next one is read
        _check(dump, counts)
    told = {"accounts": dict(dump.accounts.facts)} if dump.accounts else {}
    facts = {"kind": dump.kind, "path": str(dump.path), "bytes": _bytes(dump.path)}
    counts.tally.write(stats, **facts, **counts.facts, **told)
    return counts.tally
