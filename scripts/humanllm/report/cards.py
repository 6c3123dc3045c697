"""Dataset card and model cards: a head in YAML as the Hugging Face hub reads it, then what ran, in words and counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.report import licences, quality, scores, training_view
from humanllm.report.facts import extractive_roles
from humanllm.report.page import render, who
from humanllm.report.view import funnel_steps, samples, words

Facts = dict[str, Any]
NAME = "Cognitive Genome Dataset"
HUB_NAME = re.compile(r"\w[\w.-]*/\w[\w.-]*")
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
    from huggingface_hub import DatasetCardData

    steps = funnel_steps(facts) if facts["funnel"] else []
    sets = [training_view.sizes(variant, report) for variant, report in facts["sft"].items()]
    count = max((made["train"] + made["test"] for made in sets), default=0)
    made_up = facts["run"]["made_up"]
    terms: dict[str, Any] = {"license": "mit"}
    if not made_up:
        terms = {"license": "other", "license_name": "terms-of-the-sources"}
    data = DatasetCardData(
        pretty_name=NAME + (" (invented people)" if made_up else ""),
        language=["en"],
        **terms,
        annotations_creators=["machine-generated"],
        language_creators=["machine-generated"] if made_up else ["found", "machine-generated"],
        source_datasets=["original"],
        task_categories=["text-generation", "question-answering"],
        size_categories=[size_category(count)],
        tags=["persona", "personalization", "social-simulation", "humanllm"] + (["synthetic"] if made_up else []),
        configs=[_config(made["variant"], place == 0) for place, made in enumerate(sets)] or None,
    )
    return render(
        template,
        head=_head(data.to_dict()),
        name=NAME,
        steps=steps,
        sources=list(facts["funnel"]),
        samples={words(task): counts for task, counts in samples(facts).items()},
        sets=sets,
        checks={variant: training_view.set_facts(report) for variant, report in facts["sft"].items()},
        **_common(facts),
    )


def _config(variant: str, first: bool) -> dict[str, Any]:
    """How `datasets` loads a training set from a repository that holds the run's folder sft/."""
    files = [{"split": side, "path": f"sft/{variant}/{side}.jsonl"} for side in ("train", "test")]
    return {"config_name": variant, "data_files": files} | ({"default": True} if first else {})


def model_card(template: Path, facts: Facts, name: str) -> str:
    """The card of "model-variant". Raises InputError when the facts know no such model."""
    from huggingface_hub import ModelCardData

    model = next((row for row in facts["models"] if f"{row['model']}-{row['variant']}" == name), None)
    if model is None:
        known = ", ".join(f"{row['model']}-{row['variant']}" for row in facts["models"]) or "none"
        raise InputError(f"no model {name} in the report's facts (known: {known}): build the report again")
    run = facts["run"]
    spec = run["students"][model["model"]]
    licence = licences.of(spec, run["made_up"])
    of_hub = {"base_model": spec["path"], "base_model_relation": "merge"} if _of_hub(spec["path"]) else {}
    data = ModelCardData(
        model_name=name,
        eval_results=_results(facts, f"{name}-merged") or None,
        language=["en"],
        **licence["head"],
        library_name="transformers",
        pipeline_tag="text-generation",
        **of_hub,
        tags=["persona", "personalization", "social-simulation", "humanllm", "merge"],
    )
    compared = facts["benchmarks"] | facts["applications"]
    return render(
        template,
        head=_head(data.to_dict()),
        model=model["model"],
        variant=model["variant"],
        base=who(spec),
        licence=licence,
        training=training_view.lines(model),
        merge=model["merge"],
        tables=[table for key, found in compared.items() if (table := _table(key, found, run, model))],
        commit=(model["training"] or {}).get("git_commit"),
        **_common(facts),
    )


def _of_hub(path: str) -> bool:
    """Whether a student's base is a hub's name (owner/name); the hub refuses a head that names a folder."""
    return HUB_NAME.fullmatch(path) is not None and not Path(path).is_dir()


def _results(facts: Facts, system: str) -> list[Any]:
    """The merged model's scores for the head's model-index: a benchmark's columns, with their intervals."""
    from huggingface_hub import EvalResult

    found = []
    for name, comparison in facts["benchmarks"].items():
        for column, value in comparison["systems"].get(system, {"columns": {}})["columns"].items():
            if value["accuracy"] is not None:
                found.append(
                    EvalResult(
                        task_type="multiple-choice",
                        dataset_type=name,
                        dataset_name=scores.title(name),
                        dataset_config=column,
                        metric_type="accuracy",
                        metric_name=f"accuracy, {words(column)}",
                        metric_value=value["accuracy"],
                        metric_args={
                            "low": value["low"],
                            "high": value["high"],
                            "chance": value["chance"],
                            "interval": comparison["interval"],
                        },
                    )
                )
    return found


def _table(name: str, comparison: Facts, run: Facts, model: Facts) -> Facts | None:
    """A benchmark's or application's rows for one card: other systems, the base, this model unmerged and merged."""
    own = f"{model['model']}-{model['variant']}-"
    wanted = [
        member["system"]
        for member in scores.lineup(run)
        if member["student"] is None or member["system"] in (f"{model['model']}-base", f"{own}unmerged", f"{own}merged")
    ]
    return scores.tables(name, comparison, run, {}, [system for system in wanted if system in comparison["systems"]])
