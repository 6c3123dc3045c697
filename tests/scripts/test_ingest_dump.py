"""The command on a ten-post corpus: what it writes, and one line for what it cannot use."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner, Result

import ingest_dump
from humanllm.tables import DROPPED, RECORD, read_rows

LONG = "I went to the market and bought a blue kite for my sister, who flies it on the hill behind our house."
POSTS = [LONG] * 7 + [
    "short",
    " ",
    "The market has kites of every colour for all the children of the town and the hills.",
]


def corpus(path: Path) -> Path:
    posts = "".join(f"<date>{day:02},May,2004</date>\r\n<post>{text}</post>\r\n" for day, text in enumerate(POSTS, 1))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("blogs/1.male.20.Arts.Leo.xml", f"<Blog>{posts}</Blog>")
    return path


def run(folder: Path, dump: Path, kind: str = "blogs", filters: dict | None = None) -> Result:
    (folder / "key").write_bytes(bytes(32))
    knobs = filters or {"language": "en", "min_characters": 50, "first_person": True}
    options = {"kind": kind, "name": "blogs-blogs", "dump": dump, "key": folder / "key", "buckets": 4}
    options |= {"filters": json.dumps(knobs), "output": folder / "out/b.parquet"}
    options |= {"dropped": folder / "out/b.dropped.parquet", "stats": folder / "out/b.stats.json"}
    return CliRunner().invoke(
        ingest_dump.main, [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    )


def test_ten_posts(tmp_path: Path) -> None:
    done = run(tmp_path, corpus(tmp_path / "blogs.zip"))
    assert done.output == "blogs-blogs: 10 records in, 7 kept, 3 dropped\n"
    kept = read_rows(tmp_path / "out/b.parquet", RECORD)
    assert [row["time"] for row in kept] == [1083369600 + 86400 * day for day in range(7)]
    dropped = read_rows(tmp_path / "out/b.dropped.parquet", DROPPED)
    assert [(row["row"], row["drop_reason"]) for row in dropped] == [(7, "short"), (8, "empty"), (9, "no_first_person")]


def test_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        run(tmp_path, corpus(tmp_path / "blogs.zip"))
        found.append([path.read_bytes() for path in sorted((tmp_path / "out").iterdir())])
    assert found[0] == found[1]


def test_a_csv_given_as_the_zip_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "blogs.zip").write_text("user,message\n1,hello\n")
    done = run(tmp_path, tmp_path / "blogs.zip")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "blogs.zip lacks the columns id, date, text" in done.stderr
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_a_table_without_its_columns_names_them(tmp_path: Path) -> None:
    pq.write_table(pa.table({"user": ["a"], "id": [1], "date": ["2020-01-01"]}), tmp_path / "t.parquet")
    done = run(tmp_path, tmp_path / "t.parquet", "tweets", {"language": "en", "min_characters": 5, "quotes": "drop"})
    assert done.exit_code == 1
    assert "t.parquet lacks the columns tweet" in done.stderr
