"""Find the reviews in the k-core of users and items over all filtered TABLES of Amazon."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--users", type=click.IntRange(1), required=True, help="Least purchases of a user.")
@click.option("--items", type=click.IntRange(1), required=True, help="Least purchases of an item.")
@click.option("--top-items", type=float, required=True, help="Share of the items, the most bought, that take part.")
@click.option("--output", type=FILE, required=True, help="The surviving reviews: bucket, id_code, item_code.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.option("--threads", type=click.IntRange(1), default=1, help="Buckets worked on at a time.")
@click.argument("tables", type=FILE, nargs=-1, required=True)
@one_line
def main(
    users: int, items: int, top_items: float, output: Path, stats: Path, threads: int, tables: tuple[Path, ...]
) -> None:
    from humanllm.kcore import Bounds, find_kcore

    tally = find_kcore(tables, Bounds(users, items, top_items), threads, output, stats)
    click.echo(f"k-core: {tally.taken} reviews in, {tally.kept} kept, {tally.dropped.total()} dropped")


if __name__ == "__main__":
    main()
