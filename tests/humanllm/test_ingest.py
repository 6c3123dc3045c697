from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from humanllm import ingest as module
from humanllm.accounts import read_accounts
from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.grouped import Grouped
from humanllm.ingest import Dump, ingest
from humanllm.readers import opening
from humanllm.tables import DROPPED, FILTERED, read_rows
from humanllm.users import item_codes
from plain_hashes import bucket_of, code_of, keyed
from row_data import COMMENT, KEY, KNOBS, POST, REVIEW, TEXT, TWEET, lines


def run(
    folder: Path, kind: str, dump: Path, knobs: dict[str, Any] | None = None, **more: Any
) -> tuple[list[dict], list[dict], dict]:
    given = Dump(kind, dump.stem, dump, KEY, 2, KNOBS[kind] | (knobs or {}), **more)
    kept, dropped, stats = (folder / f"{kind}.{part}" for part in ("parquet", "dropped.parquet", "stats.json"))
    ingest(given, kept, dropped, stats)
    return read_rows(kept, FILTERED), read_rows(dropped, DROPPED), read_json(stats)


def why(dropped: Sequence[dict]) -> list[tuple[int, str]]:
    return [(row["row"], row["drop_reason"]) for row in dropped]


def test_every_raw_record_is_kept_or_kept_aside(tmp_path: Path) -> None:
    low = POST | {"id": "p2", "score": 1}
    gone = POST | {"id": "p3", "author": "[deleted]", "title": ""}
    german = POST | {"id": "p5", "title": "", "selftext": "Ich war am Montag auf dem Markt &amp; habe ihn gekauft."}
    dump = lines(tmp_path / "RS", POST, low, '{"author": "zed", "id', gone, {"id": "p4", "title": "x"}, german)
    kept, dropped, stats = run(tmp_path, "submissions", dump)
    user, post = keyed(KEY, "reddit", "ann"), keyed(KEY, "reddit", "submissions", "p1")
    assert kept == [
        {name: None for name in FILTERED.names}
        | {
            "id": f"reddit:submissions:{post}",
            "user": user,
            "source": "reddit",
            "kind": "submissions",
            "bucket": bucket_of(user, 2),
            "time": 1_200_000_000,
            "place": 0,
            "dump": "RS",
            "row": 0,
            "title": "A kite",
            "text": TEXT,
            "community": "kites",
            "extra": '{"comments":3,"score":5}',
            "id_code": code_of(post),
            "user_code": code_of(user),
        }
    ]
    nobody = {"dump": "RS", "id": None, "user": None}
    assert dropped == [
        nobody | {"row": 1, "drop_reason": "low_engagement", "text": f"A kite\n\n{TEXT}"},
        nobody | {"row": 2, "drop_reason": "broken_json", "text": '{"author": "", "id'},
        nobody | {"row": 3, "drop_reason": "no_author", "text": TEXT},
        nobody | {"row": 4, "drop_reason": "no_time", "text": "x"},
        nobody | {"row": 5, "drop_reason": "other_language", "text": german["selftext"].replace("&amp;", "&")},
    ]
    assert stats == {
        "stage": "ingest_dump",
        "kind": "submissions",
        "in": 6,
        "kept": 1,
        "dropped": {"broken_json": 1, "low_engagement": 1, "no_author": 1, "no_time": 1, "other_language": 1},
        "dead": {},
        "path": str(dump),
        "bytes": dump.stat().st_size,
        "characters": len(TEXT),
    }


def test_no_name_reaches_the_files(tmp_path: Path) -> None:
    dump = lines(tmp_path / "RS", POST | {"author": "kiteann"}, POST | {"author": "kiteann", "score": 0})
    run(tmp_path, "submissions", dump)
    assert not any(b"kiteann" in path.read_bytes() for path in tmp_path.glob("submissions.*"))


def test_a_comment_names_its_post_by_the_posts_id(tmp_path: Path) -> None:
    (post, *_), _, _ = run(tmp_path, "submissions", lines(tmp_path / "RS", POST))
    orphan = COMMENT | {"id": "c2", "link_id": "t3_p9", "parent_id": "t3_p9"}
    reply = COMMENT | {"id": "c3", "parent_id": "t1_c1"}
    kept, dropped, _ = run(tmp_path, "comments", lines(tmp_path / "RC", COMMENT, orphan, reply))
    assert [row["parent_id"] == post["id"] for row in kept] == [True, False]  # find_parents drops the orphan
    assert why(dropped) == [(2, "not_top_level")]


