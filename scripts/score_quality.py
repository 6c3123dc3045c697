"""Label the quality and harmfulness of a bucket's rewritten records, by the teacher (paper 2.1)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--records", type=FILE, required=True, help="A bucket's records.")
@click.option("--prompt", type=FILE, required=True, help="The prompt's file.")
@click.option("--model", required=True, help="JSON: an entry of the config's models with its name.")
@click.option("--sampling", required=True, help="JSON: temperature, max_tokens, top_p.")
@click.option("--seed", type=int, required=True, help="The run's seed.")
@click.option("--attempts", type=click.IntRange(1), required=True, help="Times a request is asked.")
@click.option("--max-dead-share", type=float, required=True, help="Of the requests; above it the job fails.")
@click.option("--journal", type=FILE, required=True, help="The replies so far; kept outside the results.")
@click.option("--output", type=FILE, required=True, help="The labelled records.")
@click.option("--dead", type=FILE, required=True, help="The requests without a usable reply.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(
    records: Path,
    prompt: Path,
    model: str,
    sampling: str,
    seed: int,
    attempts: int,
    max_dead_share: float,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
) -> None:
    from humanllm.asking import Rules
    from humanllm.cleaning import score
    from humanllm.engines.base import ModelSpec, Sampling
    from humanllm.prompts import load_prompt
    from humanllm.stages import Job
    from humanllm.stats import Tally
    from humanllm.tables import REWRITTEN, SCORED, read_rows, write_rows

    job = Job(ModelSpec.from_json(model), Sampling.from_json(sampling), journal, Rules(attempts, max_dead_share), seed)
    tally = Tally("score_quality")
    rows, tokens = score(read_rows(records, REWRITTEN), load_prompt(prompt), job, dead, tally)
    write_rows(output, rows, SCORED)
    tally.write(stats, tokens=tokens)
    click.echo(f"{tally.kept} of {tally.taken} records scored, {tally.dead.total()} dead")


if __name__ == "__main__":
    main()
