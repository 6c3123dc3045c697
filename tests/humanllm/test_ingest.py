from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.ingest import Dump, ingest
from humanllm.shards import read_bucket
from humanllm.tables import DROPPED, RECORD, read_rows
from humanllm.users import bucket_of, keyed

KEY = bytes(range(32))
KNOBS = {
    "submissions": {"language": "en", "min_characters": 30, "min_score": 2, "min_comments": 2, "engagement": "both"},
    "comments": {"language": "en", "min_comment_characters": 20},
    "reviews": {"language": "en", "min_characters": 30, "min_words": 1},
    "tweets": {"language": "en", "min_characters": 30, "quotes": "drop"},
}
TEXT = "I went to the market on Monday and bought a blue kite for my sister."
POST = {"author": "ann", "id": "p1", "title": "A kite", "selftext": TEXT, "created_utc": 1_200_000_000, "is_self": True}
POST |= {"score": 5, "num_comments": 3, "subreddit": "kites"}
COMMENT = {"author": "bob", "id": "c1", "body": TEXT, "created_utc": 1_200_000_100, "link_id": "t3_p1"}
COMMENT |= {"parent_id": "t3_p1", "score": 1, "subreddit": "kites"}


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def run(folder: Path, kind: str, dump: Path, *companions: Path) -> tuple[list[dict], list[dict], dict]:
    given = Dump(kind, dump.stem, dump, KEY, 2, KNOBS[kind])
    kept, dropped, stats = (folder / f"{kind}.{part}" for part in ("parquet", "dropped.parquet", "stats.json"))
    ingest(given, companions, kept, dropped, stats)
    return read_rows(kept, RECORD), read_rows(dropped, DROPPED), read_json(stats)


def test_every_raw_record_is_kept_or_kept_aside(tmp_path: Path) -> None:
    low = POST | {"id": "p2", "score": 1}
    gone = POST | {"id": "p3", "author": "[deleted]"}
    dump = lines(tmp_path / "RS", POST, low, '{"author": "zed", "id', gone, {"id": "p4", "title": "x"})
    kept, dropped, stats = run(tmp_path, "submissions", dump)
    user = keyed(KEY, "reddit", "ann")
    assert kept == [
        {name: None for name in RECORD.names}
        | {
            "id": f"reddit:submissions:{keyed(KEY, 'reddit', 'submissions', 'p1')}",
            "user": user,
            "source": "reddit",
            "kind": "submissions",
            "bucket": bucket_of(user, 2),
            "time": 1_200_000_000,
            "dump": "RS",
            "row": 0,
            "title": "A kite",
            "text": TEXT,
            "community": "kites",
            "extra": '{"comments":3,"score":5}',
        }
    ]
    assert [(row["row"], row["drop_reason"], row["user"], row["text"]) for row in dropped] == [
        (1, "low_engagement", user, f"A kite\n\n{TEXT}"),
        (2, "broken_json", None, '{"author": "", "id'),
        (3, "no_author", None, f"A kite\n\n{TEXT}"),
        (4, "no_time", None, None),
    ]
    assert stats == {
        "stage": "ingest_dump",
        "kind": "submissions",
        "in": 5,
        "kept": 1,
        "dropped": {"broken_json": 1, "low_engagement": 1, "no_author": 1, "no_time": 1},
        "dead": {},
        "bytes": dump.stat().st_size,
        "characters": len(TEXT),
    }


def test_no_name_reaches_the_files(tmp_path: Path) -> None:
    dump = lines(tmp_path / "RS", POST | {"author": "kiteann"}, POST | {"author": "kiteann", "score": 0})
    run(tmp_path, "submissions", dump)
    assert not any(b"kiteann" in path.read_bytes() for path in tmp_path.glob("submissions.*"))


