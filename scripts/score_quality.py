"""Label the quality and harmfulness of a bucket's records, by the teacher (paper 2.1)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--records", type=FILE, required=True, help="A bucket's records.")
@click.option("--prompt", type=FILE, required=True, help="The prompt's file.")
@click.option("--text-column", type=click.Choice(["rewrite_text", "text"]), required=True, help="What is labelled.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed, language.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=FILE, required=True, help="The replies so far; kept outside the results.")
@click.option("--output", type=FILE, required=True, help="The labelled records.")
@click.option("--dead", type=FILE, required=True, help="The requests without a usable reply.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(
    records: Path,
    prompt: Path,
    text_column: str,
    asking: str,
    serving: str,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
) -> None:
    from humanllm.cleaning import score
    from humanllm.prompts import load_prompt
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import RECORD, SCORE, extended, read_rows, write_rows

    job = Job.from_json(asking, serving, journal)
    tally = Tally("score_quality")
    rows, facts = score(read_rows(records, RECORD), load_prompt(prompt), job, dead, tally, text_column)
    write_rows(output, rows, extended(records, SCORE))
    tally.write(stats, **facts)
    click.echo(f"{tally.kept} of {tally.taken} records scored, {tally.dead.total()} dead")


if __name__ == "__main__":
    main()
