"""Gather all records of one bucket's users from the source's filtered TABLES, by user and time."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--bucket", type=click.IntRange(0), required=True, help="Which users.")
@click.option("--core", type=FILE, multiple=True, help="The k-core that purchases must lie in (Amazon).")
@click.option("--near-duplicate-jaccard", type=float, required=True, help="From where two texts of a user are one.")
@click.option("--min-records", type=click.IntRange(1), required=True, help="Least records of a user.")
@click.option("--output", type=FILE, required=True, help="The records kept.")
@click.option("--dropped", type=FILE, required=True, help="The records dropped.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("tables", type=FILE, nargs=-1, required=True)
@one_line
def main(
    bucket: int,
    core: tuple[Path, ...],
    near_duplicate_jaccard: float,
    min_records: int,
    output: Path,
    dropped: Path,
    stats: Path,
    tables: tuple[Path, ...],
) -> None:
    from humanllm.gather import gather

    kcore = core[0] if core else None
    tally = gather(tables, kcore, bucket, near_duplicate_jaccard, min_records, output, dropped, stats)
    click.echo(f"bucket {bucket}: {tally.taken} records in, {tally.kept} kept, {tally.dropped.total()} dropped")


if __name__ == "__main__":
    main()
