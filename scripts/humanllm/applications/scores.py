"""Scores of all systems in one application: the judge's mean grade by metric, in the layout of a benchmark's scores.

scores/{system}/{application}.json, of which "accuracy" is a mean grade from 1 to 10:
    {"system": "demo-base", "benchmark": "human_explainer", "kind": "grades", "scale": [1, 10], "reading": "paper",
     "columns": {"logical_consistency": {"accuracy": 6.1, "low": 5.8, "high": 6.4, "chance": null, "items": 1598,
                                         "clusters": 899, "answers": 1598}}, "average": {"accuracy": 5.9, ...},
     "readings": {"by_source": {"columns": {"reddit": {...}}, "average": {...}}, "answered": {...}},
     "items": 1600, "clusters": 900, "answers": 1598, "no_answer": {"count": 3, "share": 0.0019},
     "left_out": {"not_graded": 2}, "cut_off": 7, "distribution": {"logical_consistency": {"1": 4, "7": 301}},
     "by_position": {"answer_first": {...}, "reference_first": {...}, "difference": 0.1, "low": -0.1, "high": 0.3},
     "length": {"median_words": 61, "correlation": 0.2}, "consistency": null, "provenance": {...}}
"items" and "clusters" are the application's, "answers" those of them that the judge graded. An item whose grades failed
is left out of this system's means alone; a pair of systems is compared over the items that both have grades for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean, median
from typing import Any

import numpy as np
from scipy import stats

from humanllm.applications.grading import distribution
from humanllm.benchmarks.items import items_digest
from humanllm.errors import InputError
from humanllm.replies import APPLICATIONS
from humanllm.scoring import Outcome, cells_of, only, table
from humanllm.scoring_statistics import LEVEL, as_number
from humanllm.tables import Row

SCALE = (1, 10)
ORDERS = {True: "answer_first", False: "reference_first"}
Pairs = list[tuple[Row, Row]]  # an item and its graded answer


def with_grades(items: Sequence[Row], system: str, rows: Sequence[Row]) -> Pairs:
    """The items that a system has grades for, each with them.

    Raises InputError unless the rows are those of the items, and when none has grades.
    """
    by_id = {row["id"]: row for row in rows}
    if by_id.keys() != {item["id"] for item in items} or len(rows) != len(items):
        raise InputError(
            f"the grades of {system} are not of these {len(items)} items: judge its answers again"
            " (judge_application), nothing is scored in part"
        )
    pairs = [(item, by_id[item["id"]]) for item in items]
    kept = [(item, row) for item, row in pairs if row["grades"] is not None]
    if not kept:
        raise InputError(f"no answer of {system} has grades: see graded/{system}.dead.jsonl")
    return kept


def score(
    application: str, system: str, items: Sequence[Row], rows: Sequence[Row], seed: int, resamples: int
) -> tuple[dict[str, Any], list[Row]]:
    """The score JSON and the cells of one system, over those of `items` that it has grades for."""
    pairs = with_grades(items, system, rows)
    outcomes = list(by_metric(pairs))
    readings = {"by_source": table(list(by_source(pairs)), False, seed, resamples)}
    answered = [(item, row) for item, row in pairs if row["status"] == "graded"]
    if answered and len(answered) < len(pairs):
        readings["answered"] = table(list(by_metric(answered)), False, seed, resamples)
    silent = len(pairs) - len(answered)
    scores = {
        "system": system,
        "benchmark": application,
        "kind": "grades",
        "scale": list(SCALE),
        "reading": "paper",
        **table(outcomes, False, seed, resamples),
        "readings": readings,
        "items": len(items),
        "clusters": len({item["cluster"] for item in items}),
        "answers": len(pairs),
        "no_answer": {"count": silent, "share": as_number(silent / len(pairs))},
        "left_out": {"not_graded": len(items) - len(pairs)},
        "cut_off": sum(row["finish_reason"] == "length" for _, row in answered),
        "distribution": distribution(row for _, row in pairs),
        "by_position": by_position(answered, seed, resamples),
        "length": length(answered),
        "consistency": None,
        "provenance": _provenance(items, [row for _, row in pairs], seed, resamples),
    }
    return scores, cells_of(outcomes, by_item=True)


def by_metric(pairs: Pairs) -> Iterator[Outcome]:
    """A column a metric."""
    for item, row in pairs:
        for metric in APPLICATIONS[item["application"]]:
            yield Outcome(metric, metric, item["cluster"], item["id"], row["grades"][metric], math.nan)


def by_source(pairs: Pairs) -> Iterator[Outcome]:
    """A column a source: the mean of the metrics."""
    for item, row in pairs:
        yield Outcome(item["source"], item["source"], item["cluster"], item["id"], _mean(row), math.nan)


def _mean(row: Row) -> float:
    return fmean(row["grades"].values())


def by_position(pairs: Pairs, seed: int, resamples: int) -> dict[str, Any]:
    """Mean grades by what the judge read first, and the difference: far from 0, the judge goes by the place.

    The interval is scipy's bootstrap of two independent samples. None where either place has fewer than two answers.
    """
    values = {
        name: [_mean(row) for item, row in pairs if item["answer_first"] is first] for first, name in ORDERS.items()
    }
    found: dict[str, Any] = {
        name: {"accuracy": as_number(fmean(own)) if own else None, "answers": len(own)} for name, own in values.items()
    }
    first, second = values.values()
    if min(len(first), len(second)) < 2:
        return found | {"difference": None, "low": None, "high": None}
    rng = np.random.default_rng(seed)
    drawn = stats.bootstrap(
        (first, second),
        lambda one, other, axis: np.mean(one, axis) - np.mean(other, axis),
        n_resamples=resamples,
        confidence_level=LEVEL,
        method="percentile",
        vectorized=True,
        batch=max(1, 2_000_000 // len(pairs)),
        rng=rng,
    ).confidence_interval
    return found | {
        "difference": as_number(fmean(first) - fmean(second)),
        "low": as_number(drawn.low),
        "high": as_number(drawn.high),
    }


def length(pairs: Pairs) -> dict[str, Any]:
    """How long the answers are, and Spearman's correlation of length and grade: judges tend to like long answers."""
    words = [row["words"] for _, row in pairs]
    means = [_mean(row) for _, row in pairs]
    told = len(set(words)) > 1 and len(set(means)) > 1
    return {
        "median_words": median(words) if words else None,
        "correlation": as_number(stats.spearmanr(words, means).statistic) if told else None,
    }


def _provenance(items: Sequence[Row], rows: Sequence[Row], seed: int, resamples: int) -> dict[str, Any]:
    return {
        "model": only(rows, "model"),
        "revision": only(rows, "revision"),
        "prompt": only(rows, "judge_prompt"),
        "judge": only(rows, "judge_model"),
        "judge_revision": only(rows, "judge_revision"),
        "items_digest": items_digest(items),
        "seed": seed,
        "resamples": resamples,
        "interval": LEVEL,
    }
