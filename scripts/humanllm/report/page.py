"""The report's page from the facts: one HTML file with its style and its figures inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from humanllm.report import habits, paper, plots, quality, scores, training_view
from humanllm.report.facts import extractive_roles
from humanllm.report.lineup import grouped
from humanllm.report.view import (
    STAGES,
    broken_off,
    calls,
    clue_tables,
    cost_rows,
    dead_rows,
    funnel_steps,
    glance,
    paper_rows,
    stage_row,
    words,
)

Facts = dict[str, Any]
SEVERAL = 8  # names that one line can hold


def render(template: Path, **values: Any) -> str:
    """Fill in a template; what enters is escaped, an unknown name is an error. A template finds others beside it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(template.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(template.name).render(values)


def build_page(template: Path, facts: Facts) -> str:
    figures: dict[str, str] = {}
    check_paper(facts)
    return render(
        template,
        run=facts["run"],
        missing=facts["missing"],
        extractive=extractive_roles(facts),
        glance=glance(facts),
        about=about(facts["run"]),
        steps=funnel_steps(facts),
        paper=paper_rows(facts),
        sources=sources(facts),
        quality=quality.rows(facts),
        cuts=quality.cuts(facts),
        histories=quality.histories(facts),
        histograms=histograms(facts, figures),
        sets=training_view.sets(facts),
        models=training_view.models(facts, figures),
        benchmarks=benchmarks(facts, facts["benchmarks"], figures),
        applications=benchmarks(facts, facts["applications"], figures),
        application_judge=application_judge(facts),
        clues=clue_tables(facts),
        sheets={scores.title(name): link for name, link in facts["sheets"].items()},
        has_paper=bool(facts["paper"]),
        costs=cost_rows(facts),
        dead=dead_rows(facts),
        calls=calls(facts),
        figures=figures,
    )


def application_judge(facts: Facts) -> str:
    """The judge of the applications' texts, with its revision, as the grades themselves name it."""
    judges = {
        (found["judge"], found["judge_revision"])
        for comparison in facts["applications"].values()
        for system in comparison["systems"].values()
        if "judge" in (found := system["provenance"])
    }
    return " and ".join(f"{name} (revision {revision})" for name, revision in sorted(judges)) or "a judge"


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
        ("Systems scored", systems(run)),
        ("Seed", str(run["seed"])),
    ]


def systems(run: dict[str, Any]) -> str:
    """Their names, or how many there are of each student."""
    if len(run["systems"]) <= SEVERAL:
        return ", ".join(run["systems"])
    counts = [f"{len(members)} of {student}" for student, members in grouped(run, run["systems"])]
    return f"{len(run['systems'])}: {', '.join(counts)}"


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


def benchmarks(facts: Facts, comparisons: Facts, figures: dict[str, str]) -> list[dict[str, Any]]:
    """The tables of each benchmark or application, with its figures."""
    made = []
    for name, comparison in comparisons.items():
        table = scores.tables(name, comparison, facts["run"], facts["paper"])
        answers = habits.grading if table["graded"] else habits.habits
        made.append(
            table | {"figures": draw(name, comparison, facts, figures), "habits": answers(comparison, facts["run"])}
        )
    return made


def draw(name: str, comparison: Facts, facts: Facts, figures: dict[str, str]) -> dict[str, str]:
    """{figure: caption}: every column of a few systems, the averages of many."""
    scale = tuple(comparison.get("scale", (0, 1)))
    called = "mean grade" if comparison.get("kind") == "grades" else "accuracy"
    chance = scores.chances(comparison)
    if len(comparison["systems"]) <= plots.MOST:
        columns = scores.groups(comparison, facts["run"])
        drawn = plots.scores(columns, chance, scale, called) if columns else None
        caption = f"{scores.title(name)}: every column, with intervals"
    else:
        points = scores.points(comparison, facts["run"])
        drawn = plots.averages(points, chance.get(scores.AVERAGE), scale, called) if points else None
        caption = f"{scores.title(name)}: the average over all columns, with its interval"
    if drawn is None:
        return {}
    figures[f"scores {name}"] = drawn
    return {f"scores {name}": caption}


def check_paper(facts: Facts) -> None:
    """Raise InputError for a figure of the paper that no table of this page has a place for."""
    compared = facts["benchmarks"] | facts["applications"]
    columns = {name: comparison["columns"] for name, comparison in compared.items()}
    scales = {name: comparison.get("scale", [0, 1]) for name, comparison in compared.items()}
    steps = [row["label"] for row in funnel_steps(facts)]
    paper.check(facts["paper"], columns | {"funnel": steps}, scales, {*scores.TITLES, *columns, "funnel"})
