"""What the rules from dumps to records ask for: other dumps and tables, knobs, counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dumps import Dump


def accounts_of(name: str, dumps: Mapping[str, Dump]) -> list[str]:
    """The dumps of accounts, which say who the writers of tweets are."""
    return [dump.path for dump in dumps.values() if dump.kind == "accounts" and dumps[name].kind == "tweets"]


def filter_knobs(source: str, filters: Mapping[str, Any]) -> str:
    """The source's part of `filters`, as JSON. The k-core is no rule of a single dump, so it reruns none."""
    common = {name: filters[name] for name in ("language", "accept_truncated")}
    knobs = common | filters[source]
    return json.dumps({name: value for name, value in knobs.items() if name != "kcore"}, sort_keys=True)


def stats_of(tables: Iterable[str]) -> list[str]:
    """The counts beside these tables."""
    return [table.removesuffix(".parquet") + ".stats.json" for table in tables]


def sketches_of(tables: Iterable[str]) -> list[str]:
    """The sketches of these filtered tables."""
    return [table.replace("<results>/filtered/", "<results>/sketches/", 1) for table in tables]


def paths_of_kind(kind: str, dumps: Mapping[str, Dump]) -> list[str]:
    """The raw dumps of one kind."""
    return [dump.path for dump in dumps.values() if dump.kind == kind]


def named(option: str, values: Iterable[Any]) -> list[str]:
    """Values, mostly files, as a command's `option`, which may be given any number of times."""
    return [part for value in values for part in (option, str(value))]


def most_records(source: str, users: Mapping[str, Any]) -> list[int]:
    """A source's bound on a user's records, if it has one."""
    most = users["max_records"][source]
    return [] if most is None else [most]
