"""Accuracies as means of means, with intervals over clusters, and paired tests between systems.

Answers that share a user, a scenario or a story are not independent, so everything here is resampled, or has its sign
flipped, by whole clusters. A cell is a cluster's answers in one group of one column (tables.CELL):
    {"cluster": "Amazon:0", "column": "Amazon", "group": "Amazon", "correct": 11.0, "answers": 18.0}
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from humanllm.errors import InputError
from humanllm.tables import Row

LEVEL = 0.95
POWER = 0.8  # with which a difference of the least detectable size is found
EQUAL = 1e-9  # a spread below it is rounding
ROOM = 2_000_000  # numbers of one batch of resamples
Interval = tuple[float | None, float | None]


class Cells:
    """Sums over clusters x groups. `names` are the columns; the last value of `estimate` is their average."""

    def __init__(self, cells: Sequence[Row], pooled: bool = False) -> None:
        """`pooled`: the average is over answers, not over columns."""
        self.pooled = pooled
        self.clusters = sorted({cell["cluster"] for cell in cells})
        self.groups = sorted({(cell["column"], cell["group"]) for cell in cells})
        self.names = sorted({column for column, _ in self.groups})
        rows = {cluster: place for place, cluster in enumerate(self.clusters)}
        columns = {group: place for place, group in enumerate(self.groups)}
        self.correct = np.zeros((len(rows), len(columns)))
        self.answers = np.zeros_like(self.correct)
        for cell in cells:
            place = rows[cell["cluster"]], columns[cell["column"], cell["group"]]
            self.correct[place] += cell["correct"]
            self.answers[place] += cell["answers"]
        self._of_column = np.array([[column == name for name in self.names] for column, _ in self.groups], dtype=float)

    def estimate(self, weights: np.ndarray, correct: np.ndarray | None = None) -> np.ndarray:
        """(resamples, columns + 1) values, each cluster counted `weights` (resamples, clusters) times.

        A group without an answer in a resample is left out of its column's mean; a column without one is nan.
        """
        right = weights @ (self.correct if correct is None else correct)
        asked = weights @ self.answers
        columns = _mean(_ratio(right, asked) @ self._of_column, (asked > 0) @ self._of_column)
        if self.pooled:
            average = _ratio(right.sum(1), asked.sum(1))
        else:
            average = _mean(np.nan_to_num(columns).sum(1), np.isfinite(columns).sum(1))
        return np.column_stack([columns, average])

    def point(self) -> np.ndarray:
        """(columns + 1) values of the clusters as they are."""
        return self.estimate(np.ones((1, len(self.clusters))))[0]

    def shares(self) -> np.ndarray:
        """(clusters, columns + 1) parts of the point values: their sum over the clusters is `point()`."""
        return self._parts(self.correct)

    def errors(self) -> np.ndarray:
        """(clusters, columns + 1) what each cluster moves the point values by: its distance to each group's mean."""
        return self._parts(self.correct - self.answers * (self.correct.sum(0) / self.answers.sum(0)))

    def sizes(self) -> np.ndarray:
        """(columns + 1) how many clusters have answers in each column, and at all."""
        return np.append(((self.answers @ self._of_column) > 0).sum(0), len(self.clusters))

    def _parts(self, values: np.ndarray) -> np.ndarray:
        """(clusters, columns + 1): sums over groups as they weigh in the columns and in the average."""
        asked = self.answers.sum(0)
        columns = values / asked @ (self._of_column / self._of_column.sum(0))
        average = values.sum(1) / asked.sum() if self.pooled else columns.mean(1)
        return np.column_stack([columns, average])


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """0 where `whole` is 0: such a group does not count in its column."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _mean(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def intervals(cells: Cells, seed: int, resamples: int, against: Cells | None = None) -> list[Interval]:
    """The percentile interval of each column and of the average, by scipy's bootstrap over clusters.

    `against`: of the difference to another system's cells of the same clusters. (None, None) where there is only one
    cluster.
    """
    count = len(cells.clusters)
    if count < 2:
        return [(None, None)] * (len(cells.names) + 1)

    def statistic(drawn: np.ndarray, axis: int = -1) -> np.ndarray:
        weights = _counts(np.atleast_2d(drawn).astype(np.intp), count)
        values = cells.estimate(weights)
        return (values if against is None else values - against.estimate(weights)).T

    with warnings.catch_warnings():  # scipy's own interval is nan where a column is missing from a resample
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        result = stats.bootstrap(
            (np.arange(count),),
            statistic,
            n_resamples=resamples,
            batch=max(1, ROOM // count),
            vectorized=True,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
    tail = 50 * (1 - LEVEL)
    low, high = np.nanpercentile(result.bootstrap_distribution, [tail, 100 - tail], axis=-1)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _counts(drawn: np.ndarray, count: int) -> np.ndarray:
    """(resamples, count): how often each cluster stands in each row of `drawn`."""
    rows = np.arange(len(drawn))[:, None] * count
    return np.bincount((drawn + rows).ravel(), minlength=len(drawn) * count).reshape(-1, count).astype(float)


def p_values(cells: Cells, against: Cells, seed: int, resamples: int) -> list[float]:
    """Two-sided p of no difference, per column and for the average: scipy's permutation test, paired by cluster.

    Under the null the two systems may be exchanged within a cluster, which flips the sign of its difference; with one
    binary answer a cluster this is McNemar's test.
    """
    check_paired(cells, against)
    differences = cells.shares() - against.shares()
    return [_sign_flip(column[column != 0], seed, resamples) for column in differences.T]


def _sign_flip(differences: np.ndarray, seed: int, resamples: int) -> float:
    """A cluster without a difference changes nothing; without any other the systems are equal."""
    if len(differences) < 2:
        return 1.0
    result = stats.permutation_test(
        (differences,),
        lambda values, axis: values.sum(axis),
        permutation_type="samples",
        n_resamples=resamples,
        batch=max(1, ROOM // len(differences)),
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(result.pvalue)


def check_paired(cells: Cells, against: Cells) -> None:
    """Raise InputError unless both have the same clusters, groups and numbers of answers."""
    same = cells.clusters == against.clusters and cells.groups == against.groups
    if not same or not np.array_equal(cells.answers, against.answers):
        raise InputError("two systems answered different items: score both on the same benchmark file")


def holm(values: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p values (Holm 1979), in the given order."""
    from statsmodels.stats.multitest import multipletests

    return [float(value) for value in multipletests(values, method="holm")[1]]


def detectable(cells: Cells, against: Cells) -> list[float | None]:
    """Per column and for the average: the least true difference that a paired test finds with `POWER` at 1 - `LEVEL`.

    By the power of the paired t test over clusters, from the variance that the clusters' differences have here. None
    where fewer than three clusters answer a column or all differ alike: the data say nothing of the variance.
    """
    check_paired(cells, against)
    parts = cells.errors() - against.errors()
    found: list[float | None] = []
    for count, part in zip(cells.sizes(), parts.T, strict=True):
        spread = np.sqrt(count * (part**2).sum() * count / (count - 1)) if count > 2 else 0.0
        found.append(float(spread * _effect(int(count))) if spread > EQUAL else None)
    return found


@cache
def _effect(count: int) -> float:
    """The least effect, in standard deviations, that a paired t test of `count` clusters finds."""
    from statsmodels.stats.power import TTestPower

    return float(TTestPower().solve_power(effect_size=None, nobs=count, alpha=1 - LEVEL, power=POWER))


def as_number(value: Any) -> float | None:
    """A float for JSON, rounded to what matters; None for nan."""
    return None if value is None or np.isnan(value) else round(float(value), 6)
