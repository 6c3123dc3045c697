"""Posts of sound files are what regular expressions find; the kernel reads no byte beside a file and writes no row
behind its room: the file is guarded, and so is a row behind its room."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarded import PAGE, guarded
from humanllm.kernels.tags import LEAST, Cut, Files, cut_files
from row_data import examples

POST = re.compile(rb"<post>(.*?)</post>", re.DOTALL)
ORDER = re.compile(r"(<post></post>)*")
DATED = re.compile(rb"<date>([^<]*)</date>([^<]*)\Z")
UNTOUCHED = 12345


def by_kernel(content: bytes, at_end: bool = True) -> list[tuple[bytes, bytes]] | None:
    """(date, text) of the posts in a file, or None if it is not sound."""
    room = len(content) // LEAST
    views = np.full((2, room + 1, 2), UNTOUCHED, np.uint64)
    cut = Cut(views[0], views[1], np.zeros(1, np.int64))
    with guarded(content, at_end) as address:
        file, rows = cut_files(Files(np.array([address]), np.array([len(content)])), 0, 0, cut)
    assert (views[:, room:] == UNTOUCHED).all()
    if not file:
        return None
    assert cut.counts.tolist() == [rows]
    return list(zip(*(read(part[:rows], content) for part in views), strict=True))


def read(views: np.ndarray[tuple[int, int], np.dtype[np.uint64]], content: bytes) -> list[bytes]:
    buffers = [None, pa.py_buffer(views.copy()), pa.py_buffer(content)]
    array = pa.Array.from_buffers(pa.binary_view(), len(views), buffers)
    array.validate(full=True)  # sizes, places, beginnings and what is behind a short text in its view
    return [value.as_py() for value in array]


def plainly(content: bytes) -> list[tuple[bytes, bytes]] | None:
    """The same by regular expressions."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    if not ORDER.fullmatch("".join(re.findall("</?post>", content.decode()))):
        return None
    found, end = [], 0
    for post in POST.finditer(content):
        dated = DATED.search(content, end, post.start())
        plain = dated and not dated[2].decode().strip() and dated[2].isascii()
        date = b"" if not dated else dated[1] if plain else content[dated.start(1) : post.start()]
        found.append((date, post[1]))
        end = post.end()
    return found


TAGS = [b"<post>", b"</post>", b"<date>", b"</date>"]
CUT_SHORT = [tag[:size] for tag in TAGS for size in range(1, len(tag))]
INSIDE = st.lists(
    st.sampled_from(
        [b"", b"a", b" \n", b"\x1c", b"\0", b"\0" * 9, b"<", b"<<", "é".encode(), "日本".encode(), b"12345678"]
    )
    | st.sampled_from([b"<b>", b"<Post>", b"<post", b"\xc2\x85", b"4 bytes", b"twelve bytes", b"thirteen byte"])
    | st.sampled_from(CUT_SHORT)
    | st.text(max_size=20).map(str.encode),
    max_size=4,
).map(b"".join)
ENTRY = st.tuples(*[INSIDE] * 4).map(lambda parts: b"%b<date>%b</date>%b<post>%b</post>" % parts)
SOUND = st.lists(ENTRY | st.sampled_from([b"", b"<date>3</date>", b"<post></post>"]), max_size=6).map(b"".join)
WILD = st.lists(
    st.sampled_from(TAGS) | st.sampled_from(TAGS + CUT_SHORT) | st.binary(max_size=9) | INSIDE, max_size=12
).map(b"".join)


@examples(500)
@given(st.tuples(SOUND, INSIDE | WILD).map(b"".join) | WILD, st.booleans())
def test_posts_of_a_file_are_what_regular_expressions_find(content: bytes, at_end: bool) -> None:
    assert by_kernel(content, at_end) == plainly(content)


@pytest.mark.parametrize("first", b"\x7f\x80\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xff")
def test_what_is_utf8_is_so_to_the_last_byte(first: int) -> None:
    """At the bounds of table 3-7."""
    for second, third in product(b"\0\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0<", b"\x7f\x80\xbf\xc0"):
        for size in range(1, 5):
            odd = bytes([first, second, third, third])[:size]
            assert (by_kernel(b"seven b" + odd) is None) == (plainly(odd) is None)
            assert (by_kernel(odd + b" and more behind") is None) == (plainly(odd) is None)


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 7, 8, 11, 12, 13, 16, PAGE])
def test_parts_of_every_size_to_the_last_byte(size: int) -> None:
    text = (b"0123456789abcdef" * PAGE)[:size]
    assert by_kernel(b"<date>%b</date> <post>%b</post>" % (text, text)) == [(text, text)]
    assert by_kernel(b"<date>%b</date> <post>%b</post" % (text, text)) is None


NESTED = [b"<post><post></post>", b"<post></post></post>", b"<post>a<post></post></post>", b"</post><post>"]


@pytest.mark.parametrize("content", [b"<post>" * 9, b"<post></post>" * 9, b"", *TAGS, *CUT_SHORT, *NESTED])
def test_tags_of_nothing_fit_the_room(content: bytes) -> None:
    assert by_kernel(content) == by_kernel(content, at_end=False) == plainly(content)


def test_a_file_that_is_not_sound_stops_the_others() -> None:
    contents = [b"<post>1</post><post>2</post>", b"", b"<post>3</post><post>", b"<post>4</post>"]
    buffers = [pa.py_buffer(content) for content in contents]
    files = Files(np.array([buffer.address for buffer in buffers]), np.array([buffer.size for buffer in buffers]))
    views = np.zeros((2, 20, 2), np.uint64)
    cut = Cut(views[0], views[1], np.full(4, -1))
    assert cut_files(files, 0, 0, cut) == (2, 2)
    assert cut_files(files, 3, 2, cut) == (4, 3)
    assert cut.counts.tolist() == [2, 0, -1, 1]
    assert (cut.texts[:3, 0] >> np.uint64(32)).tolist() == list(b"124")
