from __future__ import annotations

import numpy as np
import pytest

from humanllm.errors import InputError
from humanllm.scoring_statistics import Cells, detectable, holm, intervals, p_values
from humanllm.tables import Row


def cells(rows: list[tuple[str, str, str, float, float]]) -> list[Row]:
    return [dict(zip(("cluster", "column", "group", "correct", "answers"), row, strict=True)) for row in rows]


def drawn(seed: int, clusters: int, chance: float, each: int = 4, spread: float = 0.0) -> list[Row]:
    """`clusters` users with `each` answers; `spread` makes a user's answers alike."""
    rng = np.random.default_rng(seed)
    ease = np.clip(chance + spread * rng.uniform(-1, 1, clusters), 0, 1)
    return cells([(f"{n:04}", "c", "c", float(rng.binomial(each, ease[n])), each) for n in range(clusters)])


def test_a_column_is_the_mean_of_its_groups_and_the_average_of_its_columns() -> None:
    made = Cells(cells([("u", "x", "1", 1, 1), ("u", "x", "2", 0, 3), ("v", "x", "2", 1, 1), ("v", "y", "y", 3, 4)]))
    assert made.names == ["x", "y"]
    assert made.point() == pytest.approx([(1 + 1 / 4) / 2, 0.75, (0.625 + 0.75) / 2])
    assert made.shares().sum(0) == pytest.approx(made.point())
    pooled = Cells(cells([("u", "x", "x", 1, 4), ("v", "y", "y", 3, 4), ("w", "y", "y", 0, 2)]), pooled=True)
    assert pooled.point() == pytest.approx([0.25, 0.5, 0.4])
    assert pooled.shares().sum(0) == pytest.approx(pooled.point())


def test_an_interval_is_the_percentiles_of_means_over_drawn_clusters() -> None:
    made = Cells(drawn(1, clusters=200, chance=0.6))
    (low, high), average = intervals(made, seed=3, resamples=4000)
    shares = made.correct[:, 0] / 4
    half = 1.96 * shares.std() / np.sqrt(200)
    assert low == pytest.approx(shares.mean() - half, abs=0.01)
    assert high == pytest.approx(shares.mean() + half, abs=0.01)
    assert average == (low, high)
    assert intervals(made, seed=3, resamples=4000)[0] == (low, high)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    hits = 0
    for seed in range(200):
        made = Cells(drawn(seed, clusters=60, chance=0.6, spread=0.3))
        low, high = intervals(made, seed=seed, resamples=400)[0]
        assert low is not None
        assert high is not None
        hits += low <= 0.6 <= high
    assert 0.89 <= hits / 200 <= 0.99


def test_users_whose_answers_are_alike_give_a_wider_interval() -> None:
    def width(spread: float) -> float:
        low, high = intervals(Cells(drawn(2, 100, 0.5, each=20, spread=spread)), seed=1, resamples=1000)[0]
        assert low is not None
        assert high is not None
        return high - low

    assert width(0.5) > 2 * width(0.0)


def test_a_column_that_few_clusters_have_keeps_its_interval() -> None:
    rows = [(f"{n}", "x", "x", 1.0, 2.0) for n in range(6)] + [("0", "y", "y", 1.0, 1.0), ("1", "y", "y", 0.0, 1.0)]
    found = intervals(Cells(cells(rows)), seed=1, resamples=500)
    assert found[1] == (0.0, 1.0)
    assert all(value is not None and np.isfinite(value) for interval in found for value in interval)


def test_a_planted_difference_is_found_and_none_between_equals() -> None:
    base, better = drawn(1, 150, 0.4), drawn(2, 150, 0.6)
    assert p_values(Cells(better), Cells(base), seed=1, resamples=2000)[0] < 0.01
    assert p_values(Cells(base), Cells(base), seed=1, resamples=2000) == [1.0, 1.0]


def test_with_one_answer_a_cluster_it_is_mcnemars_exact_test() -> None:
    base = cells([(f"{n:02}", "c", "c", float(n < 4), 1) for n in range(20)])
    better = cells([(f"{n:02}", "c", "c", float(n < 11), 1) for n in range(20)])
    assert p_values(Cells(better), Cells(base), 1, 10000)[0] == pytest.approx(2 * 0.5**7)  # 7 better, none worse


def test_false_alarms_are_as_rare_as_they_should_be() -> None:
    """One null pair proves nothing: one in twenty is below 0.05. 1000 pairs gave 0.044; 11 of 100 is 3 sd."""
    rows = [(drawn(seed, 40, 0.5, spread=0.3), drawn(seed + 1000, 40, 0.5, spread=0.3)) for seed in range(100)]
    alarms = sum(p_values(Cells(a), Cells(b), seed=1, resamples=400)[0] < 0.05 for a, b in rows)
    assert alarms <= 11


def test_systems_over_different_items_are_refused() -> None:
    base = drawn(1, 10, 0.5)
    with pytest.raises(InputError, match="different items"):
        p_values(Cells(base), Cells(base[1:]), 1, 100)
    with pytest.raises(InputError, match="different items"):
        p_values(Cells(base), Cells([base[0] | {"answers": 9}, *base[1:]]), 1, 100)


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_the_least_detectable_difference_is_the_paired_t_tests() -> None:
    base, better = drawn(1, 50, 0.4, each=1), drawn(2, 50, 0.6, each=1)
    pairs = zip(better, base, strict=True)
    spread = np.std([one["correct"] - other["correct"] for one, other in pairs], ddof=1)
    column, average = detectable(Cells(better), Cells(base))
    assert column == average == pytest.approx(0.404183 * spread, rel=1e-5)  # statsmodels' TTestPower for 50 pairs
    assert detectable(Cells(base), Cells(base)) == [None, None], "equal systems say nothing of the variance"
    assert detectable(Cells(better[:2]), Cells(base[:2])) == [None, None]
