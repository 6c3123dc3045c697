"""Rewrite a bucket's records without markup, noise and private details, by the teacher (paper 2.1)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--records", type=FILE, required=True, help="A bucket's records.")
@click.option("--prompt", type=FILE, required=True, help="The prompt's file.")
@click.option("--quality", multiple=True, help="Of scored records, a label that is rewritten; without it, all are.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed, language.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=FILE, required=True, help="The replies so far; kept outside the results.")
@click.option("--output", type=FILE, required=True, help="The rewritten records.")
@click.option("--dead", type=FILE, required=True, help="The requests without a usable reply.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(
    records: Path,
    prompt: Path,
    quality: tuple[str, ...],
    asking: str,
    serving: str,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
) -> None:
    from humanllm.cleaning import rewrite
    from humanllm.prompts import load_prompt
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import RECORD, REWRITE, extended, read_rows, write_rows

    job = Job.from_json(asking, serving, journal)
    tally = Tally("rewrite_text")
    rows, facts = rewrite(read_rows(records, RECORD), load_prompt(prompt), job, dead, tally, quality)
    write_rows(output, rows, extended(records, REWRITE))
    tally.write(stats, **facts)
    click.echo(
        f"{tally.kept - facts['not_asked']} of {tally.taken} records rewritten, {tally.dead.total()} dead,"
        f" {facts['not_asked']} not asked"
    )


if __name__ == "__main__":
    main()
