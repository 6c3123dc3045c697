"""Make an ablation's training set out of the full one: some tasks, general data mixed in, or raw texts (paper 4.4)."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from humanllm.errors import InputError, one_line
from humanllm.files import publish_folder, write_json
from humanllm.general import conversations
from humanllm.leakage import SIDES, benchmark_texts, describe, refuse_leak
from humanllm.ngrams import RunReader
from humanllm.sharegpt import dataset_info
from humanllm.stats import Tally
from humanllm.variants import Limits, write_halves, write_mixed, write_tasks

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--variant", required=True, help="Name of the set.")
@click.option("--full", type=PATH, required=True, help="Folder of the full set.")
@click.option(
    "--recipe",
    required=True,
    help='JSON: {"tasks": [...]}, {"general": {name: {"share": 0.25, "files": [...]}}}, or {"halves": folder} with the'
    " clean records.",
)
@click.option("--benchmark", type=PATH, multiple=True, help="Table of items that no general or raw text may hold.")
@click.option("--take", multiple=True, help="source=buckets of the clean records, once for each source.")
@click.option("--min-words", type=int, required=True, help="Of the second half of a text.")
@click.option("--max-tokens", type=int, required=True, help="Of a general conversation or a raw text, estimated.")
@click.option("--seed", type=int, required=True)
@click.option("--output", type=PATH, required=True, help="Folder of the set.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    variant: str,
    full: Path,
    recipe: str,
    benchmark: tuple[Path, ...],
    take: tuple[str, ...],
    min_words: int,
    max_tokens: int,
    seed: int,
    output: Path,
    stats: Path,
) -> None:
    plan, tally = json.loads(recipe), Tally("derive_variant")
    with publish_folder(output) as temporary:
        if "tasks" in plan:
            write_tasks(full, temporary, plan["tasks"], seed, tally)
        elif "general" in plan:
            write_general(full, temporary, plan["general"], benchmark, max_tokens, seed, tally)
        else:
            tables = [Path(plan["halves"]) / source / f"{bucket}.parquet" for source, bucket in _buckets(take)]
            reader = RunReader()
            limits = Limits(min_words, max_tokens, reader, reader.collect(benchmark_texts(benchmark)))
            write_halves(full, temporary, tables, seed, limits, tally)
        report = describe(temporary)
        _demand_both_sides(report["users"], variant)
        refuse_leak(report["leakage"])
        write_json(temporary / "report.json", report | {"variant": variant, "recipe": plan})
        write_json(temporary / "dataset_info.json", dataset_info(variant))
    tally.write(stats)
    click.echo(f"{variant}: {tally.kept} samples of {tally.taken} candidates")


def write_general(
    full: Path,
    folder: Path,
    general: dict[str, Any],
    benchmarks: tuple[Path, ...],
    max_tokens: int,
    seed: int,
    tally: Tally,
) -> None:
    reader = RunReader()
    known = reader.collect(benchmark_texts(benchmarks))
    sets = {
        name: functools.partial(conversations, name, [Path(file) for file in one["files"]], max_tokens, reader, known)
        for name, one in general.items()
    }
    write_mixed(full, folder, sets, {name: one["share"] for name, one in general.items()}, seed, tally)


def _buckets(take: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for value in take:
        source, _, count = value.partition("=")
        yield from ((source, bucket) for bucket in range(int(count)))


def _demand_both_sides(users: dict[str, int], variant: str) -> None:
    for side in SIDES:
        if not users[side]:
            raise InputError(f"the {side} set of {variant} is empty: see ablations in the config, or take more dumps")


if __name__ == "__main__":
    main()
