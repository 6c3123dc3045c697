"""A person's posts as a model reads them: in the order of time, each under a line with its date.

### 2023-04-02 post in AskGarden
My tomatoes never ripen before October ...

### 2023-05-11 review of Oak Trowel, 4 of 5 stars
I bought this for ...

Of a history too long for one prompt, notes on its parts stand in their place (summaries.py):
### 2019-01-07 to 2021-11-30: notes on 412 posts
They work nights in a hospital ...
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from humanllm.estimates import beginning, estimate
from humanllm.tables import Row

HEADING_LIKE = re.compile(r"^[^\S\n]*#[#\s]*", re.MULTILINE)
WORD = re.compile(r"\w{4,}")


def _date(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")


def heading(record: Row) -> str:
    date = _date(record["time"])
    if record["kind"] == "reviews" and record["item_title"]:
        stars = f", {record['rating']:g} of 5 stars" if record["rating"] is not None else ""
        return f"{date} review of {' '.join(record['item_title'].split())}{stars}"
    if record["source"] == "reddit" and record["community"]:
        kind = "comment" if record["kind"] == "comments" else "post"
        return f"{date} {kind} in {' '.join(record['community'].split())}"
    return date


def render(record: Row, text: str | None = None) -> str:
    """One post under its heading; `text` (default: clean_text) cannot hold a line that looks like a heading."""
    body = record["clean_text"] if text is None else text
    return f"### {heading(record)}\n{_plain(body)}"


def _plain(body: str) -> str:
    """Without what a model may read as a heading, after whatever sign a line ends with (\\r, U+2028, ...)."""
    body = "\n".join(body.splitlines())
    return (HEADING_LIKE.sub("", body) if "#" in body else body).strip()


def render_all(records: Iterable[Row]) -> str:
    return "\n\n".join(render(record) for record in records)


@dataclass(frozen=True)
class Part:
    """A stretch of a history: its text, the times of its first and last post, and the ids of its posts."""

    text: str
    since: int
    until: int
    ids: frozenset[str]

    def noted(self, notes: str) -> Part:
        """The same stretch with `notes` in the place of the posts."""
        count = f"notes on {len(self.ids)} post{'s' * (len(self.ids) != 1)}"
        text = f"### {_date(self.since)} to {_date(self.until)}: {count}\n{_plain(notes)}"
        return Part(text, self.since, self.until, self.ids)


def joined(parts: Sequence[Part]) -> Part:
    """Parts that follow each other, as one."""
    ids = frozenset[str]().union(*(part.ids for part in parts))
    return Part("\n\n".join(part.text for part in parts), parts[0].since, parts[-1].until, ids)


def packed(pieces: Iterable[Part], limit: int) -> list[Part]:
    """The pieces in order, in as few parts as have at most `limit` tokens each."""
    found: list[list[Part]] = [[]]
    used = 0
    for piece in pieces:
        size = estimate(piece.text)
        if found[-1] and used + size > limit:
            found.append([])
            used = 0
        found[-1].append(piece)
        used += size
    return [joined(group) for group in found]


def parts(records: Sequence[Row], limit: int) -> list[Part]:
    """The posts in order, cut into as few parts as have at most `limit` tokens each; nothing is left out.

    A post that is longer than a part by itself is cut between words, each piece under the post's heading.
    """
    return packed(_pieces(records, limit), limit)


def _pieces(records: Iterable[Row], limit: int) -> Iterator[Part]:
    for record in records:
        texts = [render(record)]
        if estimate(texts[0]) > limit:
            room = max(50, limit - estimate(heading(record)) - 3)
            texts = [render(record, text) for text in _slices(record["clean_text"], room)]
        yield from (Part(text, record["time"], record["time"], frozenset([record["id"]])) for text in texts)


def _slices(text: str, room: int) -> Iterator[str]:
    """`text` in slices of at most `room` tokens, cut at white space where there is any."""
    while len(head := beginning(text, room)) < len(text):
        cut = head.rfind(" ", len(head) // 2)
        cut = cut if cut > 0 else max(1, len(head))
        yield text[:cut]
        text = text[cut:].lstrip()
    yield text


def closest(records: Sequence[Row], product: str, limit: int) -> tuple[list[Row], bool]:
    """The records that share most words with `product`, in order, up to `limit` tokens; True if some had to go.

    A judge's context may be shorter than the teacher's: it sees what the product can have been made from.
    """
    sizes = [estimate(render(record)) for record in records]
    if sum(sizes) <= limit:
        return list(records), False
    wanted = set(WORD.findall(product.lower()))
    shared = [len(wanted & set(WORD.findall(record["clean_text"].lower()))) for record in records]
    ranked = sorted(range(len(records)), key=lambda place: (-shared[place], place))
    chosen, used = [], 0
    for place in ranked:
        if used + sizes[place] <= limit:
            chosen.append(place)
            used += sizes[place]
    return [records[place] for place in sorted(chosen or ranked[:1])], True
