"""Reddit: Pushshift and Arctic Shift JSON lines, and all-string parquet.

A raw submission:
    {"author": "...", "created_utc": "1546300800", "id": "abc123", "is_self": true, "num_comments": 4, "score": 12,
     "title": "...", "selftext": "...", "subreddit": "AskMen", "distinguished": null, ...}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humanllm.readers.draft import Draft, string, whole

SUBMISSION_NEEDS = ("author", "created_utc", "id", "num_comments", "score", "selftext", "title")
SUBMISSION_COLUMNS = (*SUBMISSION_NEEDS, "distinguished", "domain", "is_self", "removed_by_category", "subreddit")
COMMENT_NEEDS = ("author", "body", "created_utc", "id", "link_id", "parent_id")
COMMENT_COLUMNS = (*COMMENT_NEEDS, "distinguished", "score", "subreddit", "subreddit_name_prefixed")
SHARD = re.compile(r"-\d{5}-of-\d{5}(-[0-9a-f]+)?$")


def _or_null(value: Any) -> Any:
    """The parquet form spells JSON null as "None". Not for titles and texts: a person may write the word."""
    return None if value == "None" else value


def _truth(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower())


def subreddit_of(path: Path) -> str:
    """Of a parquet split: `AskMen-00000-of-00002-<hex>.parquet` or `AskMen/0000.parquet`."""
    stem = path.name.split(".")[0]
    return path.parent.name if stem.isdigit() else SHARD.sub("", stem)


def _community(fields: Mapping[str, Any], path: Path) -> str | None:
    """The subreddit. A person's own page is named after the person, so it is only called that."""
    name = string(fields.get("subreddit")) or string(fields.get("subreddit_name_prefixed")).removeprefix("r/")
    if not name and path.suffix == ".parquet":
        name = subreddit_of(path)
    return "own page" if name.lower().startswith(("u_", "u/")) else name or None


def _facts(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"distinguished": _or_null(fields.get("distinguished")), "score": whole(fields.get("score"))}


def _is_self(fields: Mapping[str, Any]) -> bool:
    said = _truth(fields.get("is_self"))
    return string(fields.get("domain")).startswith("self.") if said is None else said


def submission(fields: Mapping[str, Any], path: Path) -> Draft | str:
    """A post as a draft, or why it is none: no_id, no_time, no_text."""
    key, time = string(fields.get("id")), whole(fields.get("created_utc"))
    if not key:
        return "no_id"
    if time is None:
        return "no_time"
    if not isinstance(fields.get("title"), str):
        return "no_text"
    facts = _facts(fields) | {
        "comments": whole(fields.get("num_comments")),
        "is_self": _is_self(fields),
        "removed_by": _or_null(fields.get("removed_by_category")),
    }
    return Draft(
        key=key,
        name=string(_or_null(fields.get("author"))),
        time=time,
        title=fields["title"],
        text=string(fields.get("selftext")),
        community=_community(fields, path),
        facts=facts,
        extra={"score": facts["score"], "comments": facts["comments"]},
    )


def comment(fields: Mapping[str, Any], path: Path) -> Draft | str:
    """A comment as a draft, or why it is none: no_id, no_time, no_text. `parent`: the post it stands under."""
    key, time = string(fields.get("id")), whole(fields.get("created_utc"))
    link = string(fields.get("link_id"))
    if not key or not link:
        return "no_id"
    if time is None:
        return "no_time"
    if not isinstance(fields.get("body"), str):
        return "no_text"
    facts = _facts(fields) | {"top_level": fields.get("parent_id") == link}
    return Draft(
        key=key,
        name=string(_or_null(fields.get("author"))),
        time=time,
        text=fields["body"],
        community=_community(fields, path),
        parent=link.removeprefix("t3_"),
        facts=facts,
        extra={"score": facts["score"]},
    )
