from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from humanllm.readers.opening import decoded
from humanllm.readers.posts import posts
from row_data import examples


def test_a_missing_date_shifts_no_other() -> None:
    text = "<Blog><date>a</date><post>1</post><post>2</post><date>x</date><date>c</date> <post>3</post></Blog>"
    assert posts(text.encode()) == [("a", b"1"), ("", b"2"), ("c", b"3")]


def test_a_date_is_one_that_stands_right_before() -> None:
    text = "<date>a</date> x <post>1</post><date>b<i></date><post>2<date>c</date></post>d</date><post>3</post>"
    assert posts(text.encode()) == [("", b"1"), ("", b"2<date>c</date>"), ("", b"3")]


def test_a_missing_end_of_a_post_swallows_no_other() -> None:
    text = "<Blog><date>a</date><post>one<date>b</date><post>two</Blog>"
    assert posts(text.encode()) == [("a", b"one"), ("b", b"two")]


@examples(100)
@given(st.lists(st.sampled_from(["<post>", "</post>", "<date>", "</date>", "<Blog>", "</Blog>", "a", "&", "\n"])))
def test_every_post_element_is_one_post(parts: list[str]) -> None:
    text = "".join(parts)
    assert len(posts(text.encode())) == text.count("<post>")


def by_splitting(content: bytes) -> list[tuple[str, bytes]]:
    """The same of the decoded file, without a short cut."""
    before, *opened = decoded(content).split("<post>")
    found = []
    for segment in opened:
        text, end, rest = segment.partition("</post>")
        date, closing, behind = before[before.rfind("<date>") + 6 :].partition("</date>")
        dated = "<date>" in before and closing and "<" not in date and not behind.strip()
        left = re.sub(r"<date>[^<]*</date>\s*\Z|</Blog>\s*\Z", "", text)
        found.append((date.strip() if dated else "", (text if end else left).encode()))
        before = end + rest if end else segment
    return found


PARTS = st.lists(
    st.sampled_from(["<post>", "</post>"] * 2 + ["<date>", "</date>", "</Blog>", "\x85", "\ufeff", "é", "日"])
    | st.text(max_size=3)
)
CODINGS = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])


@examples(200)
@given(st.lists(st.tuples(PARTS.map("".join), CODINGS), max_size=3), st.binary(max_size=3))
def test_posts_are_those_of_the_decoded_file(parts: list[tuple[str, str]], end: bytes) -> None:
    content = b"".join(text.encode(coding, "replace") for text, coding in parts) + end
    assert posts(content) == by_splitting(content)


def test_a_letter_cut_by_a_tag_makes_a_file_no_utf8() -> None:
    assert posts(b"<post>\xc3</post><post>\xa9</post>") == [("", "Ã".encode()), ("", "©".encode())]
