"""Let a system write what the items of all applications ask for: one job, so its weights are loaded once (paper 4)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--system", required=True, help="The name under which the answers are graded.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=PATH, required=True, help="Replies so far; a later run asks only what is missing.")
@click.option("--output", type=PATH, required=True, help="Table of the answers.")
@click.option("--dead", type=PATH, required=True, help="Requests that could not be asked, as JSON lines.")
@click.option("--stats", type=PATH, required=True)
@click.argument("items", type=PATH, nargs=-1, required=True)
@one_line
def main(
    system: str,
    asking: str,
    serving: str,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
    items: tuple[Path, ...],
) -> None:
    """ITEMS: the applications' tables of items."""
    from humanllm.applications.tables import WRITTEN
    from humanllm.applications.writing import facts, read_items, write_requests, written
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import write_rows

    job, rows = Job.from_json(asking, serving, journal), read_items(items)
    requests = write_requests(rows, job.sampling, system, job.spec.chat)
    asked = job.ask_freely(requests, dead, len(rows))
    tally = Tally("write_application")
    answers = list(written(rows, asked, job.spec, system, tally))
    write_rows(output, answers, WRITTEN)
    found = facts(answers)
    tally.write(stats, tokens=asked.tokens, **found)
    blank, cut = sum(found["blank"].values()), sum(found["cut_off"].values())
    click.echo(f"{system}: {tally.kept} answers to {tally.taken} items, {blank} blank, {cut} cut off")


if __name__ == "__main__":
    main()
