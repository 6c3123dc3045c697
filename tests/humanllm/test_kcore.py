from __future__ import annotations

from collections import Counter
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.grouped import Grouped
from humanllm.kcore import CORE, Bounds, core, find_kcore, in_order, places
from humanllm.shards import BucketWriter
from humanllm.tables import FILTERED, read_rows

Edges = list[tuple[int, int]]
Review = tuple[int, int, int, int, int]  # user, item, time, place, id

HASH = 0x9E3779B97F4A7C15  # spreads small numbers over 64 bits
SPREAD = 2**64


def brute_force(edges: Edges, of_user: int, of_item: int) -> Edges:
    """Take out one edge at a time until none may go."""
    left = list(edges)
    while True:
        users, items = Counter(user for user, _ in left), Counter(item for _, item in left)
        gone = next((edge for edge in left if users[edge[0]] < of_user or items[edge[1]] < of_item), None)
        if gone is None:
            return left
        left.remove(gone)


@given(
    edges=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True),
    of_user=st.integers(1, 4),
    of_item=st.integers(1, 4),
)
def test_the_core_is_what_brute_force_finds(edges: Edges, of_user: int, of_item: int) -> None:
    users = np.array([user for user, _ in edges], dtype=np.int32)
    items = np.array([item for _, item in edges], dtype=np.int32)
    mask = core(users, items, of_user, of_item)
    assert [edge for edge, stays in zip(edges, mask, strict=True) if stays] == brute_force(edges, of_user, of_item)


def expected(reviews: list[Review], buckets: int, of_user: int, of_item: int) -> list[tuple[int, int, int]]:
    """The rows of the core of these reviews, found without any of the stage's code."""
    first: dict[tuple[int, int], int] = {}
    for user, item, _, _, number in sorted(reviews, key=lambda review: review[2:]):
        first.setdefault((user, item), number)
    left = brute_force(list(first), of_user, of_item)
    return sorted((user % buckets, first[user, item], item * HASH % SPREAD) for user, item in left)


def write(path: Path, reviews: list[Review], buckets: int) -> Path:
    rows = [
        {
            "bucket": user % buckets,
            "time": time,
            "place": place,
            "id_code": number,
            "user_code": user * HASH % SPREAD,
            "item_code": item * HASH % SPREAD,
        }
        for user, item, time, place, number in reviews
    ]
    with BucketWriter(path, FILTERED) as writer:
        writer.write(pa.Table.from_pylist(rows, schema=FILTERED))
    return path


def split(reviews: list[Review], dumps: int, random: Random) -> list[list[Review]]:
    """The reviews in any order over some dumps; some records stand in two of them."""
    shuffled = random.sample(reviews, len(reviews)) + random.sample(reviews, len(reviews) // 4)
    return [shuffled[dump::dumps] for dump in range(dumps)]


REVIEWS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 6), st.integers(-1, 1), st.integers(0, 1)), min_size=1, max_size=60
)


def test_buckets_are_fetched_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a", [(user, 1, 0, 0, user) for user in range(5)], buckets=5)
    fetched: list[tuple[int, int]] = []
    monkeypatch.setattr(Grouped, "fetch_later", lambda tables, *later: fetched.append(later))
    find_kcore([path], Bounds(1, 1), 2, tmp_path / "core", tmp_path / "stats")
    assert sorted(fetched) == [(bucket, 2) for bucket in range(5)]


@settings(max_examples=60, deadline=None)
@given(
    facts=REVIEWS,
    buckets=st.integers(1, 3),
    of_user=st.integers(1, 3),
    of_item=st.integers(1, 3),
    random=st.randoms(use_true_random=False),
)
def test_the_stage_is_what_brute_force_finds_however_the_dumps_are_cut(
    facts: list[tuple[int, int, int, int]], buckets: int, of_user: int, of_item: int, random: Random
) -> None:
    numbers = random.sample(range(SPREAD - 1000, SPREAD), len(facts))  # beyond what a signed number holds
    reviews = [(*fact, number) for fact, number in zip(facts, numbers, strict=True)]
    rows = expected(reviews, buckets, of_user, of_item)
    files = set()
    with TemporaryDirectory() as name:
        for attempt, dumps in enumerate((1, 2, 3)):
            parts = split(reviews, dumps, random)
            paths = [write(Path(name, f"{attempt}-{dump}"), part, buckets) for dump, part in enumerate(parts)]
            output, stats = Path(name, f"core{attempt}"), Path(name, f"stats{attempt}")
            if not rows:
                with pytest.raises(InputError, match="no review is left in the k-core"):
                    find_kcore(paths, Bounds(of_user, of_item), 1 + attempt % 2, output, stats)
                continue
            find_kcore(paths, Bounds(of_user, of_item), 1 + attempt % 2, output, stats)
            assert [tuple(row.values()) for row in read_rows(output, CORE)] == rows
            counts = read_json(stats)
            assert counts["in"] == sum(map(len, parts))
            assert counts["users_in"] == len({review[0] for review in reviews})
            assert counts["items_in"] == len({review[1] for review in reviews})
            assert counts["items"] == len({row[2] for row in rows})
            pairs = len({review[:2] for review in reviews})
            assert counts["dropped"].get("duplicate_purchase", 0) == counts["in"] - pairs
            files.add(output.read_bytes())
    assert len(files) == bool(rows)


def test_only_the_most_bought_items_take_part(tmp_path: Path) -> None:
    """Item 0 is bought by three, the others by two: of four items half is two, of the equal ones the lower code."""
    pairs = [(user, item) for item, buyers in enumerate(((0, 1, 2), (0, 1), (1, 2), (0, 2))) for user in buyers]
    reviews = [(user, item, 0, 0, number) for number, (user, item) in enumerate(pairs)]
    for share, kept in ((1.0, 9), (0.5, 4)):
        find_kcore([write(tmp_path / "a", reviews, 2)], Bounds(2, 2, share), 2, tmp_path / "core", tmp_path / "stats")
        assert read_json(tmp_path / "stats")["kept"] == kept


def test_scratch_of_a_killed_job_is_cleared(tmp_path: Path) -> None:
    table = write(tmp_path / "a", [(user, item, 0, 0, user * 2 + item) for user in range(2) for item in range(2)], 2)
    (tmp_path / ".core.scratch").mkdir()
    (tmp_path / ".core.scratch" / "7.items").write_bytes(b"old")
    find_kcore([table], Bounds(2, 2), 2, tmp_path / "core", tmp_path / "stats")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "core", "stats"]


def test_places_among_codes_of_all_ranges() -> None:
    among = np.unique(np.random.default_rng(0).integers(0, SPREAD, 5000, dtype=np.uint64, endpoint=False))
    asked = np.array([0, 17, 18, 2500, len(among) - 1])
    assert places(among[asked], among).tolist() == asked.tolist()
    assert places(among[:0], among).tolist() == []


def test_work_in_threads_stays_in_order_and_is_not_run_far_ahead() -> None:
    begun = count()
    results = in_order(lambda task: (next(begun), task)[1], range(20), 2)
    assert next(results) == 0
    assert next(begun) <= 4
    assert list(results) == list(range(1, 20))
