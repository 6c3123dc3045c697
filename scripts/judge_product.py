"""Grade a bucket's products against the posts they were made from, by the judge (paper 2.3)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--products", type=FILE, required=True, help="A bucket's products of one sort.")
@click.option("--records", type=FILE, required=True, help="The bucket's clean records.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=FILE, required=True, help="The replies so far; kept outside the results.")
@click.option("--output", type=FILE, required=True, help="The graded products.")
@click.option("--dead", type=FILE, required=True, help="The requests without a usable reply.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("prompts", type=FILE, nargs=-1, required=True)
@one_line
def main(
    products: Path,
    records: Path,
    asking: str,
    serving: str,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
    prompts: tuple[Path, ...],
) -> None:
    from humanllm.judging import judge
    from humanllm.prompts import load_prompts
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import CLEAN, JUDGED, PRODUCT, iterate_rows, read_rows, write_rows

    job = Job.from_json(asking, serving, journal)
    tally = Tally("judge_product")
    sources = {row["id"]: row for row in iterate_rows(records, CLEAN)}
    rows, facts = judge(read_rows(products, PRODUCT), sources, load_prompts(prompts), job, dead, tally)
    write_rows(output, rows, JUDGED)
    tally.write(stats, **facts)
    click.echo(f"{tally.kept} of {tally.taken} products graded, {tally.dead.total()} dead")


if __name__ == "__main__":
    main()
