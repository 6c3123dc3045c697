from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kcore import core, first_purchases

Edges = list[tuple[int, int]]


def brute_force(edges: Edges, min_of_user: int, min_of_item: int) -> Edges:
    """Take out one edge at a time until none may go."""
    left = list(edges)
    while True:
        users, items = Counter(user for user, _ in left), Counter(item for _, item in left)
        gone = next((edge for edge in left if users[edge[0]] < min_of_user or items[edge[1]] < min_of_item), None)
        if gone is None:
            return left
        left.remove(gone)


@given(
    edges=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True),
    min_of_user=st.integers(1, 4),
    min_of_item=st.integers(1, 4),
)
def test_the_core_is_what_brute_force_finds(edges: Edges, min_of_user: int, min_of_item: int) -> None:
    users = np.array([user for user, _ in edges], dtype=np.int32)
    items = np.array([item for _, item in edges], dtype=np.int32)
    mask = core(users, items, min_of_user, min_of_item)
    assert [edge for edge, stays in zip(edges, mask, strict=True) if stays] == brute_force(
        edges, min_of_user, min_of_item
    )


def test_of_two_purchases_the_earlier_stays() -> None:
    users, items = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 0])
    assert first_purchases(users, items, np.array([3, 1, 2, 0])).tolist() == [False, True, True, True]
