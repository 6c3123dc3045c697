"""Which dumps the run reads: globs of the config to names and files, or a clear list of what is missing."""

from __future__ import annotations

import glob
import re
from pathlib import Path
from typing import Any, NamedTuple

ENDINGS = re.compile(r"\.(parquet|zst|gz|zip|csv|jsonl|ndjson|json)$", re.IGNORECASE)


class DumpError(ValueError):
    """Dumps are missing or ambiguous; the text lists every one."""


class Dump(NamedTuple):
    kind: str  # submissions, comments, tweets, accounts, blogs, reviews, meta
    path: str


def _stem(path: str) -> str:
    """The file's name without its endings; a shard that is only a number takes its folder's name before it."""
    name = Path(path).name
    while ENDINGS.search(name):
        name = ENDINGS.sub("", name)
    if name.isdigit():  # default/AskMen/0000.parquet
        name = f"{Path(path).parent.name}-{name}"
    return re.sub(r"[^A-Za-z0-9_.+=-]", "_", name)


def paths_of(pattern: str, made: str) -> list[str]:
    """A glob's files; a plain path is taken if it is there or if the run itself makes it."""
    if glob.has_magic(pattern):
        return sorted(glob.glob(pattern, recursive=True))
    return [pattern] if Path(pattern).exists() or pattern.startswith(made) else []


def find_dumps(config: dict[str, Any]) -> dict[str, dict[str, Dump]]:
    """{source: {dump name: Dump}} for the active sources.

    Raises one DumpError that lists every pattern without a file, and files whose names collide.
    """
    made = f"{config['pathvars']['results']}/"
    found: dict[str, dict[str, Dump]] = {}
    problems = []
    for source in config["active_sources"]:
        found[source] = {}
        for kind, patterns in config["sources"][source]["dumps"].items():
            for pattern in patterns:
                paths = paths_of(pattern, made)
                if not paths:
                    problems.append(f"sources.{source}.dumps.{kind}: no file at {pattern}")
                for path in paths:
                    name = f"{kind}-{_stem(path)}"
                    if name in found[source]:
                        problems.append(
                            f"sources.{source}.dumps.{kind}: {path} and {found[source][name].path} share a name"
                        )
                    found[source][name] = Dump(kind, path)
        if not any(dump.kind not in ("accounts", "meta") for dump in found[source].values()) and not problems:
            problems.append(f"sources.{source}.dumps: no dump is given")
    if problems:
        listed = "\n".join(f"  {line}" for line in problems)
        raise DumpError(
            f"These dumps are missing or ambiguous:\n{listed}\n"
            "Put the files there, edit the pattern in your config, or take the source out of active_sources."
        )
    return found
