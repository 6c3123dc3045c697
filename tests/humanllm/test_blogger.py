from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.readers.blogger import post, posts, read, seconds
from humanllm.readers.draft import Draft
from humanllm.readers.months import month_of

ANN = "7596.male.26.Internet.Scorpio.xml"
BOB = "81.female.17.indUnk.Leo.xml"
ANN_XML = (
    "<Blog>\r\n\r\n<date>31,May,2004</date>\r\n<post>\r\n Q&A &nbsp; \x0c \r\n</post>\r\n"
    "<date>01,juin,2004</date>\r\n<post>two</post>\r\n</Blog>"
)
BOB_XML = "<Blog><date>02,June,2004</date><post>caf\xe9 \x93quoted\x94</post></Blog>"


def corpus(folder: Path) -> Path:
    (folder / "blogs").mkdir()
    (folder / "blogs" / ANN).write_bytes(ANN_XML.encode())
    (folder / "blogs" / BOB).write_bytes(BOB_XML.encode("latin-1"))
    return folder / "blogs"


def texts(path: Path) -> list[tuple[int, str, str, str, int]]:
    return [
        (raw.row, raw.fields["id"], raw.fields["date"], raw.fields["text"].strip(), raw.fields["number"])
        for raw in read(path)
        if raw.fields
    ]


EXPECTED = [
    (0, "7596", "31,May,2004", "Q&A &nbsp;", 0),
    (1, "7596", "01,juin,2004", "two", 1),
    (2, "81", "02,June,2004", "café “quoted”", 0),
]


def test_the_folder_and_the_zip_read_alike(tmp_path: Path) -> None:
    folder = corpus(tmp_path)
    with zipfile.ZipFile(tmp_path / "b", "w") as archive:
        for name in (BOB, ANN):
            archive.write(folder / name, f"blogs/{name}")
        archive.writestr("__MACOSX/blogs/._1.xml", "not a blog")
    assert texts(folder) == EXPECTED
    assert texts(tmp_path / "b") == EXPECTED


def test_the_csv_reads_alike(tmp_path: Path) -> None:
    path = tmp_path / "blogtext.csv"
    path.write_bytes(
        b'id,gender,age,topic,sign,date,text\r\n7596,male,26,Internet,Scorpio,"31,May,2004","Q&A &nbsp;"\r\n'
        b'7596,male,26,Internet,Scorpio,"01,juin,2004","two"\r\n'
        b'81,female,17,indUnk,Leo,"02,June,2004","caf\xe9 \x93quoted\x94"\r\n'
    )
    assert texts(path) == EXPECTED
    path.write_bytes(b'id,date,text\n1,"31,May,2004","one, two\n\nthree ""four"""\n2,only two\n')
    one, two = read(path)
    assert one.fields
    assert one.fields["text"] == 'one, two\n\nthree "four"'
    assert (two.fields, two.reason) == (None, "broken_row")


def test_a_missing_date_shifts_no_other() -> None:
    text = "<Blog><date>a</date><post>1</post><post>2</post><date>x</date><date>c</date> <post>3</post></Blog>"
    assert list(posts(text)) == [("a", "1"), ("", "2"), ("c", "3")]


def test_a_missing_end_of_a_post_swallows_no_other() -> None:
    text = "<Blog><date>a</date><post>one<date>b</date><post>two</Blog>"
    assert list(posts(text)) == [("a", "one"), ("b", "two")]


@given(st.lists(st.sampled_from(["<post>", "</post>", "<date>", "</date>", "<Blog>", "</Blog>", "a", "&", "\n"])))
def test_every_post_element_is_one_post(parts: list[str]) -> None:
    text = "".join(parts)
    assert len(list(posts(text))) == text.count("<post>")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("blogs.zip", b"user,message\n1,2\n", "lacks the columns id, date, text"),
        ("blogs.zip", b"PK\x03\x04 cut", "truncated or damaged"),
    ],
)
def test_a_wrong_file_is_named(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        list(read(tmp_path / name))


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no \.xml file"):
        list(read(tmp_path))


def test_a_post_becomes_a_draft() -> None:
    fields = {"id": "7596", "age": "26", "gender": "male", "topic": "indUnk", "sign": "Leo", "text": "t", "number": 3}
    draft = post(fields | {"date": "31,May,2004"}, Path())
    assert isinstance(draft, Draft)
    assert (draft.key, draft.name, draft.time, draft.community) == ("7596\x003", "7596", 1085961600, None)
    assert draft.extra == {"age": 26, "gender": "male", "sign": "Leo"}
    assert post(fields | {"date": ",,"}, Path()) == "no_time"


@pytest.mark.parametrize(
    ("date", "expected"),
    [("31,May,2004", 1085961600), ("31,June,2004", None), (",,", None), ("", None), ("x,May,2004", None)],
)
def test_seconds(date: str, expected: int | None) -> None:
    assert seconds(date) == expected


@pytest.mark.parametrize(
    ("name", "month"),
    [
        *[("May", 5), ("juillet", 7), ("JUIN", 6), ("août", 8), ("aout", 8), ("Juli", 7), ("mayo", 5), ("junho", 6)],
        *[("luglio", 7), ("Agustus", 8), ("kesäkuu", 6), ("Июль", 7), ("Ιούνιος", 6), ("czerwiec", 6), ("6月", 6)],
        *[
            ("十二月", 12),
            ("7월", 7),
            ("Mei", 5),
            ("juuni", 6),
            ("Haziran", 6),
            ("nosuch", None),
            ("", None),
            ("13", None),
        ],
    ],
)
def test_months_of_many_languages(name: str, month: int | None) -> None:
    assert month_of(name) == month
