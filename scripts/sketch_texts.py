"""Sketch the texts of one filtered TABLE that can stay: what copies of them are found by."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--core", type=FILE, help="The k-core that purchases must lie in (Amazon).")
@click.option("--parents", type=FILE, help="The posts that comments must answer (Reddit).")
@click.option("--min-characters", type=click.IntRange(0), required=True, help="Least characters of a text.")
@click.option("--output", type=FILE, required=True, help="The sketches.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("table", type=FILE)
@one_line
def main(core: Path | None, parents: Path | None, min_characters: int, output: Path, stats: Path, table: Path) -> None:
    from humanllm.sketches import sketch_texts
    from humanllm.staying import Staying

    tally = sketch_texts(table, Staying(core, parents, min_characters), output, stats)
    click.echo(f"{table.stem}: {tally.taken} records in, {tally.kept} sketched")


if __name__ == "__main__":
    main()
