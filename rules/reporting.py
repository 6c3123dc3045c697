"""Which files the report reads: the counts of all stages, and the results that it shows."""

from __future__ import annotations

from typing import Any

from dumps import Dump

Row = dict[str, Any]
READ_BESIDE = ("accounts", "meta")  # dumps that no job of their own reads
BY_BUCKET = ("records", "rewritten", "scored", "clean")
BY_PRODUCT = ("synthesized", "judged")


def funnel_rows(
    results: str, source: str, dumps: dict[str, Dump], buckets: int, products: list[str], tasks: list[str]
) -> list[Row]:
    """A row of a source's funnel for each stage and part: where its counts lie, and their names (or how many).

    [{"part": "user", "paths": "results/judged/user/blogger/{}.stats.json", "names": 8}, ...]
    """
    kinds: dict[str, list[str]] = {}
    for name, dump in dumps.items():
        if dump.kind not in READ_BESIDE:
            kinds.setdefault(dump.kind, []).append(name)
    parts = [("", f"{folder}/{source}") for folder in BY_BUCKET]
    parts += [(product, f"{folder}/{product}/{source}") for folder in BY_PRODUCT for product in products]
    whole = [(product, f"genome/{product}") for product in products] + [(task, f"tasks/{task}") for task in tasks]
    rows = [_row(results, f"filtered/{source}", kind, names) for kind, names in kinds.items()]
    if source == "amazon":
        rows.append(_row(results, "kcore", "", ["amazon"]))
    rows += [_row(results, folder, part, buckets) for part, folder in parts]
    return rows + [_row(results, folder, part, [source]) for part, folder in whole]


def _row(results: str, folder: str, part: str, names: list[str] | int) -> Row:
    return {"part": part, "paths": f"{results}/{folder}/{{}}.stats.json", "names": names}


def funnel_files(rows: list[Row]) -> list[str]:
    """The paths of all rows."""
    return [
        row["paths"].format(name)
        for row in rows
        for name in (row["names"] if isinstance(row["names"], list) else range(row["names"]))
    ]


def report_files(results: str, config: dict[str, Any], systems: list[str]) -> dict[str, Any]:
    """The files behind the report, under the names that it shows."""
    variants, benchmarks, applications = config["variants"], list(config["benchmarks"]), list(config["applications"])
    stages = [f"sft/{variant}" for variant in variants]
    stages += [f"benchmarks/{benchmark}" for benchmark in benchmarks]
    stages += [f"responses/{system}/{benchmark}" for system in systems for benchmark in benchmarks]
    if "in_domain" in benchmarks:
        stages += [f"distractors/{system}/in_domain" for system in config["distractors"]["systems"]]
    stages += [f"applications/{application}" for application in applications]
    if applications:
        stages += [f"{folder}/{system}" for folder in ("written", "graded") for system in systems]
    return {
        "funnels": {source: f"{results}/funnel/{source}.json" for source in config["active_sources"]},
        "sets": {variant: f"{results}/sft/{variant}/report.json" for variant in variants},
        "models": {
            f"{model}/{variant}": {
                "packing": f"{results}/packed/{model}/{variant}.stats.json",
                "training": f"{results}/checkpoints/{model}/{variant}.training.json",
                "merge": f"{results}/merged/{model}/{variant}.manifest.json",
            }
            for model in config["students"]
            for variant in variants
        },
        "benchmarks": {benchmark: f"{results}/comparison/{benchmark}.json" for benchmark in benchmarks},
        "applications": {name: f"{results}/comparison/{name}.json" for name in applications},
        "clues": {name: f"{results}/benchmarks/{name}.clues.json" for name in benchmarks},
        "sheets": {name: f"{results}/human/{name}/sheet.html" for name in applications},
        "stages": {stage: f"{results}/{stage}.stats.json" for stage in stages},
    }


def leaves(tree: dict[str, Any]) -> list[str]:
    """The paths of `report_files`, one after another."""
    return [leaf for value in tree.values() for leaf in (leaves(value) if isinstance(value, dict) else [value])]


def gpus(config: dict[str, Any], systems: dict[str, Any]) -> dict[str, int]:
    """GPUs that a job of a rule holds, as the rules ask for them: {"rewrite_text": 8, "train_sft/qwen2.5-3b": 8}."""
    models = config["models"]

    def held(name: str) -> int:
        return int(models.get(name, {}).get("gpus", 0))

    found = dict.fromkeys(("rewrite_text", "score_quality", "synthesize_product"), held(config["teacher"]))
    found |= {"judge_product": held(config["judge"])}
    found |= {"judge_application": held(config["grading"]["judge"] or config["judge"])}
    found |= {f"generate_distractors/{name}": held(name) for name in config["distractors"]["systems"]}
    ranks = config["training"]["ranks"]
    for name in config["students"]:
        trained = ranks if held(name) else 0
        found |= {f"train_sft/{name}": trained, f"derive_weights/{name}": min(1, trained)}
    for rule in ("answer_benchmark", "write_application"):
        found |= {f"{rule}/{name}": int(spec.get("gpus", 0)) for name, spec in systems.items()}
    return {name: count for name, count in found.items() if count}


def run_facts(results: str, config: dict[str, Any], dumps: dict[str, dict[str, Dump]], systems: dict[str, Any]) -> Row:
    """What the report says about the run itself."""

    def model(name: str) -> Row:
        return {"name": name, **config["models"][name]}

    return {
        "name": results,
        "seed": config["seed"],
        "sources": {source: len(found) for source, found in dumps.items()},
        "teacher": model(config["teacher"]),
        "judge": model(config["judge"]),
        "students": {name: model(name) for name in config["students"]},
        "variants": config["variants"],
        "systems": list(systems),
        "cuts": config["judging"]["cuts"],
        "made_up": "sample" in config,
        "gpus": gpus(config, systems),
    }
