"""The statistics of the comparisons on made answers whose truth is known: do they keep what they promise?

    python -m benchmarks.coverage
    python -m benchmarks.coverage --rounds 200 --resamples 500

Two designs of the sizes of the paper's benchmarks, both with answers that are alike within a cluster:
    scenarios   200 scenarios of 3 questions in 6 orders each, as MotiveBench
    users       1,000 users of 1 to 5 items in one order each, as the in-domain tasks
For each: how often the 95 % interval holds the true accuracy and the true difference (promised: 95 %), how often the
paired test sees a difference between two equal systems (5 %), and how often it finds a planted one of the size that
`detectable` calls just detectable (80 %). Prints Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click
import numpy as np

from humanllm.scoring_statistics import LEVEL, POWER, Cells, detectable, intervals, p_values

TRUTH = 0.5  # accuracy of the base


@dataclass(frozen=True)
class Design:
    """Sizes of a benchmark. `alike`: the smaller, the more a cluster's items resemble each other."""

    clusters: int
    items: tuple[int, int]  # of a cluster, from and to
    orders: int
    alike: float = 4.0
    habit: float = 0.1  # how far a system's skill strays from its mean in one cluster, to both sides


DESIGNS = {"scenarios": Design(200, (3, 3), 6), "users": Design(1000, (1, 5), 1)}


def pair(design: Design, difference: float, rng: np.random.Generator) -> tuple[Cells, Cells]:
    """A base and a system that is better by `difference` in truth, on the same items."""
    counts = rng.integers(design.items[0], design.items[1] + 1, design.clusters)
    cluster = np.repeat(np.arange(design.clusters), counts)
    ease = rng.beta(design.alike, design.alike, design.clusters)
    item = rng.beta(2 * ease[cluster], 2 * (1 - ease[cluster]))  # its mean is the ease of its cluster
    return tuple(_system(design, cluster, item, better, rng) for better in (0.0, difference))  # type: ignore[return-value]


def _system(design: Design, cluster: np.ndarray, item: np.ndarray, better: float, rng: np.random.Generator) -> Cells:
    """Its answers, summed by cluster. Its chances stay between 0 and 1 up to `better` of 0.2."""
    habit = rng.choice([-design.habit, design.habit], design.clusters)[cluster]
    chance = 0.3 + 0.4 * item + habit + better
    right = rng.binomial(design.orders, chance)
    sums = np.bincount(cluster, weights=right, minlength=design.clusters)
    asked = np.bincount(cluster, minlength=design.clusters) * design.orders
    return Cells(
        [
            {
                "cluster": f"{number:05}",
                "column": "all",
                "group": "all",
                "correct": sums[number],
                "answers": asked[number],
            }
            for number in range(design.clusters)
        ]
    )


def share(rounds: int, seed: int, holds: Callable[[np.random.Generator, int], bool]) -> float:
    """How often something holds, each time with draws of its own."""
    return sum(holds(np.random.default_rng([seed, number]), number) for number in range(rounds)) / rounds


def coverage(design: Design, rounds: int, resamples: int, seed: int = 1) -> float:
    """How often the interval of an accuracy holds it."""

    def holds(rng: np.random.Generator, number: int) -> bool:
        return _within(intervals(pair(design, 0.0, rng)[0], number, resamples)[0], TRUTH)

    return share(rounds, seed, holds)


def coverage_of_difference(design: Design, difference: float, rounds: int, resamples: int, seed: int = 2) -> float:
    """How often the interval of a difference holds it."""

    def holds(rng: np.random.Generator, number: int) -> bool:
        base, better = pair(design, difference, rng)
        return _within(intervals(better, number, resamples, against=base)[0], difference)

    return share(rounds, seed, holds)


def _within(interval: tuple[float | None, float | None], truth: float) -> bool:
    low, high = interval
    return low is not None and high is not None and low <= truth <= high


def found(design: Design, difference: float, rounds: int, resamples: int, seed: int = 3) -> float:
    """How often the paired test says that two systems differ, which they do by `difference`."""

    def holds(rng: np.random.Generator, number: int) -> bool:
        base, better = pair(design, difference, rng)
        return p_values(better, base, number, resamples)[0] < 1 - LEVEL

    return share(rounds, seed, holds)


def least(design: Design, rounds: int = 50, seed: int = 4) -> float:
    """The least detectable difference, the mean over made benchmarks."""
    values = [detectable(*pair(design, 0.0, np.random.default_rng([seed, number])))[0] for number in range(rounds)]
    return float(np.mean([value for value in values if value is not None]))


@click.command(help=__doc__)
@click.option("--rounds", default=1000, show_default=True, help="Made benchmarks for each figure.")
@click.option("--resamples", default=2000, show_default=True)
def main(rounds: int, resamples: int) -> None:
    error = 196 * np.sqrt(0.25 / rounds)
    click.echo(f"{rounds:,} rounds a figure (95 % within {error:.1f} points at worst), {resamples:,} resamples\n")
    click.echo("| design | interval of an accuracy | of a difference | null found | least detectable | it is found |")
    click.echo("|---|--:|--:|--:|--:|--:|")
    promised = [
        f"{100 * LEVEL:.0f} %",
        f"{100 * LEVEL:.0f} %",
        f"{100 * (1 - LEVEL):.0f} %",
        "",
        f"{100 * POWER:.0f} %",
    ]
    click.echo(f"| promised | {' | '.join(promised)} |")
    for name, design in DESIGNS.items():
        size = least(design)
        values = [
            coverage(design, rounds, resamples),
            coverage_of_difference(design, size, rounds, resamples),
            found(design, 0.0, rounds, resamples),
            found(design, size, rounds, resamples),
        ]
        a, b, c, d = (f"{100 * value:.1f} %" for value in values)
        click.echo(f"| {name} | {a} | {b} | {c} | {size:.4f} | {d} |")


if __name__ == "__main__":
    main()
