"""The facts as rows of words and numbers, ready for a template to lay out: nothing is worked out in a template."""

from __future__ import annotations

from typing import Any

from humanllm.report.facts import dead_letters
from humanllm.report.funnel import total

Facts = dict[str, Any]
STAGES = {  # rule -> what it did, in the order of the run
    "ingest_dump": "rule filters",
    "find_kcore": "k-core of users and items",
    "gather_users": "duplicates, short histories",
    "rewrite_text": "rewriting",
    "score_quality": "labels",
    "select_records": "cut on quality, harm, privacy",
    "synthesize_product": "synthesis",
    "judge_product": "judging",
    "select_product": "the judge's cut",
    "build_task": "samples of a task",
    "sample_sft": "training set",
    "pack_tokens": "packing",
    "train_sft": "training",
    "merge_linear": "merging",
    "build_benchmark": "items of a benchmark",
    "generate_distractors": "wrong options",
    "answer_benchmark": "answers",
    "score_benchmark": "scoring",
    "build_application": "items of an application",
    "write_application": "texts of an application",
    "judge_application": "grades of an application",
    "score_application": "scoring of an application",
}
# Rows of the dumps as published: together the 707,520,000 raw texts with which the paper's Table A1 begins.
PAPER_RAW = {"reddit": 47_215_000, "twitter": 88_084_000, "blogger": 681_000, "amazon": 571_540_000}
TOKENS = ("prompt_tokens", "cached_tokens", "output_tokens")
CLUES = (
    "items",
    "chance",
    "longest",
    "shortest",
    "options_only",
    "options_only_low",
    "options_only_high",
    "gold_words",
    "other_words",
)
STEPS = (  # the way of a record, in one table: label, stage, count
    ("records in the dumps", "ingest_dump", "in"),
    ("kept by the rule filters", "ingest_dump", "kept"),
    ("in histories long enough", "gather_users", "kept"),
    ("good, harmless, private", "select_records", "kept"),
    ("products synthesised", "synthesize_product", "kept"),
    ("products kept by the judge", "select_product", "kept"),
    ("samples of the six tasks", "build_task", "kept"),
)


def words(name: str) -> str:
    """ "social_qa" -> "social qa": names of the config as they read."""
    return name.replace("_", " ")


def reasons(counts: dict[str, int]) -> str:
    """{"short": 2, "bot": 9} -> "bot 9, short 2": the most frequent first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{words(reason)} {count:,}" for reason, count in ordered)


def funnel_steps(facts: Facts) -> list[dict[str, Any]]:
    """A row a step, the count of each source and of all together."""
    rows = []
    for label, stage, count in STEPS:
        cells = [total(funnel["rows"], stage, count) for funnel in facts["funnel"].values()]
        rows.append({"label": label, "cells": cells, "sum": sum(cells)})
    return rows


def paper_rows(facts: Facts) -> list[dict[str, Any]]:
    """The paper's counts beside ours: what it began with, and what the user took over from its Table A1."""
    sources = list(facts["funnel"])
    rows: list[dict[str, Any]] = [{"label": "raw texts (Table A1)", "cells": [PAPER_RAW[source] for source in sources]}]
    given = facts["paper"].get("funnel", {})
    for label, _, _ in STEPS:
        if any(label in columns for columns in given.values()):
            rows.append({"label": label, "cells": [given.get(source, {}).get(label) for source in sources]})
    return [row | {"sum": None if None in row["cells"] else sum(row["cells"])} for row in rows]


def broken_off(rows: list[dict[str, Any]]) -> list[str]:
    """A note for each kind of dump of which some broke off and the config took what could be read."""
    found = []
    for row in rows:
        facts = row["facts"] if row["stage"] == "ingest_dump" else {}
        if count := facts.get("truncated"):
            found.append(f"{count} of the dumps of {row['part']} broke off; what could be read was taken")
        if facts.get("accounts", {}).get("truncated"):
            found.append("a dump of accounts broke off; what could be read was taken")
    return found


def stage_row(row: dict[str, Any]) -> dict[str, Any]:
    """One stage's counts for the table of a source."""
    return {
        "stage": row["stage"],
        "label": STAGES.get(row["stage"], words(row["stage"])),
        "part": words(row["part"]),
        "in": row["in"],
        "kept": row["kept"],
        "share": 100 * row["kept"] / row["in"] if row["in"] else 0,
        "dropped": reasons(row["dropped"]),
        "dead": sum(row["dead"].values()),
    }


def glance(facts: Facts) -> list[tuple[str, str]]:
    """The run in a few numbers: (number, what it counts)."""
    steps = {row["label"]: row["sum"] for row in funnel_steps(facts)}
    numbers = [(f"{count:,}", label) for label, count in steps.items() if facts["funnel"] and "synth" not in label]
    trained = [model for model in facts["models"] if model.get("training")]
    if len(trained) > 2:
        return [*numbers, (f"{len(trained)}", "models trained and merged")]
    for model in trained:
        fell = f"{model['training']['first_loss']:.2f} → {model['training']['last_loss']:.2f}"
        numbers.append((fell, f"training loss, {model['model']} {words(model['variant'])}"))
    return numbers


def dead_rows(facts: Facts) -> list[dict[str, Any]]:
    return [
        {
            "where": " ".join(part for part in (row.get("source", ""), words(row["part"])) if part),
            "label": STAGES.get(row["stage"], words(row["stage"])),
            "in": row["in"],
            "dead": sum(row["dead"].values()),
            "reasons": reasons(row["dead"]),
        }
        for row in dead_letters(facts)
    ]


def calls(facts: Facts) -> list[dict[str, Any]]:
    """Requests and tokens of each stage that asks a model, over all sources."""
    rows = [row for funnel in facts["funnel"].values() for row in funnel["rows"]] + facts["stages"]
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        tokens = row["facts"].get("tokens", row["facts"])  # some stages have the tokens beside their other facts
        if "prompt_tokens" not in tokens:
            continue
        place = found.setdefault(
            row["stage"], {"in": 0, "label": STAGES.get(row["stage"], words(row["stage"]))} | dict.fromkeys(TOKENS, 0)
        )
        place["in"] += row["in"]
        for kind in TOKENS:
            place[kind] += tokens[kind]
    return [found[stage] for stage in [*STAGES, *(set(found) - set(STAGES))] if stage in found]


def samples(facts: Facts) -> dict[str, dict[str, int]]:
    """{task: {source: samples}} as the tasks' stage counted them."""
    found: dict[str, dict[str, int]] = {}
    for source, funnel in facts["funnel"].items():
        for row in funnel["rows"]:
            if row["stage"] == "build_task":
                found.setdefault(row["part"], {})[source] = row["kept"]
    return found


def clue_tables(facts: Facts) -> dict[str, dict[str, Any]]:
    """{benchmark: what answers without reading would score}, as rows: column, items and shares in percent."""
    found = {}
    for name, clues in facts["clues"].items():
        columns = clues["columns"] | ({"average": clues["average"]} if clues.get("average") else {})
        rows = [
            {"column": words(column), **{key: values.get(key) for key in CLUES}} for column, values in columns.items()
        ]
        found[name] = {"rows": rows, "warnings": clues.get("warnings", [])}
    return found


def cost_rows(facts: Facts) -> dict[str, Any]:
    """Jobs, hours and memory by rule, and all together."""
    rows = [row | {"label": STAGES.get(row["rule"], words(row["rule"]))} for row in facts["costs"]]
    return {
        "rows": rows,
        "hours": sum(row["hours"] for row in rows),
        "gpu_hours": sum(row["gpu_hours"] for row in rows),
    }
