"""Find the titles of the k-core's items in the METADATA dumps, and lay them out by the buckets of who bought them."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--core", type=FILE, required=True, help="The k-core of reviews.")
@click.option("--accept-truncated", is_flag=True, help="Of a dump that breaks off, take what can be read.")
@click.option("--output", type=FILE, required=True, help="The titles: bucket, item_code, item_title.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("metadata", type=FILE, nargs=-1, required=True)
@one_line
def main(core: Path, accept_truncated: bool, output: Path, stats: Path, metadata: tuple[Path, ...]) -> None:
    from humanllm.lookups import find_titles

    tally = find_titles(metadata, core, accept_truncated, output, stats)
    click.echo(f"{tally.taken} items in, {tally.kept} kept, {tally.dropped.total()} dropped")


if __name__ == "__main__":
    main()
