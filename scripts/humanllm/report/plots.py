"""Figures as SVG data URIs: light, readable in print and at a phone's width; equal facts give equal bytes."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Look = tuple[str, str, str]  # colour, form, filling
INK, QUIET, PALE = "#2b3a42", "#8a979e", "#dfe5e8"
# Marks differ in form and in lightness as well as in hue, so that they are told apart on a grey printer.
COLOURS = ("#1d4e6b", "#d08a45", "#7fb08a", "#5a3f7d", "#c4788a", "#8a8a5c")
FORMS = ("o", "s", "^", "D", "v", "P")
LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.3)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)))
STATES: dict[
    str, tuple[str, str, str]
] = {  # colour, form and filling of a student's states; "other": a system of no student
    "base": ("#22303a", "D", "none"),
    "unmerged": ("#d08a45", "s", "full"),
    "merged": ("#1d4e6b", "o", "full"),
    "other": ("#6a7880", "^", "full"),
}
MOST = 6  # systems that one figure by column can hold
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
    """A figure 5 inches wide: letters stay readable when a phone shrinks it."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(5, height), layout="constrained")
        axes = figure.add_subplot()
        axes.set_axisbelow(True)
    return figure, axes


def _uri(figure: Figure) -> str:
    from matplotlib import rc_context

    file = io.BytesIO()
    with rc_context(STYLE):
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode()


def loss_curves(curves: dict[str, Sequence[tuple[float, float]]]) -> str:
    """Training loss by step of one student's models: {training set: (step, loss) points}."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _canvas(2.6 + 0.15 * (len(curves) > 1))
    for place, (name, points) in enumerate(curves.items()):
        steps, losses = zip(*points, strict=True)
        look = {"color": COLOURS[place % len(COLOURS)], "linestyle": LINES[place % len(LINES)]}
        axes.plot(steps, losses, linewidth=1.6, marker="." if len(points) < 3 else "", label=name, **look)
    axes.set(xlabel="update", ylabel="loss", ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y")
    if len(curves) > 1:
        figure.legend(loc="outside upper left", ncols=5, frameon=False, handlelength=3)
    return _uri(figure)


def histogram(counts: dict[int, int], below: int | None) -> str:
    """How often each judge score from 1 to 10 was given; scores under the cut `below` are pale and hatched."""
    figure, axes = _canvas(1.7)
    scores = range(1, 11)
    heights = [counts.get(score, 0) for score in scores]
    under = [below is not None and score < below for score in scores]
    bars = axes.bar(scores, heights, color=[PALE if low else COLOURS[0] for low in under], edgecolor=INK, linewidth=0.4)
    for bar, low in zip(bars, under, strict=True):
        bar.set_hatch("////" if low else "")
    axes.set(xticks=list(scores), ylabel="products")
    axes.grid(axis="y")
    return _uri(figure)


def scores(groups: dict[str, list[Score]], chance: dict[str, float], scale: tuple[float, float], called: str) -> str:
    """Values with their intervals; a group of rows a column of the table, `chance` as a tick in each group."""
    count = sum(len(rows) for rows in groups.values())
    figure, axes = _canvas(0.7 + 0.24 * count + 0.2 * len(groups))
    names = list(dict.fromkeys(label for rows in groups.values() for label, *_ in rows))
    place, ticks, seen = 0.0, [], set()
    for group, rows in groups.items():
        top = place
        for label, estimate, low, high in rows:
            number = names.index(label)
            look = (COLOURS[number % MOST], FORMS[number % MOST], "full")
            _mark(axes, place, (estimate, low, high), look, None if label in seen else label)
            seen.add(label)
            place += 1
        if group in chance:
            axes.plot([chance[group]] * 2, [top - 0.4, place - 0.6], color=QUIET, linewidth=1, linestyle=(0, (3, 2)))
        ticks.append(((top + place - 1) / 2, group))
        place += 0.8
    _frame(axes, ticks, place, scale, f"{called} (dashed: chance)" if chance else called)
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    return _uri(figure)


def averages(groups: list[dict[str, Any]], chance: float | None, scale: tuple[float, float], called: str) -> str:
    """The averages of all systems by student: a row a training set, a mark a state. `groups`: `scores.points`."""
    rows = sum(len(group["rows"]) for group in groups)
    figure, axes = _canvas(0.9 + 0.25 * rows + 0.32 * len(groups))
    place, ticks, seen = 0.0, [], set()
    for group in groups:
        at: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
        axes.text(0, place, group["student"], fontweight="bold", fontsize=9, **at)
        place += 1
        for row in group["rows"]:
            ticks.append((place, row["label"]))
            for state, values in row["marks"].items():
                shift = {"unmerged": 0.16, "merged": -0.16}.get(state, 0.0) * (len(row["marks"]) > 1)
                _mark(axes, place + shift, values, STATES[state], None if state in seen else state)
                seen.add(state)
            place += 1
        place += 0.3
    if chance is not None:
        axes.axvline(chance, color=QUIET, linewidth=1, linestyle=(0, (3, 2)))
    marks = [values for group in groups for row in group["rows"] for values in row["marks"].values()]
    near = _near(marks, [chance] if chance is not None else [], scale)
    _frame(axes, ticks, place, near, f"{called} (dashed: chance)" if chance is not None else called)
    figure.legend(loc="outside upper left", ncols=4, frameon=False)
    return _uri(figure)


def _near(marks: Sequence[tuple[float, ...]], more: list[float], scale: tuple[float, float]) -> tuple[float, float]:
    """The part of the scale that holds all intervals: many systems that lie close together are told apart."""
    values = [value for mark in marks for value in mark] + more
    room = 0.05 * (max(values) - min(values)) or 0.05
    return max(scale[0], min(values) - room), min(scale[1], max(values) + room)


def _mark(axes: Any, place: float, values: Sequence[float], look: Look, name: str | None) -> None:
    """An estimate on its interval; `name`: for the legend, once."""
    (estimate, low, high), (colour, form, fill) = values, look
    axes.plot([low, high], [place, place], color=colour, linewidth=1.4, alpha=0.6)
    style = {"color": colour, "markersize": 5, "fillstyle": fill, "linestyle": "none", "clip_on": False}
    axes.plot(estimate, place, form, label=name, **style)


def _frame(axes: Any, ticks: list[tuple[float, str]], end: float, scale: tuple[float, float], called: str) -> None:
    axes.set(xlim=scale, ylim=(end - 0.4, -0.8), xlabel=called)
    axes.set_yticks([middle for middle, _ in ticks], [group for _, group in ticks])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
