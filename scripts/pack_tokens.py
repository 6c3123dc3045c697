"""Turn a training set into packed sequences of a model's tokens, with loss on the answers alone (paper 3.2).

The job may be killed at any time: with the same --state a later one takes up the tokens that it has finished.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow.compute as pc

from humanllm.errors import InputError, one_line
from humanllm.files import drop_left_over, publish
from humanllm.modelfiles import sha256
from humanllm.packing import describe, pack, samples_an_update, write_packed
from humanllm.stats import Tally, by_task
from humanllm.templates import Template, digest_of, load_tokenizer
from humanllm.token_shards import LINES, TokenShards

PATH = click.Path(path_type=Path)
FEW = 100  # samples: of a task that has fewer, a share would say little


@click.command(help=__doc__)
@click.option("--train", type=PATH, required=True, help="ShareGPT lines.")
@click.option("--base", required=True, help="The model: a folder or a hub's name.")
@click.option("--revision", default="main", show_default=True, help="Of a hub's model.")
@click.option("--max-tokens", type=click.IntRange(min=8), required=True, help="Length of a packed sequence.")
@click.option(
    "--max-dropped", type=float, required=True, help="Largest share of a task's samples that may be left out."
)
@click.option(
    "--batch-size", type=click.IntRange(min=1), required=True, help="Samples an update, for the counts alone."
)
@click.option("--seed", type=int, required=True)
@click.option("--state", type=PATH, required=True, help="Folder that survives a killed job; gone after a good end.")
@click.option("--shard-lines", type=click.IntRange(min=1), default=LINES, show_default=True, help="Lost by a kill.")
@click.option("--output", type=PATH, required=True)
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    train: Path,
    base: str,
    revision: str,
    max_tokens: int,
    max_dropped: float,
    batch_size: int,
    seed: int,
    state: Path,
    shard_lines: int,
    output: Path,
    stats: Path,
) -> None:
    tokenizer = load_tokenizer(base, revision)
    template = Template(tokenizer, base)
    shards = TokenShards(state, shard_lines, train=sha256(train), tokenizer=digest_of(tokenizer))
    with shards.alone():
        for path in (output, stats):
            drop_left_over(path)
        if taken_up := shards.prepare():
            click.echo(f"{taken_up} finished shards of {shard_lines:,} lines are taken up", err=True)
        rows = shards.fill(train, template)
        lengths = pc.list_value_length(rows["ids"]).to_numpy()
        reasons = np.where(lengths > max_tokens, "too_long", rows["dropped"].to_numpy())
        tasks = by_task(zip(rows["task"].to_pylist(), reasons, strict=True))
        demand_samples(tasks, max_dropped, train, base, max_tokens)
        kept = np.flatnonzero(reasons == "")
        sequences = pack(lengths[kept].tolist(), max_tokens, seed)
        with publish(output) as temporary:
            answer_tokens = write_packed(temporary, rows, (kept[sequence].tolist() for sequence in sequences))
        facts = describe(lengths[kept].tolist(), sequences, max_tokens) | {"answer_tokens": answer_tokens}
        update = samples_an_update(sequences, batch_size, seed)
        tally_of(reasons).write(stats, **facts, by_task=tasks, samples_an_update=update)
    click.echo(
        f"{len(kept)} samples in {len(sequences)} sequences, {facts['fill_rate']:.1%} full, {facts['tokens']} tokens"
    )


def tally_of(reasons: np.ndarray) -> Tally:
    """Counts samples by why each was left out, "" of those that were not."""
    tally = Tally("pack_tokens")
    for reason, count in Counter(reasons).items():
        tally.take(count)
        if reason:
            tally.drop(reason, count)
        else:
            tally.keep(count)
    return tally


def demand_samples(tasks: dict[str, Any], max_dropped: float, train: Path, base: str, max_tokens: int) -> None:
    """InputError if no sample is left, or of a task or of all together more than `max_dropped` is not."""
    dropped = {task: Counter(found["dropped"]) for task, found in tasks.items()}
    counts = {task: found["in"] for task, found in tasks.items()}
    everything = sum(dropped.values(), Counter())
    if everything.total() == sum(counts.values()):
        raise InputError(f"no sample of {train} fits into {max_tokens} tokens of {base}: raise training.max_tokens")
    many = [task for task, found in dropped.items() if found.total() > max_dropped * max(FEW, counts[task])]
    if everything.total() > max_dropped * sum(counts.values()):
        many = [task for task, found in dropped.items() if found]
    if many:
        said = (f"{task} {dropped[task].total()} of {counts[task]} ({listed(dropped[task])})" for task in many)
        raise InputError(
            f"too many samples of {train} cannot be packed for {base}: {', '.join(said)}, above training.max_dropped"
            f" {max_dropped}: raise training.max_tokens, lower sft.max_tokens, or raise it"
        )


def listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


if __name__ == "__main__":
    main()
