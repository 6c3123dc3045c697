"""Make one product (user, scenario, social_qa or topic) from a bucket's clean records, by the teacher (paper 2.2)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--records", type=FILE, required=True, help="A bucket's clean records.")
@click.option("--product", required=True, help="user, scenario, social_qa or topic.")
@click.option("--per-user", type=click.IntRange(1), required=True, help="Targets a user.")
@click.option("--max-history-tokens", type=click.IntRange(1), required=True, help="Longer histories go in parts.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=FILE, required=True, help="The replies so far; kept outside the results.")
@click.option("--output", type=FILE, required=True, help="The products.")
@click.option("--dead", type=FILE, required=True, help="The requests without a usable reply.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("prompts", type=FILE, nargs=-1, required=True)
@one_line
def main(
    records: Path,
    product: str,
    per_user: int,
    max_history_tokens: int,
    asking: str,
    serving: str,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
    prompts: tuple[Path, ...],
) -> None:
    from humanllm.products import Limits, synthesize
    from humanllm.prompts import load_prompts
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import CLEAN, PRODUCT, read_rows, write_rows

    job = Job.from_json(asking, serving, journal)
    tally = Tally("synthesize_product")
    limits = Limits(per_user, max_history_tokens)
    rows, facts = synthesize(product, read_rows(records, CLEAN), load_prompts(prompts), job, limits, dead, tally)
    write_rows(output, rows, PRODUCT)
    tally.write(stats, **facts)
    empty, failed = tally.dropped.total(), tally.dead.total()
    click.echo(f"{product}: {tally.kept} of {tally.taken} made, {empty} found nothing, {failed} dead")


if __name__ == "__main__":
    main()
