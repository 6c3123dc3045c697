"""Train and test by user: one person's texts never stand on both sides.

A user's side follows from the seed and the user alone, so it stays what it is when users are added, and is the same in
every variant. Only where that leaves a task of a source without test users (or without any other) is one user moved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from humanllm.draws import digest

Group = tuple[str, str]  # task, source


def place(user: str, seed: int) -> float:
    """The user's place on a line from 0 to 1."""
    return int(digest(seed, "split", user)[:13], 16) / 16**13


def is_test(user: str, seed: int, share: float) -> bool:
    """Whether the user falls into the test set's `share`."""
    return place(user, seed) < share


def test_users(groups: Mapping[Group, Collection[str]], seed: int, share: float) -> set[str]:
    """The users of the test set. Every group of two or more users has one in it, if it can be had, and one outside."""
    every = {user for users in groups.values() for user in users}
    chosen = {user for user in every if is_test(user, seed, share)}
    large = [sorted(users, key=lambda user: place(user, seed)) for _, users in sorted(groups.items()) if len(users) > 1]
    for users in large:
        if not chosen.intersection(users):
            chosen.add(users[0])
    for users in large:
        if chosen.issuperset(users):
            chosen.discard(users[-1])
    return chosen