def test_a_review_has_its_items_code(tmp_path: Path) -> None:
    """Its place among the reviews of one second is the millisecond."""
    kept, _, _ = run(tmp_path, "reviews", lines(tmp_path / "Toys.jsonl", REVIEW, REVIEW | {"parent_asin": "x"}))
    assert [row["item_id"] for row in kept] == ["B000000001", "x"]
    assert [row["item_code"] for row in kept] == item_codes(pl.Series(["B000000001", "x"])).to_list()
    assert {(row["time"], row["place"], row["community"], row["rating"]) for row in kept} == {
        (1_588_687_728, 923, "Toys", 4.0)
    }


def test_a_tweet_is_judged_by_its_account(tmp_path: Path) -> None:
    accounts = lines(
        tmp_path / "users", {"user": "shop", "description": "Kite store"}, {"user": "ann", "description": ""}
    )
    dump = lines(tmp_path / "tweets", TWEET, TWEET | {"user": "shop", "id": 6}, TWEET | {"user": "unknown", "id": 7})
    kept, dropped, stats = run(tmp_path, "tweets", dump, accounts=read_accounts([accounts], False))
    assert [row["row"] for row in kept] == [0, 2]
    assert why(dropped) == [(1, "corporate")]
    assert (stats["with_account"], stats["without_account"]) == (2, 1)
    assert stats["accounts"] == {"accounts": 2, "unreadable": 0, "without_description": 0}
    kept, _, _ = run(tmp_path, "tweets", dump)
    assert len(kept) == 3


def test_who_opted_out_is_left_out_with_the_text(tmp_path: Path) -> None:
    rows = [POST, POST | {"author": "Bob", "id": "p2"}, POST | {"author": "bob", "id": None}, POST | {"author": None}]
    dump = lines(tmp_path / "RS", *rows)
    kept, dropped, stats = run(tmp_path, "submissions", dump, opted_out=frozenset({"bob", "zoe"}))
    assert [row["row"] for row in kept] == [0]
    assert [(row["row"], row["drop_reason"], row["text"]) for row in dropped] == [
        (1, "opted_out", None),
        (2, "opted_out", None),
        (3, "no_author", f"A kite\n\n{TEXT}"),
    ]
    assert stats["dropped"] == {"no_author": 1, "opted_out": 2}


def test_buckets_are_read_back_by_the_next_stage(tmp_path: Path) -> None:
    people = [POST | {"author": f"user{number}", "id": f"p{number}"} for number in range(12)]
    kept, _, _ = run(tmp_path, "submissions", lines(tmp_path / "RS", *people))
    for bucket in (0, 1):
        tables = Grouped([tmp_path / "submissions.parquet"], FILTERED.names).read(bucket)
        found = [row for table in tables for row in table.to_pylist()]
        assert found == [row for row in kept if bucket_of(row["user"], 2) == bucket]
        assert found


