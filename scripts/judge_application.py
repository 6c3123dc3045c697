"""Grade what a system wrote, 1 to 10 on each metric of its application, by the judge (paper 4)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--written", type=PATH, required=True, help="Table of the system's answers.")
@click.option("--items", type=PATH, multiple=True, required=True, help="An application's table of items.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=PATH, required=True, help="The replies so far; kept outside the results.")
@click.option("--output", type=PATH, required=True, help="The graded answers.")
@click.option("--dead", type=PATH, required=True, help="The requests without a usable reply.")
@click.option("--stats", type=PATH, required=True)
@click.argument("prompts", type=PATH, nargs=-1, required=True)
@one_line
def main(
    written: Path,
    items: tuple[Path, ...],
    asking: str,
    serving: str,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
    prompts: tuple[Path, ...],
) -> None:
    """PROMPTS: a prompt file an application, under its name."""
    from humanllm.applications.grading import grade
    from humanllm.applications.tables import GRADED, WRITTEN
    from humanllm.applications.writing import read_items
    from humanllm.prompts import load_prompts
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import read_rows, write_rows

    job = Job.from_json(asking, serving, journal)
    tally = Tally("judge_application")
    rows, facts = grade(read_items(items), read_rows(written, WRITTEN), load_prompts(prompts), job, dead, tally)
    write_rows(output, rows, GRADED)
    tally.write(stats, **facts)
    unseen = sum(row["status"] in ("blank", "no_answer") for row in rows)
    click.echo(f"{tally.kept} of {tally.taken} answers graded, {unseen} of them by rule, {tally.dead.total()} dead")


if __name__ == "__main__":
    main()
