"""Rewrite a bucket's records without markup, noise and private details, by the teacher (paper 2.1)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--records", type=FILE, required=True, help="A bucket's records.")
@click.option("--prompt", type=FILE, required=True, help="The prompt's file.")
@click.option("--asking", required=True, help="JSON: model, sampling, attempts, max_dead_share, seed.")
@click.option("--journal", type=FILE, required=True, help="The replies so far; kept outside the results.")
@click.option("--output", type=FILE, required=True, help="The rewritten records.")
@click.option("--dead", type=FILE, required=True, help="The requests without a usable reply.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(
    records: Path,
    prompt: Path,
    asking: str,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
) -> None:
    from humanllm.cleaning import rewrite
    from humanllm.prompts import load_prompt
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import RECORD, REWRITTEN, read_rows, write_rows

    job = Job.from_json(asking, journal)
    tally = Tally("rewrite_text")
    rows, tokens = rewrite(read_rows(records, RECORD), load_prompt(prompt), job, dead, tally)
    write_rows(output, rows, REWRITTEN)
    tally.write(stats, tokens=tokens)
    click.echo(f"{tally.kept} of {tally.taken} records rewritten, {tally.dead.total()} dead")


if __name__ == "__main__":
    main()
