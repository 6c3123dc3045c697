"""List the filtered TABLES of a source with their hashes, in one file that stands for all of them."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--threads", type=click.IntRange(1), required=True)
@click.option("--output", type=FILE, required=True, help="The index, JSON.")
@click.argument("tables", type=FILE, nargs=-1, required=True)
@one_line
def main(threads: int, output: Path, tables: tuple[Path, ...]) -> None:
    from humanllm.files import write_json
    from humanllm.table_index import index_tables

    write_json(output, index_tables(tables, threads))
    click.echo(f"{len(tables)} tables")


if __name__ == "__main__":
    main()
