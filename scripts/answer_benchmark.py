"""Let a system answer a benchmark: every item in every order of its options (paper 4.2 to 4.4)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.answering import Questions, requests, responses
from humanllm.errors import one_line
from humanllm.stages import Job
from humanllm.stats import Tally
from humanllm.tables import ITEM, RESPONSE, read_rows, write_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--items", type=PATH, required=True, help="Table of a benchmark's items.")
@click.option("--prompt", type=PATH, required=True, help="Prompt file of the benchmark.")
@click.option("--system", required=True, help="The name under which the answers are scored.")
@click.option("--constrained", type=bool, required=True, help="Let only an option's letter be answered.")
@click.option("--likelihood", type=bool, required=True, help="Ask for the letters' log-probabilities as well.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=PATH, required=True, help="Replies so far; a later run asks only what is missing.")
@click.option("--output", type=PATH, required=True, help="Table of responses.")
@click.option("--dead", type=PATH, required=True, help="Requests that could not be asked, as JSON lines.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    items: Path,
    prompt: Path,
    system: str,
    asking: str,
    serving: str,
    constrained: bool,
    likelihood: bool,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
) -> None:
    job, questioned = Job.from_json(asking, serving, journal), read_rows(items, ITEM)
    questions = Questions(prompt, job.spec.chat)
    total = sum(len(item["orders"]) for item in questioned) * (1 + likelihood)
    asked = job.ask_freely(requests(questioned, questions, job.sampling, constrained, likelihood), dead, total)
    tally = Tally("answer_benchmark")
    rows = list(responses(questioned, asked, job.spec, system, questions.hash, tally))
    write_rows(output, rows, RESPONSE)
    silent = sum(row["shown"] is None for row in rows)
    given = sum(row.get("likeliest") is not None for row in rows)
    facts = {"no_answer": silent, "constrained": constrained, "likelihoods": given if likelihood else None}
    tally.write(stats, **facts, tokens=asked.tokens)
    listed = f", {given} with log-probabilities" if likelihood else ""
    click.echo(f"{system}: {tally.kept} of {tally.taken} questions answered, {silent} without a letter{listed}")


if __name__ == "__main__":
    main()
