"""The people who asked to be left out: none of their records passes the ingest.

A line of the list is a source and the name that the person has there; empty lines and those after a # say nothing:
    reddit some_name
"""

from __future__ import annotations

import re
from pathlib import Path

from humanllm.errors import InputError

BEFORE = re.compile(
    r"^(?:https?://(?:\w+\.)?(?:reddit|twitter|x)\.com)?/?(?:@|(?:u|user)/)?", re.IGNORECASE
)  # what people write before a name: @ann, u/ann
SOURCES = ("reddit", "twitter", "blogger", "amazon")


def read_opt_out(path: Path, source: str) -> frozenset[str]:
    """The names of the people of `source` in the list, lower case. Raises InputError, naming a line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the opt-out list {path} cannot be read ({error}); check users.opt_out in the config"
        ) from None
    found = set()
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or words[0] not in SOURCES:
            raise InputError(
                f"the opt-out list {path}, line {number}: a line is a source ({', '.join(SOURCES)}) and a name"
            )
        if words[0] == source:
            name = BEFORE.sub("", words[1]).rstrip("/").lower()
            name = name.split(".")[0] if source == "blogger" else name  # 7596.male.26.Internet.Scorpio.xml
            if not name or set(name) & set("/:@"):
                raise InputError(
                    f"the opt-out list {path}, line {number}: the name is none of {source}'s; give it bare"
                )
            found.add(name)
    return frozenset(found)
