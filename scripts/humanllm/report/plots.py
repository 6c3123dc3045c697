"""Figures as SVG data URIs: light, readable in print and at a phone's width; equal facts give equal bytes."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, QUIET = "#2b3a42", "#8a979e"
COLOURS = ("#2f6f8f", "#c97b3d", "#5b8c5a", "#8c6bb1", "#b35c6e", "#7a7a52")
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "humanllm",  # ids of the SVG's parts, otherwise drawn anew each time
    "font.size": 10,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#e4e8ea",
    "legend.frameon": False,
}
Score = tuple[str, float, float, float]  # label, estimate, low, high


def _canvas(height: float) -> tuple[Figure, Axes]:
    """A figure 6 inches wide: letters stay readable when a phone shrinks it."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(6, height), layout="constrained")
        axes = figure.add_subplot()
        axes.set_axisbelow(True)
    return figure, axes


def _uri(figure: Figure) -> str:
    from matplotlib import rc_context

    file = io.BytesIO()
    with rc_context(STYLE):
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode()


def loss_curve(points: Sequence[tuple[float, float]]) -> str:
    """Training loss by step; `points` are (step, loss)."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _canvas(2.6)
    steps, losses = zip(*points, strict=True)
    axes.plot(steps, losses, color=COLOURS[0], linewidth=1.6, marker="." if len(points) < 3 else "")
    axes.set(xlabel="update", ylabel="loss", ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y")
    return _uri(figure)


def histogram(counts: dict[int, int], below: int | None) -> str:
    """How often each judge score from 1 to 10 was given; scores under the cut `below` are paler."""
    figure, axes = _canvas(1.7)
    scores = range(1, 11)
    heights = [counts.get(score, 0) for score in scores]
    pale = [QUIET if below is not None and score < below else COLOURS[0] for score in scores]
    axes.bar(scores, heights, color=pale, width=0.8)
    axes.set(xticks=list(scores), ylabel="products")
    axes.grid(axis="y")
    return _uri(figure)


def scores(groups: dict[str, list[Score]], chance: dict[str, float]) -> str:
    """Accuracy with its interval; a group of rows a column of the table, `chance` as a tick in each group."""
    count = sum(len(rows) for rows in groups.values())
    figure, axes = _canvas(0.7 + 0.24 * count + 0.2 * len(groups))
    names = list(dict.fromkeys(label for rows in groups.values() for label, *_ in rows))
    place, ticks, seen = 0.0, [], set()
    for group, rows in groups.items():
        top = place
        for label, estimate, low, high in rows:
            colour = COLOURS[names.index(label) % len(COLOURS)]
            axes.plot([low, high], [place, place], color=colour, linewidth=1.6, alpha=0.55)
            axes.plot(
                estimate, place, "o", color=colour, markersize=5, clip_on=False, label=None if label in seen else label
            )
            seen.add(label)
            place += 1
        if group in chance:
            axes.plot([chance[group]] * 2, [top - 0.4, place - 0.6], color=QUIET, linewidth=1, linestyle=(0, (3, 2)))
        ticks.append(((top + place - 1) / 2, group))
        place += 0.8
    _frame(axes, ticks, place)
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    return _uri(figure)


def _frame(axes: Any, ticks: list[tuple[float, str]], end: float) -> None:
    axes.set(xlim=(0, 1), ylim=(end - 0.4, -0.8), xlabel="accuracy (dashed: chance)")
    axes.set_yticks([middle for middle, _ in ticks], [group for _, group in ticks])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
