"""Read one raw dump: its records pass the rules of section 2.1 or are kept aside with a reason.

ACCOUNTS are the dumps of accounts that describe the writers of tweets.
"""

from __future__ import annotations

import atexit
import gc
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
@click.option("--opt-out", type=FILE, help="The list of people to leave out.")
@click.option("--output", type=FILE, required=True, help="The records kept.")
@click.option("--dropped", type=FILE, required=True, help="The records dropped.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("accounts", type=FILE, nargs=-1)
@one_line
def main(
    kind: str,
    name: str,
    dump: Path,
    key: Path,
    buckets: int,
    filters: str,
    opt_out: Path | None,
    output: Path,
    dropped: Path,
    stats: Path,
    accounts: tuple[Path, ...],
) -> None:
    from humanllm.accounts import read_accounts
    from humanllm.ingest import Dump, ingest
    from humanllm.opt_out import read_opt_out
    from humanllm.readers import KINDS
    from humanllm.users import read_key

    knobs = json.loads(filters)
    left_out = read_opt_out(opt_out, KINDS[kind].source) if opt_out else frozenset()
    known = read_accounts(accounts, knobs["accept_truncated"]) if accounts else None
    given = Dump(kind, name, dump, read_key(key), buckets, knobs, known, left_out)
    tally = ingest(given, output, dropped, stats)
    click.echo(f"{name}: {tally.taken} records in, {tally.kept} kept, {tally.dropped.total()} dropped")


if __name__ == "__main__":
    gc.disable()  # hardly a cycle is made here, and the collector would look at all that is imported, again and again,
    atexit.register(gc.freeze)  # and once more at the end
    main()
