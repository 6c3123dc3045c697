"""The invented files in their official layouts, quirks included."""

from __future__ import annotations

import gzip
import io
import json
import math
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
import zstandard

from humanllm.draws import draw
from humanllm.sample import write_sample
from humanllm.sample.grammar import Deck, fill, parse_arcs, tell
from humanllm.sample.people import all_arcs, make_person

REVIEW = {"rating", "title", "text", "images", "asin", "parent_asin", "user_id", "verified_purchase"}
META = {
    *("main_category", "title", "average_rating", "rating_number", "features", "description", "price", "images"),
    *("videos", "store", "categories", "details", "parent_asin", "bought_together"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("layouts")
    write_sample(made, 2025, 20)
    return made


def zst_lines(path: Path) -> list[str]:
    stream = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(io.BytesIO(path.read_bytes()))
    return stream.read().decode().splitlines()


def gz_rows(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.rstrip().endswith("}")]


def test_an_arc_is_read_and_told() -> None:
    [arc] = parse_arcs(
        "# a\nkind: life\nset pet: cat|cat\nwho: I am I.\n== One | Two\nthe {pet} [ran|ran].\n? No.\nSo."
    )
    assert arc.facts == {"kind": "life"}
    assert (arc.who, arc.episodes[0].titles) == (["I am I."], ["One", "Two"])
    assert tell(arc.episodes[0].sentences, {"pet": "cat"}, draw(1), 0) == ["The cat ran.", "So."]
    assert fill("{a} b", {"a": "c"}, draw(1)) == "C b"
    deck = Deck(["a", "b", "c"], draw(1))
    assert sorted(deck.next() for _ in range(3)) == ["a", "b", "c"]


def test_every_arc_has_five_episodes_and_every_slot_is_filled() -> None:
    assert {kind: len(arcs) for kind, arcs in all_arcs().items()} == {"work": 7, "hobby": 8, "life": 6}
    for number in range(60):
        person = make_person(2025, number)
        for arc in person.arcs:
            assert len(arc.episodes) == 5
            lines = [*arc.who, *arc.advice, *(line for episode in arc.episodes for line in episode.sentences)]
            lines += [title for episode in arc.episodes for title in episode.titles]
            texts = [fill(line, person.slots[arc.name], draw(0)) for line in lines]
            assert not any(mark in text for text in texts for mark in "{}[]|")


def test_reddit_lines_drift_in_type(folder: Path) -> None:
    lines = zst_lines(folder / "reddit/RS_2023-01.zst")
    rows = [json.loads(line) for line in lines if line.endswith("}")]
    assert {type(row["created_utc"]) for row in rows} == {int, float, str}
    assert any("_meta" in row for row in rows)
    assert any("author" not in row for row in rows)
    assert any("&#x200B;" in row["selftext"] for row in rows)
    assert any(row["score"] is None for row in rows)


def test_the_reddit_parquet_is_all_text_without_subreddit(folder: Path) -> None:
    for kind in ("submissions", "comments"):
        [path] = (folder / "reddit" / kind).iterdir()
        table = pq.read_table(path)
        assert {str(field.type) for field in table.schema} == {"string"}
        assert "subreddit" not in table.column_names
        assert set(table["stickied"].to_pylist()) <= {"True", "False"}
        assert "None" in table["distinguished"].to_pylist()
    posts = pq.read_table(next((folder / "reddit/submissions").iterdir()))
    assert "None" in posts["title"].to_pylist()
    assert None in posts["removed_by_category"].to_pylist()


def test_twitter_tables_have_the_official_columns(folder: Path) -> None:
    [tweets] = (folder / "twitter/tweets").iterdir()
    [users] = (folder / "twitter/users").iterdir()
    table = pq.read_table(tweets)
    assert table.column_names == ["user", "id", "tweet", "replies", "retweets", "likes", "quotes", "date"]
    assert str(table.schema.field("id").type) == "int64"
    assert {date[10] for date in table["date"].to_pylist()} == {" ", "T"}
    assert pq.read_table(users).column_names == ["user", "id", "verified", "followers", "description", "location"]
    assert set(table["user"].to_pylist()) - set(pq.read_table(users)["user"].to_pylist()) == {
        "UnlistedLark8",
        "weather_bot",
    }


def test_blogs_look_like_xml_and_are_not(folder: Path) -> None:
    with zipfile.ZipFile(folder / "blogger/blogs.zip") as file:
        contents = {name: file.read(name) for name in file.namelist()}
    broken, other = 0, 0
    for name, content in contents.items():
        assert len(name.removeprefix("blogs/").split(".")) == 6
        assert content.startswith(b"<Blog>\r\n")
        try:
            content.decode()
        except UnicodeDecodeError:
            other += 1
        try:
            ElementTree.fromstring(content)
        except ElementTree.ParseError:
            broken += 1
    assert broken > len(contents) // 2
    assert other
    everything = b"".join(contents.values())
    assert b"<date>,,</date>" in everything
    assert b"urlLink" in everything
    assert b"&nbsp;" in everything
    assert b"\x13" in everything


def test_amazon_rows_have_the_official_keys(folder: Path) -> None:
    for category in ("Books", "Home_and_Kitchen"):
        reviews = gz_rows(folder / f"amazon/review_categories/{category}.jsonl.gz")
        assert all(set(row) > REVIEW for row in reviews)
        assert any("sort_timestamp" in row and "helpful_votes" in row for row in reviews)
        assert any("<br />" in row["text"] for row in reviews)
        meta = gz_rows(folder / f"amazon/meta_categories/meta_{category}.jsonl.gz")
        assert all(set(row) == META for row in meta)
        assert {type(row["price"]) for row in meta} == {float, str, type(None)}
        titles = [row["title"] for row in meta if row["title"]]
        assert len(titles) == len(set(titles)) == len(meta) - 1 >= 25
        assert {row["parent_asin"] for row in reviews} - {row["parent_asin"] for row in meta}  # one without metadata


def test_motivebench_has_six_options_and_one_right(folder: Path) -> None:
    for name in ("Amazon", "Blog", "Persona"):
        entries = json.loads((folder / f"motivebench/{name}/{name}_questions.json").read_text(encoding="utf-8"))
        assert [entry["idx"] for entry in entries] == [0, 1, 2]
        for entry in entries:
            for number in (1, 2, 3):
                assert [option[:3] for option in entry[f"Options {number}"]] == [f"{letter}. " for letter in "ABCDEF"]
                assert len(set(option[3:] for option in entry[f"Options {number}"])) == 6
                assert entry[f"Correct Answer {number}"] in "ABCDEF"


def test_tombench_has_its_quirks(folder: Path) -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "tombench").iterdir()}
    rows = {name: [json.loads(line) for line in text.splitlines()] for name, text in files.items()}
    every = [row for part in rows.values() for row in part]
    abilities = {row["能力\nABILITY"] for row in every}
    kinds = {ability.split(":")[0].lower() for ability in abilities}
    assert kinds == {"emotion", "desire", "intention", "knowledge", "belief", "non-literal communication"}
    assert any(ability.endswith(" ") for ability in abilities)
    two = [row for row in every if isinstance(row["OPTION-C"], float)]
    assert two
    assert all(math.isnan(row["OPTION-D"]) for row in two)
    assert any(row["答案\nANSWER"].endswith(". ") for row in every)
    assert any(row["OPTION-A"].startswith("A. ") for row in every)
    assert all("类型" in row for row in rows["Multiple Desires"])
    assert "NaN" in files["Multiple Desires"]
