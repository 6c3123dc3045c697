"""Count a source's users over the STATS of all its dumps and buckets; fail with the reasons if nobody is left."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--source", required=True, help="The source.")
@click.option("--output", type=FILE, required=True, help="The counts.")
@click.argument("stats", type=FILE, nargs=-1, required=True)
@one_line
def main(source: str, output: Path, stats: tuple[Path, ...]) -> None:
    from humanllm.gate import count_users

    counts = count_users(source, stats, output)
    click.echo(f"{source}: {counts['users']} users with {counts['records']} records of {counts['in']}")


if __name__ == "__main__":
    main()
