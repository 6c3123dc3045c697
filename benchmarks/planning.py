"""A plan's token estimates beside what an engine counts: from one bucket to other ones, through vLLM on the CPU.

    make sft DUMPS=path/to/blogs.zip                  # a sample, by rules
    python -m benchmarks.planning --results results/laptop --requests 1000
A small model is made on the spot, its tokenizer trained on the records of bucket 0. The plan knows of the model stages
what bucket 0 gave, and of the other buckets only what the CPU stages before them count: records and their characters.
Then the stages themselves ask the model about those buckets. What it writes is junk, and is cut off after a few tokens.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from benchmarks.timing import machine, table
from humanllm.planning import lengths
from humanllm.planning.counts import counts_of
from humanllm.planning.plan import Request, make_plan
from humanllm.planning.rates import read_rates
from humanllm.planning.sample import Sample, rows_of
from humanllm.settings import read_config
from humanllm.student import write_student
from humanllm.tables import iterate_rows

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "rules/schemas/config.schema.yaml"
PROMPTS = ROOT / "scripts/prompts"
CPU_BLOCK = 128  # tokens that vLLM's prefix cache keeps together on a CPU; on GPUs 16
WRITTEN = 8  # tokens of a reply: only prompts are compared
STAGES = ("rewrite_text", "score_quality")
FOLDERS = ("records", "rewritten", "scored")  # what a stage reads, and what came of it


def chosen(run: Sample, source: str, requests: int) -> list[int]:
    """Buckets other than 0 with `requests` records together, the first ones."""
    found: list[int] = []
    tables = run.tables("records", source)
    for bucket in tables:
        if bucket and sum(rows_of(tables[one]) for one in found) < requests:
            found.append(bucket)
    return found


def part(run: Sample, source: str, folders: tuple[str, ...], buckets: list[int], target: Path) -> Sample:
    """A results folder with some buckets of some folders, numbered from 0."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(run.folder / "filtered" / source, target / "filtered" / source)
    for folder in folders:
        (target / folder / source).mkdir(parents=True)
        for number, bucket in enumerate(buckets):
            for ending in (".parquet", ".stats.json"):
                old = run.folder / folder / source / f"{bucket}{ending}"
                shutil.copyfile(old, target / folder / source / f"{number}{ending}")
    return Sample(target)


def model(folder: Path, run: Sample, source: str) -> dict[str, Any]:
    """A made model of Qwen2's architecture, its tokenizer trained on bucket 0, as an entry of `models`."""
    texts = (row["text"] for row in iterate_rows(run.tables("records", source)[0]))
    write_student(folder, texts, vocabulary=8000, layers=2, hidden=64, seed=1)
    return {"engine": "vllm", "path": str(folder), "revision": "made", "gpus": 0, "max_model_len": 8192}


def config_of(work: Path, source: str, buckets: int, spec: dict[str, Any]) -> dict[str, Any]:
    overlay: dict[str, Any] = {
        "active_sources": [source],
        "sources": {source: {"buckets": buckets}},
        "models": {"made": spec},
        "teacher": "made",
        "judge": "made",
        "students": ["made"],
        "distractors": {"systems": []},
        "asking": {"attempts": 1, "max_dead_share": 1.0},
        "rewrite": {"sampling": {"max_tokens": WRITTEN}},
        "score": {"sampling": {"max_tokens": WRITTEN}},
    }
    path = work / "overlay.yaml"
    path.write_text(yaml.safe_dump(overlay))
    return read_config([ROOT / "config.yaml", path], SCHEMA)


def asked(rest: Sample, source: str, stage: str, config: dict[str, Any], work: Path) -> dict[str, int]:
    """Run the stage's own command over every bucket of `rest`; the engine's counts."""
    reads, knob = ("records", "rewrite") if stage == "rewrite_text" else ("rewritten", "score")
    facts = {"model": {"name": "made", **config["models"]["made"]}, "sampling": config[knob]["sampling"]}
    facts |= {"seed": config["seed"], "language": config["filters"]["language"]}
    serving = json.dumps({"model": {}, **config["asking"]})
    total = {"requests": 0, "prompt_tokens": 0, "cached_tokens": 0}
    for bucket, path in rest.tables(reads, source).items():
        out = work / "asked" / stage / str(bucket)
        prompt = PROMPTS / (f"rewrite/{source}.md" if stage == "rewrite_text" else "score/score.md")
        command = [sys.executable, str(ROOT / f"scripts/{stage}.py"), f"--records={path}", f"--prompt={prompt}"]
        command += [
            f"--asking={json.dumps(facts)}",
            f"--serving={serving}",
            f"--journal={out}.jsonl",
            f"--output={out}.parquet",
        ]
        command += [f"--dead={out}.dead.jsonl", f"--stats={out}.stats.json"]
        command += ["--text-column=rewrite_text"] if stage == "score_quality" else []
        out.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, check=True, env=os.environ | {"HF_HUB_OFFLINE": "1"})
        stats = json.loads(Path(f"{out}.stats.json").read_text())
        total["requests"] += stats["in"]
        for kind in ("prompt_tokens", "cached_tokens"):
            total[kind] += stats["tokens"][kind]
    return total


def planned(sample: Sample, counts: str, config: dict[str, Any]) -> dict[str, dict[str, float]]:
    """{stage: figures} of the plan."""
    rates = read_rates(ROOT / "scripts/rates.yaml")
    plan = make_plan(Request([sample], counts_of(counts, config), {}, config, PROMPTS, rates, nodes=1, limit=10**9))
    return {row["rule"]: row for row in plan["rules"]}


@click.command(help=__doc__)
@click.option("--results", type=click.Path(path_type=Path), required=True, help="A run's results, made by rules.")
@click.option("--source", default="blogger", show_default=True)
@click.option("--requests", type=click.IntRange(10), default=1000, show_default=True, help="Of each stage, about.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("results/benchmarks/planning"), show_default=True)
def main(results: Path, source: str, requests: int, work: Path) -> None:
    lengths.BLOCK = CPU_BLOCK
    run = Sample(results)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    others = chosen(run, source, requests)
    sample = part(run, source, FOLDERS, [0], work / "sample")
    rest = part(run, source, ("records", "rewritten"), others, work / "rest")
    config = config_of(work, source, len(others), model(work / "model", run, source))
    known = part(run, source, ("records",), others, work / "known")
    bare = work / "counts.json"
    bare.write_text(json.dumps({source: {"records": sum(map(rows_of, known.tables("records", source).values()))}}))
    with_lengths, by_records = planned(sample, str(known.folder), config), planned(sample, str(bare), config)
    rows: list[tuple[object, ...]] = []
    for stage in STAGES:
        real = asked(rest, source, stage, config, work)
        plan, plain = with_lengths[stage], by_records[stage]
        for name, kind in (("prompt", "prompt_tokens"), ("cached", "cached_tokens")):
            away = [f"{100 * (figures[name] / real[kind] - 1):+.1f}%" for figures in (plan, plain)]
            rows.append((stage, kind, real["requests"], real[kind], round(plan[name]), *away))
    head = ["stage", "", "requests", "engine", "plan", "plan is off by", "and knowing records alone"]
    click.echo(f"{machine()}; planned from bucket 0 for buckets {', '.join(map(str, others))}\n\n{table(head, rows)}")


if __name__ == "__main__":
    main()
