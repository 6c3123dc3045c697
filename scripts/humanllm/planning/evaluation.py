"""Calls and tokens of the evaluation: wrong options, answers to every benchmark, what is written and graded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from humanllm.applications.tables import ITEM
from humanllm.benchmarks.in_domain import TASKS, WRITTEN
from humanllm.engines.base import ModelSpec
from humanllm.planning.lengths import Meter
from humanllm.planning.rates import Rates
from humanllm.planning.sample import Sample, rows_of
from humanllm.planning.training import Set
from humanllm.planning.work import Work
from humanllm.preview import model_of, stage_requests, systems
from humanllm.settings import Config
from humanllm.tables import read_rows

GRADES = 30  # tokens of a judge's three grades as JSON
ITEMS = {"motivebench": 600, "tombench": 2860}  # questions of the benchmarks as published


def tested(sets: Sequence[Set], tasks: Sequence[str], config: Config) -> float:
    """How many questions of the test set are asked, of `tasks`."""
    knobs = config["benchmarks"].get("in_domain", {"items_per_task": 0})
    share = config["sft"]["test_share"]
    volumes = [share * sum(one.samples for one in sets if one.task == task) for task in tasks]
    return sum(min(volume, knobs["items_per_task"]) for volume in volumes)


def wrong_options(sample: Sample, sets: Sequence[Set], config: Config, prompts: Path, rates: Rates) -> list[Work]:
    """generate_distractors, a row a system; its answers are taken to be as long as the true ones."""
    table = sample.folder / "sft/full/test.jsonl"
    calls = tested(sets, WRITTEN, config)
    written = [one for one in sets if one.task in WRITTEN]
    if not table.exists() or not calls or "in_domain" not in config["benchmarks"]:
        return []
    answer = sum(one.answer * one.samples for one in written) / sum(one.samples for one in written)
    found = []
    for name in config["distractors"]["systems"]:
        spec = model_of("generate_distractors", config, name)
        mean = _mean(spec, "generate_distractors", table, config, prompts, name)
        found.append(_work("generate_distractors", name, "", spec, calls, mean, answer, rates))
    return found


def answers(sample: Sample, sets: Sequence[Set], config: Config, prompts: Path, rates: Rates) -> list[Work]:
    """answer_benchmark, a row a system and benchmark of which the sample has items; replies take all their room.

    With log-likelihoods every question is asked twice, the second time for one token.
    """
    found = []
    times = 2 if config["answering"]["likelihood"] else 1
    room = (config["answering"]["sampling"]["max_tokens"] + times - 1) / times
    for benchmark, knobs in config["benchmarks"].items():
        table = sample.folder / f"benchmarks/{benchmark}.parquet"
        if not table.exists():
            continue
        items = tested(sets, TASKS, config) if benchmark == "in_domain" else ITEMS.get(benchmark, rows_of(table))
        if not items:
            continue
        for name, spec in systems(config).items():
            mean = _mean(spec, "answer_benchmark", table, config, prompts, name)
            calls = items * knobs["orders"] * times
            work = _work("answer_benchmark", name, benchmark, spec, calls, mean, room, rates)
            found.append(work)
    return found


def written(sample: Sample, config: Config, prompts: Path, rates: Rates) -> list[Work]:
    """write_application, a row a system over all applications; answers are taken to be as long as the references."""
    tables = {name: sample.folder / f"applications/{name}.parquet" for name in config["applications"]}
    if not all(path.exists() for path in tables.values()):
        return []
    found = []
    for system, spec in systems(config).items():
        meter, tokens, cached, output, sampled, calls = Meter(spec), 0.0, 0.0, 0.0, 0, 0
        for name, path in tables.items():
            most = config["applications"][name]["items"]
            mean = _mean(spec, "write_application", path, config, prompts, system)
            lengths = [meter.text(item["reference"]) for item in read_rows(path, ITEM)]
            tokens, cached, sampled = tokens + most * mean[0], cached + most * mean[1], sampled + mean[2]
            output, calls = output + most * sum(lengths) / len(lengths), calls + most
        each = (tokens / calls, cached / calls, sampled)
        found.append(_work("write_application", system, "", spec, calls, each, output / calls, rates))
    return found


def graded(sample: Sample, config: Config, prompts: Path, rates: Rates) -> list[Work]:
    """judge_application, a row a system; every system's answers are taken to be as long as those of the sample."""
    tables, items = sorted((sample.folder / "written").glob("*.parquet")), sample.folder / "applications"
    if not tables:
        return []
    spec = model_of("judge_application", config)
    mean = _mean(spec, "judge_application", tables[-1], config, prompts, None, items)
    calls = sum(knobs["items"] for knobs in config["applications"].values())
    return [
        replace(_work("judge_application", spec.name, "", spec, calls, mean, GRADES, rates), source=system)
        for system in systems(config)
    ]


def unmeasured(sample: Sample, config: Config) -> list[str]:
    """The benchmarks of which the sample has no items, in words."""
    gone = [name for name in config["benchmarks"] if not (sample.folder / f"benchmarks/{name}.parquet").exists()]
    notes = []
    if gone:
        notes.append(
            f"answers to {', '.join(gone)} are not planned: {sample.folder} has no items of it (benchmarks/*.parquet)"
        )
    if not list((sample.folder / "written").glob("*.parquet")):
        notes.append(f"applications are not planned: {sample.folder} has no answers to them (applications, written)")
    return notes


def _mean(
    spec: ModelSpec,
    stage: str,
    table: Path,
    config: Config,
    prompts: Path,
    system: str | None,
    records: Path | None = None,
) -> tuple[float, float, int]:
    """(tokens, cached ones, prompts) of the sampled prompts of one system, the first two a prompt."""
    meter = Meter(spec)
    asked = stage_requests(stage, table, config, prompts, system=system, records=records)
    found = [meter.take(request) for request in asked]
    count = max(len(found), 1)
    return sum(one.tokens for one in found) / count, sum(one.cached for one in found) / count, len(found)


def _work(
    rule: str,
    system: str,
    part: str,
    spec: ModelSpec,
    calls: float,
    mean: tuple[float, float, int],
    output: float,
    rates: Rates,
) -> Work:
    tokens, cached, count = mean
    rate = rates.of(_base(spec.name, rates))
    return Work(
        rule, system, part, spec.name, 1, spec.gpus, calls, calls * tokens, calls * cached, calls * output, rate, count
    )


def _base(system: str, rates: Rates) -> str:
    """The model behind a system's name: llama-3.1-8b-full-merged is as fast as llama-3.1-8b."""
    return max((name for name in rates.models if system == name or system.startswith(f"{name}-")), key=len, default="")
