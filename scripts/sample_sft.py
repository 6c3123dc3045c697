"""Make the full training and test set of all task samples: ShareGPT files, split by user, no leaks (paper 3.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import click

from humanllm.errors import InputError, one_line
from humanllm.files import publish_folder, write_json
from humanllm.leakage import SIDES, benchmark_texts, describe, refuse_leak
from humanllm.ngrams import RunReader
from humanllm.sampling import Fate, Rules, Sampler, demand_samples
from humanllm.sharegpt import as_line, dataset_info
from humanllm.shuffled import ShuffledLines
from humanllm.stats import Tally, by_task
from humanllm.tables import DROPPED, SAMPLE, Row, iterate_rows, write_rows
from humanllm.targets import Records, records_of

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--tasks", type=PATH, required=True, help="Folder of the samples: {task}/{source}.parquet.")
@click.option("--take", multiple=True, required=True, help="task/source, once for each.")
@click.option("--cap", multiple=True, required=True, help="task=samples a source, once for each task.")
@click.option("--benchmark", type=PATH, multiple=True, help="Table of items that no sample may hold.")
@click.option("--test-share", type=float, required=True, help="Share of the users.")
@click.option("--max-tokens", type=int, required=True, help="Of a sample, estimated.")
@click.option("--seed", type=int, required=True)
@click.option("--output", type=PATH, required=True, help="Folder of the set.")
@click.option("--dropped", type=PATH, required=True, help="Table of the samples left out, without their texts.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    tasks: Path,
    take: tuple[str, ...],
    cap: tuple[str, ...],
    benchmark: tuple[Path, ...],
    test_share: float,
    max_tokens: int,
    seed: int,
    output: Path,
    dropped: Path,
    stats: Path,
) -> None:
    groups = [(task, source) for task, _, source in (name.partition("/") for name in take)]
    tables = [tasks / task / f"{source}.parquet" for task, source in groups]
    caps = dict(map(_number, cap))

    def samples() -> Iterator[Row]:
        for table in tables:
            yield from iterate_rows(table, SAMPLE)

    reader = RunReader()
    sampler = Sampler(Rules(seed, test_share, max_tokens, caps), reader, reader.collect(benchmark_texts(benchmark)))
    for sample in samples():
        sampler.take(sample)
    sampler.decide()
    fates = sampler.fates
    demand_samples(fates.values(), groups)
    with publish_folder(output) as temporary:
        report = write_set(temporary, samples(), fates, lambda: records_of(tables))
        full = {fate.group for fate in fates.values() if fate.side}
        empty = [f"{task}/{source}" for task, source in groups if (task, source) not in full]
        facts = {"variant": "full", "decontaminated_against": [path.stem for path in benchmark], "empty": empty}
        write_json(temporary / "report.json", report | facts)
        write_json(temporary / "dataset_info.json", dataset_info("full"))
    write_counts(fates.values(), dropped, stats)


def write_set(folder: Path, samples: Iterator[Row], fates: dict[str, Fate], records: Records) -> dict[str, Any]:
    """Write both files and read them again; the report. InputError if they leak."""
    files = {side: ShuffledLines(folder / f"{side}.jsonl") for side in SIDES}
    for sample in samples:
        fate = fates[sample["id"]]
        if fate.side:
            files[fate.side].add(fate.order, as_line(sample, fate.side == "test"))
    for file in files.values():
        file.close()
    report = describe(folder, records)
    refuse_leak(report["leakage"])
    return report


def write_counts(fates: Collection[Fate], dropped: Path, stats: Path) -> None:
    left_out = [{"id": fate.id, "user": fate.user, "drop_reason": fate.reason} for fate in fates if not fate.side]
    write_rows(dropped, left_out, DROPPED)
    tally = Tally("sample_sft")
    tally.take(len(fates))
    for row in left_out:
        tally.drop(row["drop_reason"])
    counts = {side: sum(fate.side == side for fate in fates) for side in SIDES}
    tally.keep(sum(counts.values()))
    tally.write(stats, **counts, by_task=by_task((fate.group[0], fate.reason) for fate in fates))
    click.echo(f"{counts['train']} samples to train on, {counts['test']} to test, {len(left_out)} left out")


def _number(value: str) -> tuple[str, int]:
    """`name=3` as (name, 3)."""
    name, _, number = value.partition("=")
    if not number.isdigit():
        raise InputError(f"{value} must read name=number")
    return name, int(number)


if __name__ == "__main__":
    main()
