"""Read one raw dump: its records pass the rules of section 2.1 or are kept aside with a reason.

COMPANIONS are the files that know more about this dump's records: the accounts for tweets, the same category's metadata
for reviews, the filtered posts for comments.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)
KINDS = ("submissions", "comments", "tweets", "blogs", "reviews")


@click.command(help=__doc__)
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the dump holds.")
@click.option("--name", required=True, help="The dump's name in the run.")
@click.option("--dump", type=FILE, required=True, help="The raw dump, a file or (blogs) a folder.")
@click.option("--key", type=FILE, required=True, help="The key of user names.")
@click.option("--buckets", type=click.IntRange(1), required=True, help="Over how many buckets the users are spread.")
@click.option("--filters", required=True, help="The source's filter knobs, as JSON.")
@click.option("--output", type=FILE, required=True, help="The records kept.")
@click.option("--dropped", type=FILE, required=True, help="The records dropped.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("companions", type=FILE, nargs=-1)
@one_line
def main(
    kind: str,
    name: str,
    dump: Path,
    key: Path,
    buckets: int,
    filters: str,
    output: Path,
    dropped: Path,
    stats: Path,
    companions: tuple[Path, ...],
) -> None:
    from humanllm.ingest import Dump, ingest
    from humanllm.users import read_key

    given = Dump(kind, name, dump, read_key(key), buckets, json.loads(filters))
    tally = ingest(given, companions, output, dropped, stats)
    click.echo(f"{name}: {tally.taken} records in, {tally.kept} kept, {tally.dropped.total()} dropped")


if __name__ == "__main__":
    main()