def test_many_rows_go_through_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [POST | {"id": f"p{number}", "score": number % 3} if number % 7 else '{"broken' for number in range(100)]
    dump = lines(tmp_path / "RS", *rows)
    whole = run(tmp_path, "submissions", dump)
    monkeypatch.setattr(module, "HELD", 9)
    kept, dropped, stats = run(tmp_path, "submissions", dump)
    assert (kept, stats) == (whole[0], whole[2])
    assert sorted(dropped, key=lambda row: row["row"]) == sorted(whole[1], key=lambda row: row["row"])
    assert sorted(row["row"] for row in [*kept, *dropped]) == list(range(100))


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("submissions", "\n\n", "holds no record; fetch it again or take it out of the config"),
        ("submissions", "", "is empty"),
        ("submissions", "id,title\n1,x\n", r"none of its 2 records can be read as submissions \(broken_json: 2\)"),
        ("reviews", json.dumps(POST), r"none of its 1 records can be read as reviews \(no_id: 1\)"),
        ("comments", json.dumps(POST), r"none of its 1 records can be read as comments \(no_id: 1\)"),
        ("blogs", "id,date,text\n", "holds no record"),
    ],
)
def test_a_wrong_dump_leaves_nothing_behind(kind: str, content: str, says: str, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_text(content)
    with pytest.raises(InputError, match=says):
        run(tmp_path, kind, dump)
    assert list(tmp_path.iterdir()) == [dump]


def test_a_file_of_another_encoding_is_an_error(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_text("".join(json.dumps(POST) + "\n" for _ in range(3)), encoding="utf-16")
    with pytest.raises(InputError, match="none of its 4 records can be read as submissions"):
        run(tmp_path, "submissions", dump)


def test_xml_files_without_posts_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "blogs").mkdir()
    (tmp_path / "blogs/1.male.20.Arts.Leo.xml").write_text("<Blog></Blog>")
    with pytest.raises(InputError, match="blogs holds no record"):
        run(tmp_path, "blogs", tmp_path / "blogs")
    (tmp_path / "blogs/2.male.20.Arts.Leo.xml").write_text(f"<date>31,May,2004</date><post>{TEXT}</post>")
    kept, dropped, stats = run(tmp_path, "blogs", tmp_path / "blogs")
    assert (len(kept), dropped, stats["in"]) == (1, [], 1)
    assert stats["bytes"] == sum(path.stat().st_size for path in (tmp_path / "blogs").iterdir())


def packed(form: str, content: bytes) -> bytes:
    return gzip.compress(content) if form == "gz" else zstandard.ZstdCompressor().compress(content)


@pytest.mark.parametrize("form", ["gz", "zst"])
def test_a_truncated_dump_is_an_error_or_counted(form: str, tmp_path: Path) -> None:
    draw = random.Random(1)  # not too well to compress: zstd gives what it has block by block
    noise = [f"{TEXT} {draw.getrandbits(3000):x}" for _ in range(600)]
    content = "".join(json.dumps(POST | {"id": f"p{at}", "selftext": text}) + "\n" for at, text in enumerate(noise))
    dump = tmp_path / f"RS_2019-01.{form}"
    whole = packed(form, content.encode())
    dump.write_bytes(whole[: len(whole) * 3 // 4])
    remedy = r"fetch the file again, or set filters\.accept_truncated to take what can be read"
    with pytest.raises(InputError, match=rf"RS_2019-01\.{form} ends in the middle of its .* truncated; {remedy}"):
        run(tmp_path, "submissions", dump)
    assert list(tmp_path.iterdir()) == [dump]
    kept, dropped, stats = run(tmp_path, "submissions", dump, {"accept_truncated": True})
    assert 250 < len(kept) < 460
    assert [row["text"] for row in kept] == noise[: len(kept)]
    assert [(row["row"], row["drop_reason"]) for row in dropped] == [(len(kept), "broken_json")]
    assert (stats["truncated"], stats["in"], stats["kept"]) == (1, len(kept) + 1, len(kept))


def test_a_truncated_csv_is_counted(tmp_path: Path) -> None:
    rows = "".join(f'{at},"31,May,2004","{TEXT} {at**9}"\n' for at in range(5000))
    whole = gzip.compress(f"id,date,text\n{rows}".encode())
    (tmp_path / "blogtext.csv").write_bytes(whole[: len(whole) // 2])
    kept, dropped, stats = run(tmp_path, "blogs", tmp_path / "blogtext.csv", {"accept_truncated": True})
    assert len(kept) > 1000
    assert why(dropped) == [(len(kept), "broken_row")]
    assert (stats["truncated"], stats["in"]) == (1, len(kept) + 1)


def test_a_whole_dump_says_nothing_of_being_truncated(tmp_path: Path) -> None:
    _, _, stats = run(tmp_path, "submissions", lines(tmp_path / "RS", POST), {"accept_truncated": True})
    assert "truncated" not in stats


def test_a_truncated_parquet_is_an_error(tmp_path: Path) -> None:
    dump = tmp_path / "t.parquet"
    pq.write_table(pa.Table.from_pylist([TWEET] * 500), dump)
    dump.write_bytes(dump.read_bytes()[:-30])
    with pytest.raises(InputError, match=r"t\.parquet cannot be read as parquet .*fetch the file again"):
        run(tmp_path, "tweets", dump, {"accept_truncated": True})
    assert list(tmp_path.iterdir()) == [dump]


def test_a_line_too_long_is_a_reject_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LONGEST_LINE", 100_000)
    monkeypatch.setattr(opening, "PIECE", 30_000)
    dump = lines(tmp_path / "RS", POST, POST | {"id": "p2", "selftext": "x" * 500_000}, POST | {"id": "p3"})
    kept, dropped, _ = run(tmp_path, "submissions", dump)
    assert [row["row"] for row in kept] == [0, 2]
    assert why(dropped) == [(1, "line_too_long")]
    assert len(dropped[0]["text"]) <= 10_000
    assert "ann" not in dropped[0]["text"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"author": "ann", "id": "p2", "title": "a\x00b"}', "broken_json"),
        ('{"author": "ann"', "broken_json"),
        (POST | {"created_utc": 99_999_999_999}, "bad_clock"),
        (POST | {"created_utc": -5}, "bad_clock"),
        (POST | {"created_utc": 10**30}, "no_time"),
        (POST | {"created_utc": "1e300"}, "no_time"),
        ([POST], "no_object"),
        ("null", "no_object"),
    ],
)
def test_a_bad_line_is_a_reject_with_its_place(row: Any, reason: str, tmp_path: Path) -> None:
    kept, dropped, _ = run(tmp_path, "submissions", lines(tmp_path / "RS", POST, row, POST))
    assert [found["row"] for found in kept] == [0, 2]
    assert why(dropped) == [(1, reason)]


def test_a_record_in_two_dumps_has_one_id(tmp_path: Path) -> None:
    (one,), _, _ = run(tmp_path, "submissions", lines(tmp_path / "RS_1", POST))
    (two,), _, _ = run(tmp_path, "submissions", lines(tmp_path / "RS_2", {"id": "p0"}, POST | {"score": 9}))
    assert (one["id"], one["id_code"]) == (two["id"], two["id_code"])


ROWS: dict[str, list[Any]] = {
    "submissions": [POST | {"id": f"p{at}", "author": f"u{at % 5}", "score": at % 4} for at in range(40)],
    "comments": [COMMENT | {"id": f"c{at}", "body": f"{TEXT} &amp; {'é' * (at % 3)} {at}"} for at in range(40)],
    "reviews": [REVIEW | {"user_id": f"U{at % 7}", "text": TEXT[: 90 - at] + "<br />" * (at % 2)} for at in range(40)],
    "tweets": [
        TWEET | {"id": at, "tweet": TEXT if at % 5 else "Das ist mein Drachen, er ist blau."} for at in range(40)
    ],
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("at", [1, 17])
def test_a_dump_cut_in_two_gives_the_same_records(kind: str, at: int, tmp_path: Path) -> None:
    """Apart from where they come from, whatever else is in the piece."""

    def records(name: str, rows: list[Any]) -> tuple[list[dict], list[dict]]:
        (tmp_path / name).mkdir()
        kept, dropped, _ = run(tmp_path, kind, lines(tmp_path / name / "Toys", *rows))
        return [row | {"row": None} for row in kept], [row | {"row": None} for row in dropped]

    rows = [*ROWS[kind][:9], '{"broken', *ROWS[kind][9:]]
    whole, one, two = records("a", rows), records("b", rows[:at]), records("c", rows[at:])
    for part in (0, 1):
        assert sorted(map(repr, whole[part])) == sorted(map(repr, [*one[part], *two[part]]))


SCRIPT = """
import json, os, sys
from pathlib import Path
sys.path[:0] = json.loads(sys.argv[1])
from row_data import lines
from test_ingest import ROWS, run
from humanllm.readers import opening
opening.PIECE = int(sys.argv[3])
os.chdir(sys.argv[2])
for kind, rows in ROWS.items():
    run(Path(), kind, lines(Path("Toys"), *rows), opted_out=frozenset({"u1", "u2", "bob"}))
Path("Toys").unlink()
"""


def test_neither_the_seed_of_hashes_nor_the_threads_change_a_byte(tmp_path: Path) -> None:
    found = []
    for seed, threads, piece in (("1", "1", "4194304"), ("2", "3", "500")):
        folder = tmp_path / seed
        folder.mkdir()
        environment = os.environ | {"PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads}
        paths = json.dumps([str(Path(__file__).parent), *sys.path])
        arguments = [sys.executable, "-c", SCRIPT, paths, str(folder), piece]
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        found.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert len(found[0]) == 12
    assert found[0] == found[1]
