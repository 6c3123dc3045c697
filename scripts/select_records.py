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
@click.option("--audit-size", type=int, required=True, help="Findings, and other texts, in the audit sample.")
@click.option("--seed", type=int, required=True, help="Of the audit sample's draw.")
@click.option("--output", type=FILE, required=True, help="The clean records.")
@click.option("--dropped", type=FILE, required=True, help="The records dropped, with the reason.")
@click.option("--audit", type=FILE, required=True, help="The audit sample of the privacy check: it holds details.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(
    records: Path,
    quality: tuple[str, ...],
    target_share: float,
    audit_size: int,
    seed: int,
    output: Path,
    dropped: Path,
    audit: Path,
    stats: Path,
) -> None:
    from humanllm.audit import Audit, write_private
    from humanllm.cleaning import select
    from humanllm.stats import Tally
    from humanllm.tables import CLEAN, CLEANED, DROPPED, read_rows, write_rows

    tally = Tally("select_records")
    sample = Audit(audit_size, seed)
    kept, lost = select(read_rows(records, CLEANED), quality, target_share, tally, sample)
    write_rows(output, kept, CLEAN)
    write_rows(dropped, lost, DROPPED)
    write_private(audit, sample.lines())
    facts = {
        "masked": dict(sorted(sample.counts.items())),
        "history": sum(row["clean_part"] == "history" for row in kept),
        "target": sum(row["clean_part"] == "target" for row in kept),
        "users": len({row["user"] for row in kept}),
    }
    tally.write(stats, **facts)
    click.echo(
        f"{tally.kept} of {tally.taken} records kept, {facts['users']} users, {sample.counts.total()} details masked"
    )


if __name__ == "__main__":
    main()
