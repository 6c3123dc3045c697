"""Build the samples of one task from a source's clean records and products (paper 3.1), bucket by bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from humanllm.errors import one_line
from humanllm.stats import Tally
from humanllm.tables import DROPPED, SAMPLE, Row, row_groups
from humanllm.tasks import FAMILIES
from humanllm.tasks.drafts import Knobs, Refusal, as_dropped, as_sample
from humanllm.tasks.items import Items
from humanllm.tasks.people import Products, read_people
from humanllm.tasks.wordings import Wordings

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--task", type=click.Choice(list(FAMILIES)), required=True)
@click.option("--clean", type=PATH, required=True, help="Folder of the clean records: {bucket}.parquet.")
@click.option("--buckets", type=click.IntRange(1), required=True, help="Of the source.")
@click.option("--prompts", type=PATH, required=True, help="The task's prompt file.")
@click.option("--items", type=PATH, help="List of items: item selection draws its candidates from it.")
@click.option("--reviews", type=PATH, help="Folder of all surviving reviews, {bucket}.parquet: no candidate is owned.")
@click.option("--seed", type=int, required=True)
@click.option("--history-records", type=int, required=True, help="Earlier texts shown, at most.")
@click.option("--history-words", type=int, required=True, help="Of each text shown.")
@click.option("--min-tokens", type=int, default=0, help="Of a text to be written, estimated.")
@click.option("--max-tokens", type=int, default=10**9, help="The same.")
@click.option("--candidates", type=click.IntRange(2, 26), required=True, help="Options of item selection.")
@click.option("--history-items", type=int, required=True, help="Earlier titles shown, at most.")
@click.option("--output", type=PATH, required=True, help="The samples, a row group a bucket.")
@click.option("--dropped", type=PATH, required=True)
@click.option("--stats", type=PATH, required=True)
@click.argument("products", type=PATH, nargs=-1)
@one_line
def main(
    task: str,
    clean: Path,
    buckets: int,
    prompts: Path,
    items: Path | None,
    reviews: Path | None,
    output: Path,
    dropped: Path,
    stats: Path,
    products: tuple[Path, ...],
    **knobs: Any,
) -> None:
    made_from = FAMILIES[task]
    wordings = Wordings(prompts, made_from.SECTIONS)
    settings = Knobs(**knobs, items=Items(items) if items and reviews else None)
    tally, cuts, genome = Tally("build_task"), 0, Products(products)

    def samples(bucket: int, refused: list[Row]) -> Iterator[Row]:
        nonlocal cuts
        for person in read_people(clean / f"{bucket}.parquet", genome.of(bucket)):
            for draft in made_from.drafts(person, settings):
                tally.take()
                if isinstance(draft, Refusal):
                    tally.drop(draft.reason)
                    refused.append(as_dropped(draft))
                else:
                    tally.keep()
                    cuts += draft.cuts
                    yield as_sample(draft, task, wordings, settings.seed)

    with row_groups(output, SAMPLE) as keep, row_groups(dropped, DROPPED) as drop:
        for bucket in range(buckets):
            if settings.items and reviews:
                settings.items.read_owned(reviews / f"{bucket}.parquet")
            refused: list[Row] = []
            keep(samples(bucket, refused))
            drop(refused)
    tally.write(stats, texts_shown_in_part=cuts)
    click.echo(f"{task}: {tally.kept} samples of {tally.taken} candidates")


if __name__ == "__main__":
    main()
