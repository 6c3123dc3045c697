from __future__ import annotations

import pytest

from dumps import Dump
from records import companion_files, companions_of, filter_knobs, pair_of, stats_of


def dumps(*named: str) -> dict[str, Dump]:
    return {name: Dump(name.split("-", 1)[0], f"dumps/{name}") for name in named}


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        *[("comments-RC_2019-01", "2019-01"), ("submissions-RS_2019-01", "2019-01"), ("meta-meta_Books", "Books")],
        *[("reviews-Books", "Books"), ("comments-AskMen_comments", "AskMen"), ("comments-cats", "cats")],
        ("submissions-AskMen-00000-of-00002-0123456789abcdef", "AskMen"),
    ],
)
def test_what_a_pair_shares(name: str, pair: str) -> None:
    assert pair_of(name) == pair


def test_comments_take_their_own_posts_or_else_all() -> None:
    known = dumps("submissions-RS_2019-01", "submissions-RS_2019-02", "comments-RC_2019-01", "comments-RC_2020-05")
    assert companions_of("comments-RC_2019-01", known) == ["submissions-RS_2019-01"]
    assert companions_of("comments-RC_2020-05", known) == ["submissions-RS_2019-01", "submissions-RS_2019-02"]
    assert companions_of("submissions-RS_2019-01", known) == []


def test_tweets_take_all_accounts_and_reviews_their_own_category() -> None:
    known = dumps("tweets-a", "accounts-a", "accounts-b", "reviews-Books", "reviews-Toys", "meta-meta_Books")
    assert companions_of("tweets-a", known) == ["accounts-a", "accounts-b"]
    assert companions_of("reviews-Books", known) == ["meta-meta_Books"]
    assert companions_of("reviews-Toys", known) == []


def test_comments_wait_for_filtered_posts_and_reviews_for_raw_metadata() -> None:
    known = dumps("submissions-a_submissions", "comments-a_comments", "reviews-Books", "meta-meta_Books")
    assert companion_files("reddit", "comments-a_comments", known) == [
        "<results>/filtered/reddit/submissions-a_submissions.parquet"
    ]
    assert companion_files("amazon", "reviews-Books", known) == ["dumps/meta-meta_Books"]


def test_the_kcore_is_no_knob_of_a_dump() -> None:
    filters = {"language": "en", "amazon": {"min_words": 1, "kcore": {"users": 8}}, "blogger": {"min_characters": 3}}
    assert filter_knobs("amazon", filters) == '{"language": "en", "min_words": 1}'
    assert stats_of(["a/b.parquet"]) == ["a/b.stats.json"]
