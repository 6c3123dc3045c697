"""What the rules from dumps to records ask for: the dumps that know more about a dump's records, knobs, counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dumps import Dump

KNOWS = {"tweets": "accounts", "reviews": "meta", "comments": "submissions"}
SHARD = re.compile(r"-\d{5}-of-\d{5}(-[0-9a-f]+)?$")
SIDE = re.compile(r"^(RS|RC|meta)_|_(submissions|comments)$")


def pair_of(name: str) -> str:
    """What the names of a pair share: RS_2019-01 and RC_2019-01, x_submissions and x_comments, Books and meta_Books,
    the shards of one subreddit."""
    return SIDE.sub("", SHARD.sub("", name.split("-", 1)[1]))


def companions_of(name: str, dumps: Mapping[str, Dump]) -> list[str]:
    """Names of the dumps that the dump `name` needs beside it.

    Tweets need all accounts, reviews the metadata of their category if there is one, comments the submissions that
    pair by name, or all of them if none does.
    """
    others = [other for other, dump in dumps.items() if dump.kind == KNOWS.get(dumps[name].kind)]
    paired = [other for other in others if pair_of(other) == pair_of(name)]
    if dumps[name].kind == "reviews":
        return paired
    return others if dumps[name].kind == "tweets" else paired or others


def companion_files(source: str, name: str, dumps: Mapping[str, Dump]) -> list[str]:
    """The raw accounts and metadata, or the filtered posts that comments answer, of one dump."""
    names = companions_of(name, dumps)
    if dumps[name].kind == "comments":
        return [f"<results>/filtered/{source}/{other}.parquet" for other in names]
    return [dumps[other].path for other in names]


def filter_knobs(source: str, filters: Mapping[str, Any]) -> str:
    """The source's part of `filters`, as JSON. The k-core is no rule of a single dump, so it reruns none."""
    knobs = {"language": filters["language"], **filters[source]}
    return json.dumps({name: value for name, value in knobs.items() if name != "kcore"}, sort_keys=True)


def stats_of(tables: Iterable[str]) -> list[str]:
    """The counts beside these tables."""
    return [table.removesuffix(".parquet") + ".stats.json" for table in tables]
