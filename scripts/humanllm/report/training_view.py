"""Training sets and trained models as rows and lines of words."""

from __future__ import annotations

from typing import Any

from humanllm.report import plots
from humanllm.report.view import reasons, words

Facts = dict[str, Any]

LEAKAGE = {  # what sample_sft looked for in its finished files
    "users_in_both": "users on both sides",
    "history_not_before_target": "samples that show something not older than their target",
    "prompts_in_both": "test prompts that stand in train word for word",
    "test_targets_in_train": "texts that test asks for and a training sample shows",
    "test_answers_seen_in_train": "test answers that share 13 words in a row with train",
    "test_answers_mostly_in_one": "test answers of which one answer of train holds 80 % of the runs of 13 words",
}
QUANTILES = {"p5": "5 %", "p50": "median", "p95": "95 %", "p100": "longest"}


def sizes(variant: str, report: dict[str, Any]) -> dict[str, Any]:
    """How many samples a training set has on each side."""
    counts = [sides for sources in report["samples"].values() for sides in sources.values()]
    return {"variant": variant} | {side: sum(sides.get(side, 0) for sides in counts) for side in ("train", "test")}


def sets(facts: Facts) -> list[dict[str, Any]]:
    """Each training set: samples a task and source, lengths a task, leakage."""
    return [
        sizes(variant, report)
        | {
            "sources": (sources := _sources(report)),
            "tasks": [_task(task, report["samples"][task], sources) for task in report["samples"]],
            "lengths": [_lengths(task, found) for task, found in report.get("estimated_tokens", {}).items()],
            "length_heads": list(QUANTILES.values()),
            "facts": set_facts(report),
        }
        for variant, report in facts["sft"].items()
    ]


def _sources(report: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(source for sources in report["samples"].values() for source in sources))


def _task(task: str, counts: dict[str, dict[str, int]], sources: list[str]) -> dict[str, Any]:
    sides = {side: sum(source.get(side, 0) for source in counts.values()) for side in ("train", "test")}
    cells = [f"{sum(counts[source].values()):,}" if source in counts else "" for source in sources]
    return {"task": words(task), "cells": cells} | sides


def _lengths(task: str, found: dict[str, int]) -> dict[str, Any]:
    return {"task": words(task), "cells": [f"{found[name]:,}" if name in found else "" for name in QUANTILES]}


def set_facts(report: dict[str, Any]) -> list[str]:
    """Users, and what was looked for between the two sides."""
    users = ", ".join(f"{count:,} in {side}" for side, count in report.get("users", {}).items())
    found = report.get("leakage", {})
    lines = [f"Users: {users}."] if users else []
    lines += [f"{found[name]:,} {said}." for name, said in LEAKAGE.items() if name in found]
    if report.get("decontaminated_against"):
        lines.append(f"Samples that hold a question of {', '.join(report['decontaminated_against'])} were taken out.")
    return lines


def models(facts: Facts, figures: dict[str, str]) -> list[dict[str, Any]]:
    """A figure of loss curves and a row for each training set, of every student."""
    made = []
    for student in dict.fromkeys(model["model"] for model in facts["models"]):
        own = [model for model in facts["models"] if model["model"] == student]
        curves = {model["variant"]: points for model in own if (points := (model["training"] or {}).get("points"))}
        row = {"student": student, "figure": None, "rows": [model_row(model) for model in own]}
        if curves:
            row["figure"] = f"loss {student}"
            figures[row["figure"]] = plots.loss_curves(curves)
        made.append(row)
    return made


def model_row(model: dict[str, Any]) -> dict[str, Any]:
    """One model's lengths, fill and losses; None where a part is missing."""
    packing, training = model["packing"] or {}, model["training"] or {}
    return {
        "variant": model["variant"],
        "samples": packing.get("kept"),
        "too_long": packing.get("dropped", {}).get("too_long", 0) if packing else None,
        "tokens": packing.get("tokens"),
        "longest": packing.get("longest"),
        "sequences": packing.get("sequences"),
        "fill": packing.get("fill_rate"),
        "updates": training.get("steps"),
        "first_loss": training.get("first_loss"),
        "last_loss": training.get("last_loss"),
        "lines": lines(model),
    }


def lines(model: dict[str, Any]) -> list[str]:
    """What is known of one model's packing, training and merge, a line each."""
    return [
        *(packing_lines(model["packing"]) if model["packing"] else ["This run has no packed data for it."]),
        *(training_lines(model["training"]) if model["training"] else ["This run has no training of it."]),
        *(merge_lines(model["merge"]) if model["merge"] else ["This run has no merge of it."]),
    ]


def training_lines(training: dict[str, Any]) -> list[str]:
    first, last = training["first_loss"], training["last_loss"]
    made_of = training["manifest"]
    data, settings, batch = made_of["data"], made_of["settings"], made_of["batch"]
    change = 100 * (last - first) / first if first else 0
    return [
        f"Loss {first:.3f} in the first update, {last:.3f} in the last of {training['steps']:,} ({change:+.0f} %).",
        f"{data['samples']:,} samples in {data['sequences']:,} packed sequences: {data['tokens']:,} tokens,"
        f" {data['answer_tokens']:,} of them answers, which alone count for the loss.",
        f"{settings['epochs']} epochs, learning rate {settings['learning_rate']:g}, {batch['samples']:.1f} samples an"
        f" update on average, {settings['precision']}, ZeRO stage {settings['zero_stage']} on"
        f" {training['layout']['ranks']} {settings['device']} ranks.",
    ]


def packing_lines(packing: dict[str, Any]) -> list[str]:
    left_out = f"; left out: {reasons(packing['dropped'])}" if packing["dropped"] else ""
    return [
        f"{packing['kept']:,} of {packing['in']:,} samples packed, the longest of {packing['longest']:,} tokens"
        f"{left_out}; the sequences are {100 * packing['fill_rate']:.0f} % full.",
        *([f"Left out by task: {'; '.join(tasks)}."] if (tasks := _left_out(packing.get("by_task", {}))) else []),
    ]


def _left_out(tasks: Facts) -> list[str]:
    """Why samples of each task were left out."""
    return [
        f"{words(task)}, {found['in']:,} in all: {reasons(found['dropped'])}"
        for task, found in tasks.items()
        if found["dropped"]
    ]


def merge_lines(merge: dict[str, Any]) -> list[str]:
    weights = " + ".join(f"{weight:g} {name}" for name, weight in merge["weights"].items())
    probe = merge["probe"]
    return [
        f"Merged: {weights}, {merge['dtype']}; {probe['tensors']} tensors were read back and lie within"
        f" {probe['max_difference']:.1g} of that mean."
    ]
