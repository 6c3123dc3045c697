"""Find the records that say what an earlier one says, over all SKETCHES of a source."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option(
    "--near-duplicate-jaccard", type=float, required=True, help="From where on two texts are one; 1: only equal ones."
)
@click.option("--min-records", type=click.IntRange(1), required=True, help="Least records of a user.")
@click.option("--max-records", type=click.IntRange(1), help="Most records of a user, the latest.")
@click.option("--output", type=FILE, required=True, help="The copies: bucket, id_code, drop_reason.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("sketches", type=FILE, nargs=-1, required=True)
@one_line
def main(
    near_duplicate_jaccard: float,
    min_records: int,
    max_records: int | None,
    output: Path,
    stats: Path,
    sketches: tuple[Path, ...],
) -> None:
    from humanllm.copies import Limits, find_copies

    tally = find_copies(sketches, Limits(near_duplicate_jaccard, min_records, max_records), output, stats)
    click.echo(f"{tally.taken} records in, {tally.kept} kept, {tally.dropped.total()} dropped")


if __name__ == "__main__":
    main()
