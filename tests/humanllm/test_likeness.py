from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from humanllm.likeness import LEADERS, bands_of, candidates, first_alike, least_matches, matches, pairs_alike


def found(codes: list[int]) -> list[tuple[int, int]]:
    pairs = candidates(np.array(codes, dtype=np.uint64))
    return [pair for earlier, later in pairs for pair in zip(earlier.tolist(), later.tolist(), strict=True)]


@given(st.lists(st.integers(0, 3), max_size=LEADERS + 1))
def test_pairs_share_a_code(codes: list[int]) -> None:
    expected = [(one, other) for one, other in combinations(range(len(codes)), 2) if codes[one] == codes[other]]
    assert sorted(found(codes)) == expected


def test_a_stock_phrase_is_held_against_the_earliest_only() -> None:
    pairs = found([0] * 1000)
    assert len(pairs) == len(set(pairs)) == LEADERS * 1000 - LEADERS * (LEADERS + 1) // 2
    assert {earlier for earlier, _ in pairs} == set(range(LEADERS))


def test_equal_hashes_are_counted() -> None:
    one = np.array([[0x0102030405060708, 5], [0, 0]], dtype=np.uint64)
    other = np.array([[0x0102FF0405060708, 5], [2**64 - 1, 1]], dtype=np.uint64)
    assert matches(one, other).tolist() == [15, 7]


def test_bands_are_cut_in_two_for_low_thresholds() -> None:
    codes = np.array([[0x0102030405060708, 5]], dtype=np.uint64)
    assert bands_of(codes, 0.8).tolist() == [[0x0102030405060708, 5]]
    assert bands_of(codes, 0.7).tolist() == [[0x05060708, 0x01020304, 5, 0]]


@given(st.integers(0, 128), st.sampled_from([0.5, 0.8, 0.9]))
def test_two_signatures_are_alike_from_the_threshold_on(equal: int, threshold: float) -> None:
    """The equal hashes come one after another, so that they fill bands."""
    one = np.arange(128, dtype=np.uint8)
    other = np.where(np.arange(128) < equal, one, one + 1).astype(np.uint8)
    earlier, later = pairs_alike(np.stack([one, one + 2, other]).view("<u8"), threshold)
    alike = equal >= least_matches(threshold)
    assert (earlier.tolist(), later.tolist()) == (([0], [2]) if alike else ([], []))


def test_how_many_hashes_must_be_equal() -> None:
    assert (least_matches(1), least_matches(0.8), least_matches(0.5)) == (128, 103, 65)


EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda edge: edge[0] < edge[1]), unique=True)


@given(EDGES, st.lists(st.integers(0, 2), min_size=10, max_size=10))
def test_a_record_leaves_when_it_is_like_an_earlier_one_that_stays(
    edges: list[tuple[int, int]], people: list[int]
) -> None:
    edges.sort(key=lambda edge: edge[1])
    earlier, later = (np.array([edge[end] for edge in edges], dtype=np.int64) for end in (0, 1))
    gone, own = first_alike(earlier, later, np.array(people, dtype=np.uint64))
    for number in range(10):
        like = [one for one, other in edges if other == number and not gone[one]]
        assert gone[number] == bool(like)
        assert own[number] == any(people[one] == people[number] for one in like)
