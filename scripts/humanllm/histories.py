"""A person's posts as a model reads them: in the order of time, each under a line with its date.

### 2023-04-02 post in AskGarden
My tomatoes never ripen before October ...

### 2023-05-11 review of Oak Trowel, 4 of 5 stars
I bought this for ...
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from humanllm.tables import Row

CHARACTERS_A_TOKEN = 4  # of English text, rounded down: an estimate that needs no tokenizer
HEADING_LIKE = re.compile(r"^#+\s*", re.MULTILINE)


def tokens(text: str) -> int:
    """An estimate of the text's tokens."""
    return len(text) // CHARACTERS_A_TOKEN + 1


def heading(record: Row) -> str:
    date = datetime.fromtimestamp(record["time"], UTC).strftime("%Y-%m-%d")
    if record["kind"] == "reviews" and record["item_title"]:
        stars = f", {record['rating']:g} of 5 stars" if record["rating"] is not None else ""
        return f"{date} review of {' '.join(record['item_title'].split())}{stars}"
    if record["source"] == "reddit" and record["community"]:
        return f"{date} {'comment' if record['kind'] == 'comments' else 'post'} in {record['community']}"
    return str(date)


def render(record: Row, text: str | None = None) -> str:
    """One post under its heading; `text` (default: clean_text) cannot hold a line that looks like a heading."""
    body = HEADING_LIKE.sub("", record["clean_text"] if text is None else text)
    return f"### {heading(record)}\n{body.strip()}"


def render_all(records: Iterable[Row]) -> str:
    return "\n\n".join(render(record) for record in records)


def parts(records: Sequence[Row], limit: int) -> list[str]:
    """The posts in order, cut into as few parts as have at most `limit` tokens each; nothing is left out.

    A post that is longer than a part by itself is cut between words, each piece under the post's heading.
    """
    found: list[list[str]] = [[]]
    used = 0
    for piece in _pieces(records, limit):
        if found[-1] and used + tokens(piece) > limit:
            found.append([])
            used = 0
        found[-1].append(piece)
        used += tokens(piece)
    return ["\n\n".join(pieces) for pieces in found]


def _pieces(records: Iterable[Row], limit: int) -> Iterable[str]:
    for record in records:
        whole = render(record)
        if tokens(whole) <= limit:
            yield whole
        else:
            room = max(200, limit * CHARACTERS_A_TOKEN - len(heading(record)) - 10)
            yield from (render(record, text) for text in _slices(record["clean_text"], room))


def _slices(text: str, room: int) -> Iterable[str]:
    """`text` in slices of at most `room` characters, cut at white space where there is any."""
    while len(text) > room:
        cut = text.rfind(" ", room // 2, room)
        cut = cut if cut > 0 else room
        yield text[:cut]
        text = text[cut:].lstrip()
    yield text


def closest(records: Sequence[Row], product: str, limit: int) -> tuple[list[Row], bool]:
    """The records that share most words with `product`, in order, up to `limit` tokens; True if some had to go.

    A judge's context may be shorter than the teacher's: it sees what the product can have been made from.
    """
    if sum(tokens(render(record)) for record in records) <= limit:
        return list(records), False
    wanted = set(re.findall(r"\w{4,}", product.lower()))
    ranked = sorted(
        range(len(records)),
        key=lambda place: (-len(wanted & set(re.findall(r"\w{4,}", records[place]["clean_text"].lower()))), place),
    )
    chosen, used = [], 0
    for place in ranked:
        size = tokens(render(records[place]))
        if used + size <= limit:
            chosen.append(place)
            used += size
    return [records[place] for place in sorted(chosen or ranked[:1])], True
