from __future__ import annotations

from dumps import Dump
from records import accounts_of, filter_knobs, named, paths_of_kind, sketches_of, stats_of


def dumps(*names: str) -> dict[str, Dump]:
    return {name: Dump(name.split("-", 1)[0], f"dumps/{name}") for name in names}


def test_tweets_take_all_accounts_and_no_other_dump_takes_any() -> None:
    known = dumps("tweets-a", "accounts-a", "accounts-b", "reviews-Books", "meta-meta_Books")
    assert accounts_of("tweets-a", known) == ["dumps/accounts-a", "dumps/accounts-b"]
    assert accounts_of("reviews-Books", known) == []


def test_the_files_of_a_kind_and_as_options() -> None:
    known = dumps("reviews-Books", "meta-meta_Books", "meta-meta_Toys")
    metadata = paths_of_kind("meta", known)
    assert metadata == ["dumps/meta-meta_Books", "dumps/meta-meta_Toys"]
    assert named("--meta", metadata) == ["--meta", "dumps/meta-meta_Books", "--meta", "dumps/meta-meta_Toys"]
    assert named("--core", []) == []


def test_the_kcore_is_no_knob_of_a_dump() -> None:
    common = {"language": "en", "accept_truncated": False}
    filters = common | {"amazon": {"min_words": 1, "kcore": {"users": 8}}, "blogger": {"min_characters": 3}}
    assert filter_knobs("amazon", filters) == '{"accept_truncated": false, "language": "en", "min_words": 1}'
    assert stats_of(["a/b.parquet"]) == ["a/b.stats.json"]
    assert sketches_of(["<results>/filtered/reddit/a.parquet"]) == ["<results>/sketches/reddit/a.parquet"]
