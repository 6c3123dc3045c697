"""What other dumps know about a record: the account of a tweet, the item of a review, the post of a comment.

A companion looks at a draft, adds what it knows, and may give a reason to drop the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.readers import amazon, twitter
from humanllm.readers.draft import Draft, clean, string
from humanllm.readers.raw import rows


class Companion(Protocol):
    facts: Counter[str]  # counts for the stats

    def add(self, draft: Draft) -> str | None: ...


class Nothing:
    """For the dumps that stand alone."""

    def __init__(self) -> None:
        self.facts: Counter[str] = Counter()

    def add(self, draft: Draft) -> str | None:
        return None


def _fields(
    path: Path, columns: tuple[str, ...], needed: tuple[str, ...], facts: Counter[str], foreign: str = ""
) -> Iterator[Mapping[str, Any]]:
    """The readable rows of a companion dump; a row with the field `foreign` is of another kind.

    Raises InputError if there is none with the needed fields.
    """
    used = 0
    for raw in rows(path, columns, needed):
        facts["companion_rows"] += 1
        fields = raw.fields
        if fields is None or foreign in fields or not all(name in fields for name in needed):
            facts["companion_unreadable"] += 1
            continue
        used += 1
        yield fields
    if not used:
        without = f" and without {foreign}" if foreign else ""
        raise InputError(f"{path} holds no row with {', '.join(needed)}{without}; check that it is the right dump")


class Accounts:
    """Descriptions of Twitter users; a user whom the tables lack has none."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.facts: Counter[str] = Counter()
        self.known = {
            string(fields.get("user")): (string(fields.get("description")), fields.get("verified"))
            for path in paths
            for fields in _fields(path, twitter.ACCOUNT_COLUMNS, twitter.ACCOUNT_NEEDS, self.facts)
        }

    def add(self, draft: Draft) -> str | None:
        found = self.known.get(draft.name)
        if found:
            draft.facts["description"], draft.extra["verified"] = found
        self.facts["with_account" if found else "without_account"] += 1
        return None


class Items:
    """Titles of Amazon's items; an item without metadata or title has none."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.facts: Counter[str] = Counter()
        self.titles: dict[str, str] = {}
        for path in paths:
            for fields in _fields(path, amazon.ITEM_COLUMNS, amazon.ITEM_NEEDS, self.facts, "user_id"):
                if title := string(fields["title"]):
                    self.titles.setdefault(string(fields["parent_asin"]), title)

    def add(self, draft: Draft) -> str | None:
        title = clean(self.titles.get(draft.item_id or "", ""))
        draft.item_title = title or None
        self.facts["with_item_title" if title else "without_item_title"] += 1
        return None


class Posts:
    """The filtered posts that comments answer, by the id they have as records."""

    def __init__(self, paths: Iterable[Path], identify: Callable[[str], str]) -> None:
        self.facts: Counter[str] = Counter()
        self.identify = identify  # the record id of a submission's own id
        tables = [pq.read_table(path, columns=["id", "title", "text"]) for path in paths]
        posts = pa.concat_tables(tables) if tables else pa.table({"id": pa.array([], pa.string())})
        self.rows = {post: row for row, post in enumerate(posts["id"].to_pylist())}
        self.posts = posts

    def add(self, draft: Draft) -> str | None:
        row = self.rows.get(self.identify(draft.parent or ""))
        if row is None:
            return "no_parent_post"
        title, text = (self.posts[name][row].as_py() or "" for name in ("title", "text"))
        draft.parent_text = f"{title}\n\n{text}".strip()
        return None


def companion_of(kind: str, paths: list[Path], identify: Callable[[str], str]) -> Companion:
    """The companion of a kind of dump, from the files that the rule named."""
    if kind == "tweets":
        return Accounts(paths)
    if kind == "reviews":
        return Items(paths)
    return Posts(paths, identify) if kind == "comments" else Nothing()
