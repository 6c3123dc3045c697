"""Gather all records of one bucket's users from the source's filtered tables, by user and time."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)
MIB = 1 << 20


@click.command(help=__doc__)
@click.option("--bucket", type=click.IntRange(0), required=True, help="Which users.")
@click.option("--tables", type=FILE, required=True, help="The index of the source's filtered tables.")
@click.option("--copies", type=FILE, required=True, help="The records that say what an earlier one says.")
@click.option("--core", type=FILE, help="The k-core that purchases must lie in (Amazon).")
@click.option("--parents", type=FILE, help="The posts that comments answer (Reddit).")
@click.option("--titles", type=FILE, help="The titles of the items (Amazon).")
@click.option("--min-records", type=click.IntRange(1), required=True, help="Least records of a user.")
@click.option("--max-records", type=click.IntRange(1), help="Most records of a user, the latest.")
@click.option("--min-characters", type=click.IntRange(0), required=True, help="Least characters of a text.")
@click.option("--memory", type=click.IntRange(1), required=True, help="What the records may take at a time, in MiB.")
@click.option("--output", type=FILE, required=True, help="The records kept.")
@click.option("--dropped", type=FILE, required=True, help="The records dropped.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(
    bucket: int,
    tables: Path,
    copies: Path,
    core: Path | None,
    parents: Path | None,
    titles: Path | None,
    min_records: int,
    max_records: int | None,
    min_characters: int,
    memory: int,
    output: Path,
    dropped: Path,
    stats: Path,
) -> None:
    from humanllm.gather import Given, Limits, gather
    from humanllm.table_index import indexed

    given = Given(indexed(tables), copies, core, parents, titles)
    limits = Limits(min_records, max_records, min_characters)
    tally = gather(given, bucket, limits, memory * MIB, output, dropped, stats)
    click.echo(f"bucket {bucket}: {tally.taken} records in, {tally.kept} kept, {tally.dropped.total()} dropped")


if __name__ == "__main__":
    main()
