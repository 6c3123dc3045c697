"""List all items by category, with their titles: the candidates of item selection."""

from __future__ import annotations

from pathlib import Path

import click
import pyarrow.parquet as pq

from humanllm.errors import one_line
from humanllm.files import publish
from humanllm.stats import Tally
from humanllm.tasks.items import list_items

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--output", type=PATH, required=True)
@click.option("--stats", type=PATH, required=True)
@click.argument("reviews", type=PATH, nargs=-1, required=True)
@one_line
def main(output: Path, stats: Path, reviews: tuple[Path, ...]) -> None:
    items, read, used = list_items(reviews)
    with publish(output) as temporary:
        pq.write_table(items, temporary, compression="zstd")
    tally = Tally("list_items")
    tally.take(read)
    tally.keep(used)
    tally.drop("no_title", read - used)
    tally.write(stats, items=len(items))
    click.echo(f"{len(items)} items of {used} reviews")


if __name__ == "__main__":
    main()
