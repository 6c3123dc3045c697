from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from humanllm.errors import InputError
from humanllm.readers import KINDS, blogger
from humanllm.readers.blogger import read, seconds
from humanllm.readers.draft import drafts
from humanllm.readers.fields import Batch
from humanllm.readers.months import month_of
from humanllm.readers.opening import Truncated

ANN = "7596.male.26.Internet.Scorpio.xml"
BOB = "81.female.17.indUnk.Leo.xml"
ANN_XML = (
    "<Blog>\r\n\r\n<date>31,May,2004</date>\r\n<post>\r\n Q&A &nbsp; \x0c \r\n</post>\r\n"
    "<date>01,juin,2004</date>\r\n<post>two</post>\r\n</Blog>"
)
BOB_XML = "<Blog><date>02,June,2004</date><post>caf\xe9 \x93quoted\x94</post></Blog>"
HEADER = b"id,gender,age,topic,sign,date,text\r\n"
CSV = (
    HEADER + b'7596,male,26,Internet,Scorpio,"31,May,2004","Q&A &nbsp;"\r\n'
    b'7596,male,26,Internet,Scorpio,"01,juin,2004","two"\r\n'
    b'81,female,17,indUnk,Leo,"02,June,2004","caf\xe9 \x93quoted\x94"\r\n'
)
MAY_31 = 1085961600
EXPECTED = [
    (0, "7596", MAY_31, "Q&A &nbsp;", 0),
    (1, "7596", MAY_31 + 86400, "two", 1),
    (2, "81", MAY_31 + 2 * 86400, "café “quoted”", 0),
]


def corpus(folder: Path) -> Path:
    (folder / "blogs").mkdir()
    (folder / "blogs" / ANN).write_bytes(ANN_XML.encode())
    (folder / "blogs" / BOB).write_bytes(BOB_XML.encode("latin-1"))
    return folder / "blogs"


def texts(path: Path) -> list[tuple[int, str, int, str, int]]:
    return [
        (row["row"], row["id"], row["date"], row["text"].strip(), row["number"])
        for batch in read(path)
        for row in batch.rows.iter_rows(named=True)
    ]


def rejects(path: Path) -> list[tuple[int, str, str | None]]:
    return [tuple(reject) for batch in read(path) for reject in batch.unreadable]


