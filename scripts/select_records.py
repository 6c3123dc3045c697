"""Keep a bucket's good, harmless records, mask what is still private, and cut each user's in time (paper 2.1)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--records", type=FILE, required=True, help="A bucket's labelled records.")
@click.option("--quality", multiple=True, required=True, help="A label that is kept; may be given again.")
@click.option("--target-share", type=float, required=True, help="Of a user's records, the latest.")
@click.option("--output", type=FILE, required=True, help="The clean records.")
@click.option("--dropped", type=FILE, required=True, help="The records dropped, with the reason.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(
    records: Path, quality: tuple[str, ...], target_share: float, output: Path, dropped: Path, stats: Path
) -> None:
    from humanllm.cleaning import select
    from humanllm.stats import Tally
    from humanllm.tables import CLEAN, DROPPED, SCORED, read_rows, write_rows

    tally = Tally("select_records")
    kept, lost = select(read_rows(records, SCORED), quality, target_share, tally)
    write_rows(output, kept, CLEAN)
    write_rows(dropped, lost, DROPPED)
    facts = {
        "masked": sum(row["clean_masked"] for row in kept),
        "history": sum(row["clean_part"] == "history" for row in kept),
        "target": sum(row["clean_part"] == "target" for row in kept),
        "users": len({row["user"] for row in kept}),
    }
    tally.write(stats, **facts)
    click.echo(f"{tally.kept} of {tally.taken} records kept, {facts['users']} users, {facts['masked']} details masked")


if __name__ == "__main__":
    main()
