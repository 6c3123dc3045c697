"""The made dumps of the benchmarks have the size, the keys and the noise that they are said to have."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from pathlib import Path

import pytest
from benchmarks.dumps import decompress, make


def test_reviews_have_the_official_keys_and_the_asked_size(tmp_path: Path) -> None:
    make("reviews", tmp_path / "a.jsonl.gz", 1)
    content = gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes())
    rows = [json.loads(line) for line in content.splitlines()]
    assert 1_000_000 <= len(content) < 1_010_000
    keys = "rating,title,text,images,asin,parent_asin,user_id,timestamp,helpful_vote,verified_purchase"
    assert ",".join(rows[0]) == keys
    assert 0.4 < sum(len(row["text"]) >= 100 for row in rows) / len(rows) < 0.6
    assert any("<br />" in row["text"] for row in rows)
    assert any("\u2019" in row["text"] for row in rows)
    assert 2.5 < len(content) / (tmp_path / "a.jsonl.gz").stat().st_size < 3.5


def test_a_blogs_zip_looks_like_the_corpus(tmp_path: Path) -> None:
    make("blogs", tmp_path / "blogs.zip", 1)
    with zipfile.ZipFile(tmp_path / "blogs.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert all(re.fullmatch(r"blogs/\d+\.(fe)?male\.\d\d\.\w+\.\w+\.xml", name) for name in files)
    assert sum(map(len, files.values())) >= 1_000_000
    posts = sum(content.count(b"<post>") for content in files.values())
    assert posts == sum(content.count(b"<date>") for content in files.values())
    assert 700 < sum(map(len, files.values())) / posts < 1600


def test_a_month_of_submissions_holds_few_posts_of_ones_own(tmp_path: Path) -> None:
    make("submissions", tmp_path / "RS.zst", 1, window=27)
    decompress(tmp_path / "RS.zst")
    rows = [json.loads(line) for line in (tmp_path / "RS.jsonl").read_bytes().splitlines()]
    assert len(rows[0]) > 90
    assert 0.3 < sum(row["is_self"] for row in rows) / len(rows) < 0.5
    texts = [row["selftext"] for row in rows if row["is_self"]]
    assert 0.2 < sum(text in ("[removed]", "[deleted]") for text in texts) / len(texts) < 0.4


@pytest.mark.parametrize(("kind", "name"), [("reviews", "a.jsonl.gz"), ("blogs", "a.zip"), ("submissions", "a.zst")])
def test_a_seed_makes_one_dump(kind: str, name: str, tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        make(kind, tmp_path / folder / name, 0.2, seed)
    first, again, other = ((tmp_path / folder / name).read_bytes() for folder in "abc")
    assert first == again
    assert first != other