@pytest.mark.parametrize("piece", [1, 250, 1 << 20])
@pytest.mark.parametrize("batch", [1, 700, 1 << 24])
def test_how_files_are_cut_together_changes_no_post(
    piece: int, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = corpus(tmp_path)
    for number in range(10, 30):  # an open post here and there
        closing = "</post>" if number % 4 else ""
        post = f"<date>31,May,2004</date><post>{number}{closing}"
        (folder / f"{number}.male.26.Arts.Leo.xml").write_text(f"<Blog>{post * (number % 5)}</Blog>")
    expected = texts(folder)
    assert len(expected) == 3 + sum(number % 5 for number in range(10, 30))
    assert all(text == id for _, id, _, text, _ in expected if len(id) == 2 and id != "81")
    monkeypatch.setattr(blogger, "PIECE", piece)
    monkeypatch.setattr(blogger, "BATCH", batch)
    assert texts(folder) == expected


@pytest.mark.parametrize("name", ["zip", "csv"])
def test_no_posts_are_columns_of_the_same_types(name: str, tmp_path: Path) -> None:
    path = tmp_path / "b"
    if name == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(ANN, "<Blog></Blog>")
    else:
        path.write_bytes(HEADER)
    (none,) = read(path)
    (some,) = read(corpus(tmp_path))
    assert len(none.rows) == 0
    assert none.rows.schema == some.rows.schema


@pytest.mark.parametrize("batch", [1, 1 << 24])
@pytest.mark.parametrize("pack", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_the_folder_and_the_zip_read_alike(
    pack: int, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blogger, "BATCH", batch)
    folder = corpus(tmp_path)
    with zipfile.ZipFile(tmp_path / "b", "w", pack) as archive:
        for name in (BOB, ANN):
            archive.write(folder / name, f"blogs/{name}")
        archive.writestr("__MACOSX/blogs/._1.xml", "not a blog")
        archive.writestr("a folder.xml/", "")
    assert texts(folder) == EXPECTED
    assert texts(tmp_path / "b") == EXPECTED


@pytest.mark.parametrize("batch", [1, 1 << 24])
def test_the_csv_reads_alike(batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blogger, "BATCH", batch)
    path = tmp_path / "blogtext.csv"
    path.write_bytes(CSV)
    assert texts(path) == EXPECTED
    path.write_bytes(gzip.compress(CSV))
    assert texts(path) == EXPECTED


def test_rows_of_the_csv_over_lines_and_broken_ones(tmp_path: Path) -> None:
    path = tmp_path / "blogtext.csv"
    path.write_bytes(b'id,date,text\n1,"31,May,2004","one, two\n\nthree ""four"""\n2,only two\n3,,a,b\n1,,last')
    assert texts(path) == [(0, "1", MAY_31, 'one, two\n\nthree "four"', 0), (3, "1", None, "last", 1)]
    assert rejects(path) == [(1, "broken_row", None), (2, "broken_row", "a")]


def test_a_return_within_a_line_of_the_csv_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "blogtext.csv"
    path.write_bytes(b'id,date,text\r\n1,,a\rb\r\n\r\n  \n2,,"c\rd\r\n\r\ne"\r\n\n')
    assert texts(path) == [(0, "1", None, "a\rb", 0), (1, "2", None, "c\rd\r\n\r\ne", 0)]
    assert rejects(path) == []


def test_one_row_of_another_encoding_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "blogtext.csv"
    path.write_bytes("\ufeffid,date,text\n1,,café\n".encode() + b"2,,caf\xe9\n" + "3,,naïve\n".encode())
    assert [text for *_, text, _ in texts(path)] == ["café", "café", "naïve"]


def test_a_truncated_csv_gives_its_rows_and_then_its_error(tmp_path: Path) -> None:
    rows = b"".join(b'%d,"31,May,2004","post %d %s"\n' % (number, number, b"%d" % number**9) for number in range(20000))
    whole = gzip.compress(b"id,date,text\n" + rows)
    path = tmp_path / "blogtext.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    batches: list[Batch] = []
    with pytest.raises(Truncated, match="truncated; fetch the file again"):
        batches.extend(read(path))
    found = [row for batch in batches for row in batch.rows["text"]]
    assert len(found) > 5000
    assert found == [f"post {number} {number**9}" for number in range(len(found))]  # the half row is none
    assert [tuple(reject) for batch in batches for reject in batch.unreadable] == [(len(found), "broken_row", None)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("blogs.zip", b"user,message\n1,2\n", "lacks the columns id, date, text"),
        ("blogs.zip", b"PK\x03\x04 cut", "truncated or damaged; fetch the file again"),
        ("blogtext.csv", b'id,date,text\n1,,"open', None),
    ],
)
def test_a_wrong_file_is_named(name: str, content: bytes, says: str | None, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    if says is None:
        assert len(texts(tmp_path / name)) == 1
        return
    with pytest.raises(InputError, match=rf"{name}.*{says}"):
        list(read(tmp_path / name))


@pytest.mark.parametrize("part", [0.3, 0.7, 0.99])
def test_a_truncated_zip_is_an_error(part: float, tmp_path: Path) -> None:
    """Its directory stands at the end: without it nothing can be read."""
    path = tmp_path / "blogs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (ANN, BOB):
            archive.writestr(f"blogs/{name}", ANN_XML * 20)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(InputError, match=r"blogs\.zip cannot be read as a zip file .*truncated or damaged; fetch"):
        list(read(path))


def test_a_damaged_file_in_a_zip_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "blogs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(ANN, ANN_XML)
    path.write_bytes(path.read_bytes().replace(b"juin", b"June"))
    with pytest.raises(InputError, match=r"blogs\.zip cannot be read as a zip file .*CRC"):
        list(read(path))


def test_a_damaged_name_in_a_zip_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "blogs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("é.xml", ANN_XML)
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xe0\xa9"))
    with pytest.raises(InputError, match=r"blogs\.zip cannot be read as a zip file .*'utf-8' codec"):
        list(read(path))


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no \.xml file"):
        list(read(tmp_path))


def test_files_without_posts_and_of_odd_names(tmp_path: Path) -> None:
    (tmp_path / "1.male.20.Arts.Leo.xml").write_text("<Blog></Blog>")
    (tmp_path / "2.xml").write_text("<Blog><post>two</post></Blog>")
    (tmp_path / "3.female.old.Arts.Leo.more.xml").write_text("")
    (tmp_path / b"4\xff.male.x.xml".decode("utf-8", "surrogateescape")).write_text("<post>four")
    assert texts(tmp_path) == [(0, "2", None, "two", 0), (1, "4\ufffd", None, "four", 0)]


def post(**change: Any) -> dict[str, Any]:
    """A row as `read` gives it, as a draft."""
    row = {"row": 5, "id": "7596", "age": 26, "gender": "male", "topic": "indUnk", "sign": "Leo", "text": "t"}
    schema = {"number": pl.Int32, "date": pl.Int64, "text": pl.String}
    frame = pl.DataFrame([row | {"number": 3, "date": MAY_31} | change], schema_overrides=schema)
    (draft,) = drafts(frame, KINDS["blogs"].draft(Path())).iter_rows(named=True)
    return {name: value for name, value in draft.items() if value is not None and name != "identified"}


def test_a_post_becomes_a_draft() -> None:
    draft = {
        "row": 5,
        "key": "7596\x003",
        "name": "7596",
        "time": MAY_31,
        "place": 3,
        "text": "t",
        "extra": '{"age":26,"gender":"male","sign":"Leo"}',
    }
    assert post() == draft
    assert post(topic="Arts") == draft | {"community": "Arts"}
    assert post(id=" 7596 ") == draft
    assert post(text=None) == draft | {"text": ""}
    assert "key" not in post(id=" ")
    assert "time" not in post(date=None)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        *[("31,May,2004", MAY_31), ("31,June,2004", None), (",,", None), ("", None), ("x,May,2004", None)],
        *[(None, None), ("1,May,99999999999", None), ("31,May", None), ("31, May ,2004", MAY_31)],
    ],
)
def test_seconds(date: str | None, expected: int | None) -> None:
    assert seconds(date) == expected


def test_a_file_whose_places_no_view_can_tell_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blogger, "LARGEST", 20)
    (tmp_path / "1.male.20.x.y.xml").write_bytes(b"<post>123456</post>")
    assert sum(len(batch.rows) for batch in read(tmp_path)) == 1
    (tmp_path / "2.male.20.x.y.xml").write_bytes(b"<post>1234567</post>")
    with pytest.raises(InputError, match=r"^2\.male\.20\.x\.y\.xml holds 20 bytes, more than any blogger wrote; fetch"):
        list(read(tmp_path))


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
