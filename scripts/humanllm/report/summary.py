"""A run in a dozen lines for the terminal."""

from __future__ import annotations

from typing import Any

from humanllm.report import scores, training_view
from humanllm.report.facts import extractive_roles
from humanllm.report.view import funnel_steps

Facts = dict[str, Any]
MANY = 8  # systems that a line still names


def summarize(facts: Facts) -> list[str]:
    """What was made and what it means, a line each."""
    return [
        f"{facts['run']['name']}: " + ", ".join(facts["run"]["sources"]),
        *_data(facts),
        *_training(facts),
        *_scores(facts),
        *([f"  missing  no {'; no '.join(facts['missing'])}"] if facts["missing"] else []),
        *_meaning(facts),
    ]


def _data(facts: Facts) -> list[str]:
    steps = {row["label"]: row["sum"] for row in funnel_steps(facts)}
    if not facts["funnel"]:
        return []
    records = [
        f"{steps['records in the dumps']:,} in the dumps",
        f"{steps['kept by the rule filters']:,} past the rules",
        f"{steps['good, harmless, private']:,} clean",
    ]
    made = [f"{steps['products kept by the judge']:,} of {steps['products synthesised']:,} products kept by the judge"]
    made += [f"{steps['samples of the six tasks']:,} samples"]
    for variant, report in facts["sft"].items():
        size = training_view.sizes(variant, report)
        made.append(f"{size['train']:,} + {size['test']:,} in train + test ({variant})")
    return [f"  records  {' -> '.join(records)}", f"  made     {', '.join(made)}"]


def _training(facts: Facts) -> list[str]:
    found = [(model, model["training"]) for model in facts["models"] if model["training"]]
    return [
        f"  trained  {model['model']} {model['variant']}: loss {training['first_loss']:.3f} ->"
        f" {training['last_loss']:.3f} in {training['steps']:,} updates; merged with its base"
        for model, training in found
    ]


def _scores(facts: Facts) -> list[str]:
    """The averages beside chance, one line a benchmark or application: every system, or the span of many."""
    lines = []
    for name, comparison in (facts["benchmarks"] | facts["applications"]).items():
        means = scores.averages(comparison, facts["run"])
        said = [f"{system} {cell['value']:.3f}" for system, cell in means.items() if cell["value"] is not None]
        if len(said) > MANY:
            best = max((cell["value"], system) for system, cell in means.items() if cell["value"] is not None)
            said = [f"{len(said)} systems, the best {best[1]} {best[0]:.3f}"]
        chance = next(iter(means.values()))["chance"]
        beside = "" if chance is None else f" (chance {chance:.3f})"
        lines.append(f"  scored   {scores.title(name)}: {', '.join(said) or 'nothing'}{beside}")
    return lines


def _meaning(facts: Facts) -> list[str]:
    roles = " and ".join(extractive_roles(facts))
    if not roles:
        return []
    return [f"  meaning  the stages work; rules, no model, were the {roles}: the scores say nothing about the method"]
