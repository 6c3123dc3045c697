"""The readers of the four sources: raw dumps to batches of rows, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from humanllm.readers import amazon, blogger, reddit, twitter
from humanllm.readers.fields import Batch
from humanllm.readers.raw import batches

KINDS = {
    "submissions": reddit.SUBMISSIONS,
    "comments": reddit.COMMENTS,
    "tweets": twitter.TWEETS,
    "blogs": blogger.BLOGS,
    "reviews": amazon.REVIEWS,
}


def read_dump(kind: str, path: Path) -> Iterator[Batch]:
    """Every raw record of a dump of this kind, the unreadable ones with a reason."""
    if kind == "blogs":
        return blogger.read(path)
    return batches(path, KINDS[kind].fields, KINDS[kind].needed)
