"""The posts in a blogger's file, cut out of its bytes: to decode all of it, only to encode its posts again, costs more.

<Blog>  <date>31,May,2004</date>  <post> Q&A with ... </post>  </Blog>   ->   [("31,May,2004", b" Q&A with ... ")]
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable

from humanllm.readers.opening import decoded

TAG = re.compile(rb"<(/?)post>")
DATE = re.compile(r"<date>[^<]*</date>\s*\Z|</Blog>\s*\Z")


def _date_at_end(before: bytes) -> str:
    """The date that stands right before a post, so that a missing one shifts nothing: "" then."""
    date, closing, rest = before[before.rfind(b"<date>") + 6 :].partition(b"</date>")
    if not closing or b"<" in date or b"<date>" not in before or rest.decode().strip():
        return ""
    return date.decode().strip()


def _cut(content: bytes) -> tuple[list[tuple[bytes, bytes, bool]], bytes]:
    """(what stands before, the post, whether it is closed) of each `<post>`; and what stands behind the last."""
    cuts, before, at, inside = [], b"", 0, False
    for tag in TAG.finditer(content):
        opens = not tag[1]
        if inside or opens:
            piece = content[at : tag.start()]
            if inside:
                cuts.append((before, piece, not opens))
            before, at, inside = piece, tag.end(), opens
    if inside:
        cuts.append((before, content[at:], False))
    return cuts, content[at:]


def _is_utf8(parts: Iterable[bytes]) -> bool:
    """Whether each part is UTF-8; ASCII, which nearly all is, need not be decoded to see that."""
    try:
        b"\n".join(part for part in parts if not part.isascii()).decode()
    except UnicodeDecodeError:
        return False
    return True


def posts(content: bytes) -> list[tuple[str, bytes]]:
    """(date, text in UTF-8) of each `<post>` of a blogger's file in whatever encoding, in its order.

    A post without its closing tag ends at the next post's date.
    """
    cuts, rest = _cut(content.removeprefix(BOM_UTF8))
    if not _is_utf8([rest, *(part for cut in cuts for part in cut[:2])]):
        cuts, _ = _cut(decoded(content).encode())
    return [
        (_date_at_end(before), post if closed else DATE.sub("", post.decode()).encode())
        for before, post, closed in cuts
    ]
