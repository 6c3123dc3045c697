"""Dataset card and model cards: a head in YAML as the Hugging Face hub reads it, then what ran, in words and counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.report import quality, scores, training_view
from humanllm.report.facts import extractive_roles
from humanllm.report.page import render, who
from humanllm.report.view import funnel_steps, samples, words

Facts = dict[str, Any]
NAME = "Cognitive Genome Dataset"
SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))


def _head(values: dict[str, Any]) -> Any:
    """YAML that no escaping of the template may touch."""
    import yaml
    from markupsafe import Markup

    return Markup(yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=120))


def size_category(count: int) -> str:
    """The hub's name for a number of rows."""
    return next((name for bound, name in SIZES if count < bound), "n>10M")


def _common(facts: Facts) -> dict[str, Any]:
    run = facts["run"]
    made_up = ", all of invented people" if run["made_up"] else ""
    return {
        "run": run,
        "missing": facts["missing"],
        "extractive": extractive_roles(facts),
        "provenance": ", ".join(run["sources"]) + made_up,
        "teacher": who(run["teacher"]),
        "judge": who(run["judge"]),
        "cuts": quality.cuts(facts),
    }


def dataset_card(template: Path, facts: Facts) -> str:
    steps = funnel_steps(facts) if facts["funnel"] else []
    sets = [training_view.sizes(variant, report) for variant, report in facts["sft"].items()]
    count = max((made["train"] + made["test"] for made in sets), default=0)
    tags = ["persona", "personalization", "social-simulation", "humanllm"]
    head = {
        "pretty_name": NAME + (" (invented people)" if facts["run"]["made_up"] else ""),
        "language": ["en"],
        "license": "mit" if facts["run"]["made_up"] else "other",
        "task_categories": ["text-generation", "question-answering"],
        "size_categories": [size_category(count)],
        "tags": tags + (["synthetic"] if facts["run"]["made_up"] else []),
    }
    return render(
        template,
        head=_head(head),
        name=NAME,
        steps=steps,
        sources=list(facts["funnel"]),
        samples={words(task): counts for task, counts in samples(facts).items()},
        sets=sets,
        **_common(facts),
    )


def model_card(template: Path, facts: Facts, name: str) -> str:
    """The card of "model-variant". Raises InputError when the facts know no such model."""
    model = next((row for row in facts["models"] if f"{row['model']}-{row['variant']}" == name), None)
    if model is None:
        known = ", ".join(f"{row['model']}-{row['variant']}" for row in facts["models"]) or "none"
        raise InputError(f"no model {name} in the report's facts (known: {known}): build the report again")
    run = facts["run"]
    spec = run["students"][model["model"]]
    training = model["training"] or {}
    head = {
        "language": ["en"],
        "license": "other",
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        **({"base_model": spec["path"]} if spec["revision"] != "made" else {}),
        "tags": ["persona", "personalization", "social-simulation", "humanllm", "merge"],
    }
    return render(
        template,
        head=_head(head),
        model=model["model"],
        variant=model["variant"],
        base=who(spec),
        training=training_view.lines(model),
        tables=[scores.table(comparison, run["systems"]) for comparison in facts["benchmarks"].values()],
        commit=training.get("git_commit"),
        **_common(facts),
    )
