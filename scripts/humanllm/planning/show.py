"""A plan as lines for a terminal: aligned tables, then what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from humanllm.planning.training import PAPER_HOURS

Plan = dict[str, Any]
UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
SIZES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
STEPS = ("raw", "filtered", "records", "users", "clean", "samples")


def short(value: float | None) -> str:
    """1234567 -> 1.23M; what is not known is a dash."""
    if value is None:
        return "-"
    for size, unit in UNITS:
        if value >= max(size, 1e4):  # numbers of four digits are written out
            return f"{value / size:,.3g}{unit}" if value < 1000 * size else f"{value / size:,.0f}{unit}"
    return f"{value:,.0f}"


def hours(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def size(value: float) -> str:
    for one, unit in SIZES:
        if value >= one:
            return f"{value / one:,.3g} {unit}"
    return f"{value:.0f} B"


def percent(part: float | None, whole: float | None) -> str:
    return "-" if part is None or not whole else f"{100 * part / whole:.0f}%"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Columns two spaces apart; the first is words, the others are numbers at the right."""
    cells = [list(head), *map(list, rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    lines = []
    for row in cells:
        words = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(words).rstrip())
    return [lines[0], "-" * len(lines[0]), *lines[1:]]


def lines_of(plan: Plan) -> Iterator[str]:
    """The whole plan."""
    nodes = f"{plan['nodes']} x {plan['gpus_a_node']} GPUs"
    yield f"Budget by the shares of {', '.join(plan['samples'])}; wall times on {nodes}"
    yield from ("", "Records", *table(["source", *STEPS], _flow(plan)))
    yield from ("", "Stages that ask a model", *table(_STAGE_HEAD, _stages(plan)))
    if plan["training"]:
        yield from ("", "Training", *table(_TRAINING_HEAD, _training(plan)))
        yield f"(the paper: {PAPER_HOURS['hours']:.0f} h for {PAPER_HOURS['students']} on {PAPER_HOURS['on']})"
    if plan["enough"]:
        yield from ("", "What sft.caps take", *table(_CAPS_HEAD, _caps(plan)))
    yield from ("", "Disk", *table(["folder", "size"], [(name, size(value)) for name, value in plan["disk"].items()]))
    yield from _order(plan)
    yield from _held(plan)
    yield from ("", "In all", *_total(plan["total"]))
    if plan["held"]:
        left = _sum(plan["total"], "gpu_hours_left", "gpu_hours")
        yield f"{left} GPU-hours are left, for the journal has the rest"
    yield from ("", "What this rests on", *(f"- {note}" for note in _basis(plan)))


_STAGE_HEAD = ["rule", "jobs", "calls", "prompt", "cached", "output", "GPU-h", "loading", "longest job h", "wall h"]
_CAPS_HEAD = ["source", "samples made", "taken", "users that would do"]
_TRAINING_HEAD = ["student, set", "samples", "tokens", "epochs", "hours", "GPU-h"]


def _flow(plan: Plan) -> Iterator[list[str]]:
    for row in plan["flow"]:
        volumes = row["volumes"]
        samples = sum(volume for name, volume in volumes.items() if name.startswith("tasks/")) or None
        yield [row["source"], *(short(volumes.get(name)) for name in STEPS[:-1]), short(samples)]


def _stages(plan: Plan) -> Iterator[list[str]]:
    for row in plan["rules"]:
        loading = None if row["hours"] is None else row["load_hours"]
        yield [
            row["rule"],
            short(row["jobs"]),
            *(short(row[name]) for name in ("calls", "prompt")),
            percent(row["cached"], row["prompt"]),
            short(row["output"]),
            hours(row["gpu_hours"]),
            percent(loading, row["hours"]),
            hours(row["longest_job_hours"]),
            hours(row["wall_hours"]),
        ]


def _training(plan: Plan) -> Iterator[list[str]]:
    for row in plan["training"]:
        figures = [short(row["samples"]), short(row["tokens"]), str(row["epochs"])]
        yield [f"{row['student']}, {row['variant']}", *figures, hours(row["hours"]), hours(row["gpu_hours"])]


def _caps(plan: Plan) -> Iterator[list[str]]:
    for source, share in plan["enough"].items():
        own = [one for one in plan["training_set"] if one["source"] == source]
        made, taken = (sum(one[name] for one in own) for name in ("made", "samples"))
        users = percent(share, 1.0) if share >= 0.01 else f"{100 * share:.2g}%"
        yield [source, short(made), short(taken), users]


def _order(plan: Plan) -> Iterator[str]:
    rows = plan["score_first"]
    if rows:
        yield from ("", "With cleaning.order: score_first, only what passes the cut is rewritten; it would save")
        head = ["source", "passing", "calls", "prompt tokens", "GPU-h"]
        yield from table(
            head,
            (
                [
                    row["source"],
                    percent(row["passing"], 1.0),
                    short(row["calls_saved"]),
                    short(row["prompt_saved"]),
                    hours(row["gpu_hours_saved"]),
                ]
                for row in rows
            ),
        )


def _held(plan: Plan) -> Iterator[str]:
    if plan["held"]:
        yield from ("", "Answered in the journal already (of the tables at hand)")
        rows = (
            [
                " ".join(filter(None, (row["rule"], row["source"], row["part"]))),
                short(row["requests"]),
                short(row["answered"]),
            ]
            for row in plan["held"]
        )
        yield from table(["stage", "requests", "answered"], rows)


def _total(total: dict[str, Any]) -> Iterator[str]:
    cached = percent(total["cached"], total["prompt"])
    yield f"{short(total['jobs'])} jobs that ask a model, {short(total['calls'])} calls"
    yield f"{short(total['prompt'])} prompt tokens ({cached} cached), {short(total['output'])} output tokens"
    yield f"{_sum(total, 'gpu_hours')} GPU-hours, {_sum(total, 'wall_hours')} hours one rule after another"
    yield f"{size(total['bytes'])} on disk"


def _sum(total: dict[str, Any], name: str, complete: str = "") -> str:
    """Hours in all: "12", "at least 12" when some are not known, "unknown" when none is."""
    value = hours(total[name]) if total[name] is not None else "unknown"
    return f"at least {value}" if (complete or name) in total["at_least"] else value


def _basis(plan: Plan) -> Iterator[str]:
    for row in plan["flow"]:
        on = row["rests_on"]
        yield f"{row['source']}: {on['texts']:,} raw texts, {on['records']:,} records, {on['users']:,} users sampled"
    yield from plan["notes"]
