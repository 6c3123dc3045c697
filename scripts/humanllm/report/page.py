"""The report's page from the facts: one HTML file with its style and its figures inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from humanllm.report import plots, quality, scores, training_view
from humanllm.report.facts import extractive_roles
from humanllm.report.view import (
    STAGES,
    broken_off,
    calls,
    dead_rows,
    funnel_steps,
    glance,
    paper_row,
    stage_row,
    words,
)

Facts = dict[str, Any]


def render(template: Path, **values: Any) -> str:
    """Fill in a template; what enters is escaped, an unknown name is an error. A template finds others beside it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(template.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(template.name).render(values)


def build_page(template: Path, facts: Facts) -> str:
    figures: dict[str, str] = {}
    return render(
        template,
        run=facts["run"],
        missing=facts["missing"],
        extractive=extractive_roles(facts),
        glance=glance(facts),
        about=about(facts["run"]),
        steps=funnel_steps(facts),
        paper=paper_row(facts),
        sources=sources(facts),
        quality=quality.rows(facts),
        cuts=quality.cuts(facts),
        histories=quality.histories(facts),
        histograms=histograms(facts, figures),
        sets=training_view.sets(facts),
        models=training_view.models(facts, figures),
        benchmarks=benchmarks(facts, figures),
        dead=dead_rows(facts),
        calls=calls(facts),
        figures=figures,
    )


def who(spec: dict[str, Any]) -> str:
    """A model in a few words: name, engine, revision."""
    if spec["engine"] == "extractive":
        return "the extractive engine (rules, no model)"
    return f"{spec['name']} ({spec['path']}, revision {spec['revision']}, by {spec['engine']})"


def about(run: dict[str, Any]) -> list[tuple[str, str]]:
    dumps = ", ".join(f"{source} ({count} dump{'s' * (count != 1)})" for source, count in run["sources"].items())
    return [
        ("Sources", dumps + (", all made up: no real person's words" if run["made_up"] else "")),
        ("Teacher", who(run["teacher"])),
        ("Judge", who(run["judge"])),
        ("Students", "; ".join(who(spec) for spec in run["students"].values())),
        ("Training sets", ", ".join(run["variants"])),
        ("Systems scored", ", ".join(run["systems"])),
        ("Seed", str(run["seed"])),
    ]


def sources(facts: Facts) -> list[dict[str, Any]]:
    """Each source's stages, in the order of the run."""
    order = list(STAGES)
    return [
        {
            "name": name,
            "rows": [
                stage_row(row)
                for row in sorted(
                    funnel["rows"], key=lambda row: order.index(row["stage"]) if row["stage"] in order else len(order)
                )
            ],
            "notes": funnel["gaps"] + broken_off(funnel["rows"]),
        }
        for name, funnel in facts["funnel"].items()
    ]


def histograms(facts: Facts, figures: dict[str, str]) -> dict[str, dict[str, str]]:
    """{kind of product: {figure: caption}}; the figures themselves go into `figures`."""
    found: dict[str, dict[str, str]] = {}
    for kind, metrics in quality.histograms(facts).items():
        for metric, counts in metrics.items():
            cut = facts["run"]["cuts"][kind]["overall" if metric == "overall" else "others"]
            name = f"judge {kind} {metric}"
            figures[name] = plots.histogram(counts, below=cut)
            found.setdefault(words(kind), {})[name] = f"{words(metric)}, {sum(counts.values()):,} judged"
    return found


def benchmarks(facts: Facts, figures: dict[str, str]) -> list[dict[str, Any]]:
    """A table of systems by columns for each benchmark, with its figure."""
    made = []
    for name, comparison in facts["benchmarks"].items():
        table = scores.table(comparison, facts["run"]["systems"]) | {"figure": None}
        groups = scores.groups(table)
        if groups:
            table["figure"] = f"scores {name}"
            figures[table["figure"]] = plots.scores(groups, scores.chances(table))
        made.append(table)
    return made
