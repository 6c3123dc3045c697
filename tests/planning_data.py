"""A finished run of one person's five posts by the extractive engine, laid out as a results folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml

from post_data import KINDS, ROOT, Stages, garden

CONFIG = {  # as post_data asks: the journals' keys follow from it
    "active_sources": ["blogger"],
    "seed": 1,
    "teacher": "extractive",
    "judge": "extractive",
    "sources": {"blogger": {"buckets": 1}},
    **{stage: {"sampling": {"temperature": 0.3, "max_tokens": 512}} for stage in ("rewrite", "score", "synthesis")},
    "judging": {"sampling": {"temperature": 0.3, "max_tokens": 512}},
}
SCHEMA = ROOT / "rules/schemas/config.schema.yaml"


def overlay(folder: Path, **more: object) -> Path:
    """A file that makes of config.yaml the config of the run."""
    path = folder / "overlay.yaml"
    path.write_text(yaml.safe_dump(CONFIG | more))
    return path


def finished_sample(folder: Path) -> Path:
    """The results: 10 raw texts, 6 of them filtered, 5 records; state/ beside it holds the journals."""
    stages = Stages(folder / "made")
    stages.folder.mkdir()
    stages.records(garden())
    stages.rewrite()
    stages.score()
    stages.select()
    results = folder / "results"
    _stats(results / "filtered/blogger/blogs-blogs.stats.json", "ingest_dump", 10, 6, kind="blogs", characters=1800)
    _lay(stages, "records", results / "records/blogger")
    _stats(results / "records/blogger/0.stats.json", "gather_users", 6, 5, users=1)
    for name, rule in (("rewritten", "rewrite_text"), ("scored", "score_quality"), ("clean", "")):
        _lay(stages, name, results / name / "blogger")
        _journal(stages, name, rule, folder / "state/replies" / rule / "blogger")
    for product in KINDS:
        stages.synthesize(product)
        stages.judge(product)
        stages.cut(product)
        _lay(stages, product, results / "synthesized" / product / "blogger")
        _lay(stages, f"{product}.judged", results / "judged" / product / "blogger")
        _lay(stages, f"{product}.genome", results / "genome" / product, "blogger")
        _journal(stages, product, product, folder / "state/replies/synthesize_product" / product / "blogger")
    return results


def _lay(stages: Stages, name: str, target: Path, table: str = "0") -> None:
    target.mkdir(parents=True)
    for ending in (".parquet", ".stats.json"):
        if (old := stages.folder / f"{name}{ending}").exists():
            shutil.copyfile(old, target / f"{table}{ending}")


def _journal(stages: Stages, name: str, rule: str, target: Path) -> None:
    if rule:
        target.mkdir(parents=True)
        shutil.copyfile(stages.folder / f"replies/{name}.jsonl.gz", target / "0.jsonl.gz")


def _stats(path: Path, stage: str, taken: int, kept: int, **facts: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    counts = {"stage": stage, "in": taken, "kept": kept, "dropped": {"short": taken - kept}, "dead": {}}
    path.write_text(json.dumps(counts | facts))
