"""The command on a ten-post corpus: what it writes, and one line for what it cannot use."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner, Result

import ingest_dump
from humanllm.tables import DROPPED, FILTERED, read_rows
from row_data import lines

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


def words(folder: Path, dump: Path, kind: str = "blogs", **filters: Any) -> list[str]:
    (folder / "key").write_bytes(bytes(32))
    knobs = {"language": "en", "accept_truncated": False, "min_characters": 50, "first_person": True, "quotes": "drop"}
    knobs |= filters
    options = {"kind": kind, "name": "blogs-blogs", "dump": dump, "key": folder / "key", "buckets": 4}
    options |= {"filters": json.dumps(knobs), "output": folder / "out/b.parquet"}
    options |= {"dropped": folder / "out/b.dropped.parquet", "stats": folder / "out/b.stats.json"}
    return [f"--{name}={value}" for name, value in options.items()]


def run(folder: Path, dump: Path, kind: str = "blogs", *more: str, **filters: Any) -> Result:
    return CliRunner().invoke(ingest_dump.main, [*words(folder, dump, kind, **filters), *more])


def test_ten_posts(tmp_path: Path) -> None:
    done = run(tmp_path, corpus(tmp_path / "blogs.zip"))
    assert done.output == "blogs-blogs: 10 records in, 7 kept, 3 dropped\n"
    kept = read_rows(tmp_path / "out/b.parquet", FILTERED)
    assert [row["time"] for row in kept] == [1083369600 + 86400 * day for day in range(7)]
    dropped = read_rows(tmp_path / "out/b.dropped.parquet", DROPPED)
    assert [(row["row"], row["drop_reason"]) for row in dropped] == [(7, "short"), (8, "empty"), (9, "no_first_person")]


def test_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        run(tmp_path, corpus(tmp_path / "blogs.zip"))
        found.append([path.read_bytes() for path in sorted((tmp_path / "out").iterdir())])
    assert found[0] == found[1]


def test_what_takes_long_to_import_is_left_out(tmp_path: Path) -> None:
    review = {"user_id": "anna", "parent_asin": "B001", "timestamp": 1588615855070, "text": LONG}
    dump = lines(tmp_path / "reviews.jsonl", review)
    command = [sys.executable, "-X", "importtime", ingest_dump.__file__, *words(tmp_path, dump, "reviews", min_words=1)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.stdout == "blogs-blogs: 1 records in, 1 kept, 0 dropped\n"
    assert "pyarrow" in imported
    assert not {"pyarrow.compute", "pandas", "duckdb"} & imported


def test_a_csv_given_as_the_zip_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "blogs.zip").write_text("user,message\n1,hello\n")
    done = run(tmp_path, tmp_path / "blogs.zip")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "blogs.zip lacks the columns id, date, text" in done.stderr
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_a_table_without_its_columns_names_them(tmp_path: Path) -> None:
    pq.write_table(pa.table({"user": ["a"], "id": [1], "date": ["2020-01-01"]}), tmp_path / "t.parquet")
    done = run(tmp_path, tmp_path / "t.parquet", "tweets")
    assert done.exit_code == 1
    assert "t.parquet lacks the columns tweet" in done.stderr


def test_people_who_opted_out_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("# asked on 1 May\nreddit 2\nblogger 1\n")
    done = run(tmp_path, corpus(tmp_path / "blogs.zip"), "blogs", f"--opt-out={tmp_path / 'out.txt'}")
    assert done.output == "blogs-blogs: 10 records in, 0 kept, 10 dropped\n"
    dropped = read_rows(tmp_path / "out/b.dropped.parquet", DROPPED)
    assert {(row["drop_reason"], row["text"]) for row in dropped} == {("opted_out", None)}


def test_a_broken_line_of_the_opt_out_list_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("blogger 1\nblogger\n")
    done = run(tmp_path, corpus(tmp_path / "blogs.zip"), "blogs", f"--opt-out={tmp_path / 'out.txt'}")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "out.txt, line 2: a line is a source" in done.stderr


def test_accounts_are_given_as_arguments(tmp_path: Path) -> None:
    tweets = [{"user": user, "id": at, "tweet": LONG, "date": "2020-01-01"} for at, user in enumerate(("ann", "shop"))]
    pq.write_table(pa.Table.from_pylist(tweets), tmp_path / "t.parquet")
    for user in ("ann", "shop"):
        account = {"user": user, "description": f"the official {user}" if user == "shop" else ""}
        pq.write_table(pa.Table.from_pylist([account]), tmp_path / f"{user}.parquet")
    accounts = [str(tmp_path / f"{user}.parquet") for user in ("ann", "shop")]
    done = run(tmp_path, tmp_path / "t.parquet", "tweets", *accounts)
    assert done.output == "blogs-blogs: 2 records in, 1 kept, 1 dropped\n"
    (dropped,) = read_rows(tmp_path / "out/b.dropped.parquet", DROPPED)
    assert (dropped["row"], dropped["drop_reason"]) == (1, "corporate")


def test_a_truncated_dump_is_one_line_or_what_can_be_read(tmp_path: Path) -> None:
    rows = [f'{at},"31,May,2004","{LONG} {at**9}"' for at in range(3000)]
    whole = gzip.compress("\n".join(["id,date,text", *rows]).encode())
    (tmp_path / "blogtext.csv").write_bytes(whole[: len(whole) // 2])
    done = run(tmp_path, tmp_path / "blogtext.csv")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "blogtext.csv ends in the middle" in done.stderr
    assert "filters.accept_truncated" in done.stderr
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    done = run(tmp_path, tmp_path / "blogtext.csv", accept_truncated=True)
    stats = json.loads((tmp_path / "out/b.stats.json").read_text())
    assert done.exit_code == 0
    assert (stats["truncated"], stats["dropped"]) == (1, {"broken_row": 1})
