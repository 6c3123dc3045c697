"""A raw dump to its normalised records and its dropped ones: every raw record comes out exactly once.

A dropped record:
    {"dump": "submissions-RS_2019-01", "row": 7, "id": "reddit:submissions:5d1c...", "user": "9f3a...",
     "text": "...", "drop_reason": "low_engagement"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import orjson

from humanllm.companions import Companion, companion_of
from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.filters import RULES, Knobs, reason
from humanllm.readers import KINDS, read_dump
from humanllm.readers.draft import Draft, clean
from humanllm.readers.raw import Raw
from humanllm.shards import BucketWriter, DroppedWriter
from humanllm.stats import Tally
from humanllm.tables import RECORD, Row
from humanllm.users import bucket_of, keyed

TEXTS = ("selftext", "body", "tweet", "text")  # the sources' names for it


@dataclass(frozen=True)
class Dump:
    """One dump and how its records are named and sorted: `key` hashes names and ids, `buckets` spreads the users."""

    kind: str
    name: str
    path: Path
    key: bytes
    buckets: int
    knobs: Knobs

    @property
    def source(self) -> str:
        return KINDS[self.kind].source

    def id_of(self, kind: str, native: str) -> str:
        return f"{self.source}:{kind}:{keyed(self.key, self.source, kind, native)}"

    def user_of(self, name: str) -> str:
        return keyed(self.key, self.source, name)


def _record(draft: Draft, dump: Dump, row: int) -> Row:
    user = dump.user_of(draft.name)
    return {
        "id": dump.id_of(dump.kind, draft.key),
        "user": user,
        "source": dump.source,
        "kind": dump.kind,
        "bucket": bucket_of(user, dump.buckets),
        "time": draft.time,
        "dump": dump.name,
        "row": row,
        "title": draft.title,
        "text": draft.text,
        "community": draft.community,
        "parent_id": dump.id_of("submissions", draft.parent) if draft.parent else None,
        "parent_text": draft.parent_text,
        "item_id": draft.item_id,
        "item_title": draft.item_title,
        "rating": draft.rating,
        "extra": orjson.dumps(draft.extra, option=orjson.OPT_SORT_KEYS).decode() if draft.extra else None,
    }


def _dropped(raw: Raw, draft: Draft | None, dump: Dump, why: str) -> Row:
    """A record kept aside. Of a draft without an author there is no user; of what could not be read only the text."""
    place: Row = {"dump": dump.name, "row": raw.row, "drop_reason": why}
    if draft is None:
        texts = [text for name in TEXTS if isinstance(text := (raw.fields or {}).get(name), str)]
        return place | {"id": None, "user": None, "text": texts[0] if texts else raw.text}
    text = "\n\n".join(part for part in (draft.title, draft.text) if part)
    user = None if why == "no_author" else dump.user_of(draft.name)
    return place | {"id": dump.id_of(dump.kind, draft.key), "user": user, "text": text}


def _verdict(draft: Draft, dump: Dump, companion: Companion) -> str | None:
    """Why `draft` is dropped; None if it stays, its text cleaned then."""
    rules = RULES[dump.kind]
    if why := reason(rules.fields, draft, dump.knobs) or companion.add(draft):
        return why
    draft.text = clean(draft.text)
    draft.title = clean(draft.title) if draft.title else None
    return reason(rules.text, draft, dump.knobs)


def sort_out(raws: Iterator[Raw], dump: Dump, companion: Companion) -> Iterator[tuple[Row, str | None, bool]]:
    """For each raw record (row of RECORD, None, True), or (row of DROPPED, its reason, could it be read)."""
    make = KINDS[dump.kind].draft
    for raw in raws:
        draft = raw.reason or "" if raw.fields is None else make(raw.fields, dump.path)
        if isinstance(draft, str):
            yield _dropped(raw, None, dump, draft), draft, False
        elif why := _verdict(draft, dump, companion):
            yield _dropped(raw, draft, dump, why), why, True
        else:
            yield _record(draft, dump, raw.row), None, True


def _check(dump: Dump, tally: Tally, read: int) -> None:
    """A dump without records, or with none that can be read, is the wrong file."""
    if not tally.taken:
        raise InputError(f"{dump.path} holds no record; fetch it again or take it out of the config")
    if not read:
        why, count = tally.dropped.most_common(1)[0]
        raise InputError(
            f"{dump.path}: none of its {tally.taken} records can be read as {dump.kind} ({why}: {count});"
            " check that the pattern in the config names the right files"
        )


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def ingest(dump: Dump, companions: Sequence[Path], kept: Path, dropped: Path, stats: Path) -> Tally:
    """Write the dump's three files, all of them or none. Raises InputError if the dump cannot be used."""
    companion = companion_of(dump.kind, list(companions), lambda native: dump.id_of("submissions", native))
    tally, read, facts = Tally("ingest_dump"), 0, Counter(characters=0)
    with ExitStack() as stack:
        kept_part, dropped_part = (stack.enter_context(publish(path)) for path in (kept, dropped))
        keep = stack.enter_context(BucketWriter(kept_part, RECORD))
        drop = stack.enter_context(DroppedWriter(dropped_part))
        for row, why, readable in sort_out(read_dump(dump.kind, dump.path), dump, companion):
            tally.take()
            read += readable
            if why:
                tally.drop(why)
                drop.write(row)
            else:
                tally.keep()
                keep.write(row)
                facts["characters"] += len(row["text"])
        _check(dump, tally, read)
        tally.check()
    tally.write(stats, kind=dump.kind, bytes=_bytes(dump.path), **facts, **companion.facts)
    return tally
