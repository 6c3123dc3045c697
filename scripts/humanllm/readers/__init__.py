"""The readers of the four sources: raw dumps to drafts of records, one at a time, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from humanllm.readers import amazon, blogger, reddit, twitter
from humanllm.readers.draft import Draft
from humanllm.readers.raw import Raw, rows


class Kind(NamedTuple):
    source: str
    draft: Callable[[Mapping[str, Any], Path], Draft | str]
    columns: tuple[str, ...]
    needed: tuple[str, ...]


KINDS = {
    "submissions": Kind("reddit", reddit.submission, reddit.SUBMISSION_COLUMNS, reddit.SUBMISSION_NEEDS),
    "comments": Kind("reddit", reddit.comment, reddit.COMMENT_COLUMNS, reddit.COMMENT_NEEDS),
    "tweets": Kind("twitter", twitter.tweet, twitter.TWEET_COLUMNS, twitter.TWEET_NEEDS),
    "blogs": Kind("blogger", blogger.post, blogger.COLUMNS, ("id", "date", "text")),
    "reviews": Kind("amazon", amazon.review, amazon.REVIEW_COLUMNS, amazon.REVIEW_NEEDS),
}


def read_dump(kind: str, path: Path) -> Iterator[Raw]:
    """Every raw record of a dump of this kind, the unreadable ones with a reason."""
    if kind == "blogs":
        return blogger.read(path)
    return rows(path, KINDS[kind].columns, KINDS[kind].needed)