def test_a_comment_takes_its_post_along(tmp_path: Path) -> None:
    (post, *_), _, _ = run(tmp_path, "submissions", lines(tmp_path / "RS", POST))
    orphan = COMMENT | {"id": "c2", "link_id": "t3_p9", "parent_id": "t3_p9"}
    reply = COMMENT | {"id": "c3", "parent_id": "t1_c1"}
    dump = lines(tmp_path / "RC", COMMENT, orphan, reply)
    kept, dropped, _ = run(tmp_path, "comments", dump, tmp_path / "submissions.parquet")
    assert [(row["parent_id"], row["parent_text"]) for row in kept] == [(post["id"], f"A kite\n\n{TEXT}")]
    assert [row["drop_reason"] for row in dropped] == ["no_parent_post", "not_top_level"]


def test_a_review_takes_its_items_title(tmp_path: Path) -> None:
    review = {"user_id": "A", "parent_asin": "B1", "text": TEXT, "timestamp": 1_588_687_728_923, "rating": 4.0}
    meta = lines(
        tmp_path / "meta", {"parent_asin": "B1", "title": "Kite &amp; line"}, {"parent_asin": "B2", "title": None}
    )
    kept, _, stats = run(
        tmp_path, "reviews", lines(tmp_path / "Toys.jsonl", review, review | {"parent_asin": "B2"}), meta
    )
    assert [(row["item_id"], row["item_title"]) for row in kept] == [("B1", "Kite & line"), ("B2", None)]
    assert (stats["with_item_title"], stats["without_item_title"], stats["companion_rows"]) == (1, 1, 2)


def test_a_tweet_is_judged_by_its_account(tmp_path: Path) -> None:
    tweet = {"user": "ann", "id": 5, "tweet": TEXT, "date": "2022-11-28 21:03:17+00:00"}
    accounts = lines(
        tmp_path / "users", {"user": "shop", "description": "Kite store"}, {"user": "ann", "description": ""}
    )
    dump = lines(tmp_path / "tweets", tweet, tweet | {"user": "shop", "id": 6}, tweet | {"user": "unknown", "id": 7})
    kept, dropped, _ = run(tmp_path, "tweets", dump, accounts)
    assert len(kept) == 2
    assert [row["drop_reason"] for row in dropped] == ["corporate"]


def test_buckets_are_read_back_by_the_next_stage(tmp_path: Path) -> None:
    people = [POST | {"author": f"user{number}", "id": f"p{number}"} for number in range(12)]
    kept, _, _ = run(tmp_path, "submissions", lines(tmp_path / "RS", *people))
    for bucket in (0, 1):
        found = list(read_bucket(tmp_path / "submissions.parquet", bucket, RECORD))
        assert found == [row for row in kept if bucket_of(row["user"], 2) == bucket]


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("submissions", "\n\n", "holds no record"),
        ("submissions", "", "is empty"),
        ("submissions", "id,title\n1,x\n", r"none of its 2 records can be read as submissions \(broken_json: 2\)"),
        ("reviews", json.dumps(POST), r"none of its 1 records can be read as reviews \(no_id: 1\)"),
    ],
)
def test_a_wrong_dump_leaves_nothing_behind(kind: str, content: str, says: str, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_text(content)
    with pytest.raises(InputError, match=says):
        run(tmp_path, kind, dump)
    assert list(tmp_path.iterdir()) == [dump]


def test_a_wrong_companion_is_named(tmp_path: Path) -> None:
    dump = lines(tmp_path / "Toys.jsonl", {"user_id": "A"})
    with pytest.raises(InputError, match="meta holds no row with parent_asin, title"):
        run(tmp_path, "reviews", dump, lines(tmp_path / "meta", POST))


def test_reviews_given_as_metadata_are_refused(tmp_path: Path) -> None:
    review = {"user_id": "A", "parent_asin": "B1", "title": "Great", "text": TEXT, "timestamp": 1_588_687_728_923}
    dump = lines(tmp_path / "Toys.jsonl", review)
    with pytest.raises(InputError, match=r"Toys\.jsonl holds no row with parent_asin, title and without user_id"):
        run(tmp_path, "reviews", dump, dump)
