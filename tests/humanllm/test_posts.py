"""What the posts of a file are is said here by splitting its text; how many files are cut at a time changes nothing."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from humanllm.readers.opening import decoded
from humanllm.readers.posts import cut, date_before, posts
from row_data import examples


def together(contents: list[bytes]) -> list[list[tuple[str, str]]]:
    """(date, text) of the posts of files that are cut at once, by file."""
    dates, texts, counts = posts([cut(contents)])
    found = list(zip(map(date_before, dates), texts, strict=True))
    ends = [0, *counts.cumsum().tolist()]
    assert ends[-1] == len(found)
    assert len(counts) == len(contents)
    return [found[start:end] for start, end in pairwise(ends)]


def alone(text: str) -> list[tuple[str, str]]:
    (found,) = together([text.encode()])
    return found


def test_a_missing_date_shifts_no_other() -> None:
    text = "<Blog><date>a</date><post>1</post><post>2</post><date>x</date><date>c</date> <post>3</post></Blog>"
    assert alone(text) == [("a", "1"), ("", "2"), ("c", "3")]


def test_a_date_is_one_that_stands_right_before() -> None:
    text = "<date>a</date> x <post>1</post><date>b<i></date><post>2<date>c</date></post>d</date><post>3</post>"
    assert alone(text) == [("", "1"), ("", "2<date>c</date>"), ("", "3")]


def test_a_missing_end_of_a_post_swallows_no_other() -> None:
    text = "<Blog><date>a</date><post>one<date>b</date><post>two</Blog>"
    assert alone(text) == [("a", "one"), ("b", "two")]


@examples(100)
@given(st.lists(st.sampled_from(["<post>", "</post>", "<date>", "</date>", "<Blog>", "</Blog>", "a", "&", "\n"])))
def test_every_post_element_is_one_post(parts: list[str]) -> None:
    text = "".join(parts)
    assert len(alone(text)) == text.count("<post>")


def by_splitting(content: bytes) -> list[tuple[str, str]]:
    """The same of the decoded file, without a short cut."""
    before, *opened = decoded(content).split("<post>")
    found = []
    for segment in opened:
        text, end, rest = segment.partition("</post>")
        date, closing, behind = before[before.rfind("<date>") + 6 :].partition("</date>")
        dated = "<date>" in before and closing and "<" not in date and not behind.strip()
        left = re.sub(r"<date>[^<]*</date>\s*\Z|</Blog>\s*\Z", "", text)
        found.append((date.strip() if dated else "", text if end else left))
        before = end + rest if end else segment
    return found


WILD = st.lists(
    st.sampled_from(
        ["<post>", "</post>"] * 2 + ["<date>", "</date>", "</Blog>", "\x85", "\ufeff", "é", "日", "<", "post>"]
    )
    | st.text(max_size=3)
).map("".join)
# A file as it should be, with whatever stands in its posts and around its dates.
INSIDE = st.sampled_from(
    [
        "",
        "a",
        "a text of more bytes than a view",
        " ",
        "\r\n",
        "\x1c",
        "\x85",
        "\u2028",
        "<",
        "<b>",
        "<date>",
        "</date>",
        "é",
        "日",
        "<pos",
    ]
)
ENTRY = st.tuples(INSIDE, INSIDE, INSIDE, INSIDE).map(lambda parts: "{}<date>{}</date>{}<post>{}</post>".format(*parts))
WELL_FORMED = st.lists(ENTRY, max_size=4).map(lambda entries: f"<Blog>{''.join(entries)}</Blog>")
CODINGS = st.sampled_from(["utf-8"] * 4 + ["utf-8-sig", "cp1252", "latin-1", "utf-16"])
FILE = st.lists(st.tuples(WELL_FORMED | WILD, CODINGS), max_size=3).map(
    lambda parts: b"".join(text.encode(coding, "replace") for text, coding in parts)
)


@examples(300)
@given(st.lists(st.builds(bytes.__add__, FILE, st.binary(max_size=3)), max_size=4))
def test_posts_are_those_of_the_decoded_files(contents: list[bytes]) -> None:
    assert together(contents) == [by_splitting(content) for content in contents]


@examples(100)
@given(st.lists(st.lists(WELL_FORMED.map(str.encode), max_size=3), min_size=1, max_size=3))
def test_posts_of_some_cuts_are_those_of_each(contents: list[list[bytes]]) -> None:
    dates, texts, counts = posts([cut(some) for some in contents])
    every = [content for some in contents for content in some]
    expected = [by_splitting(content) for content in every]
    assert list(zip(map(date_before, dates), texts, strict=True)) == [post for found in expected for post in found]
    assert counts.tolist() == [len(found) for found in expected]


def test_no_tag_and_no_date_stands_in_two_files() -> None:
    assert together([b"<po", b"st>a</post>", b"<date>b</date>", b"<post>c</post>"]) == [[], [], [], [("", "c")]]
    assert together([b"<post>a", b"</post>"]) == [[("", "a")], []]
    assert together([b"<post>\xc3", b"\xa9</post>"]) == [[("", "Ã")], []]


def test_a_letter_cut_by_a_tag_makes_a_file_no_utf8() -> None:
    assert together([b"<post>\xc3</post><post>\xa9</post>", "<post>é</post>".encode()]) == [
        [("", "Ã"), ("", "©")],
        [("", "é")],
    ]


def test_files_that_become_much_longer_have_room_for_their_posts() -> None:
    short, long = b"<post><post>\xe9<post>", b"<post>" + b"\x80" * 9 + b"</post><post>\x80</post>"
    contents = [short, long, b"<post>1</post>"] * 9
    assert together(contents) == [by_splitting(content) for content in contents]
