"""The statistics keep what they promise, on made answers of smaller benchmarks; the long form is the command itself.

Each share must be one that its promise gives with a chance above 1 in 1,000 (the seeds are fixed: it cannot flicker).
"""

from __future__ import annotations

import pytest
from benchmarks.coverage import Design, coverage, coverage_of_difference, found, least
from scipy import stats

SMALL = {"scenarios": Design(80, (3, 3), 6), "users": Design(150, (1, 5), 1)}
ROUNDS, RESAMPLES = 200, 400


def kept(share: float, promise: float) -> bool:
    return bool(stats.binomtest(round(share * ROUNDS), ROUNDS, promise).pvalue > 0.001)


@pytest.mark.parametrize("name", SMALL)
def test_intervals_over_clusters_hold_the_truth_as_often_as_they_say(name: str) -> None:
    assert kept(coverage(SMALL[name], ROUNDS, RESAMPLES), 0.95)
    assert kept(coverage_of_difference(SMALL[name], 0.05, ROUNDS, RESAMPLES), 0.95)


@pytest.mark.parametrize("name", SMALL)
def test_equal_systems_are_told_apart_as_rarely_as_promised(name: str) -> None:
    assert kept(found(SMALL[name], 0.0, ROUNDS, RESAMPLES), 0.05)


@pytest.mark.parametrize("name", SMALL)
def test_a_planted_difference_of_the_least_detectable_size_is_found_four_times_in_five(name: str) -> None:
    size = least(SMALL[name], rounds=20)
    assert kept(found(SMALL[name], size, ROUNDS, RESAMPLES), 0.8)
    assert found(SMALL[name], 2 * size, 20, RESAMPLES) == 1.0
