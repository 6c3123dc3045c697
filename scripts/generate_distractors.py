"""Let a model write what the test set asks for: the wrong options of the in-domain benchmark (paper 4.2)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.benchmarks.distractors import requests, rows
from humanllm.benchmarks.in_domain import WRITTEN, drawn, read_samples
from humanllm.errors import one_line
from humanllm.stages import Job
from humanllm.stats import Tally
from humanllm.tables import DISTRACTOR, write_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--test", type=PATH, required=True, help="The test set, ShareGPT lines.")
@click.option("--items-per-task", type=int, required=True, help="As in the benchmark: only what it asks is written.")
@click.option("--asking", required=True, help="JSON: model, sampling, seed.")
@click.option("--serving", required=True, help="JSON: attempts, max_dead_share, model: its knobs of speed.")
@click.option("--journal", type=PATH, required=True, help="Replies so far; a later run asks only what is missing.")
@click.option("--output", type=PATH, required=True, help="Table of distractors.")
@click.option("--dead", type=PATH, required=True, help="Requests that could not be asked, as JSON lines.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    test: Path,
    asking: str,
    serving: str,
    items_per_task: int,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
) -> None:
    job = Job.from_json(asking, serving, journal)
    samples = list(drawn(read_samples(test), WRITTEN, items_per_task, job.seed))
    asked = job.ask_freely(requests(samples, job.sampling, job.spec.name, job.spec.chat), dead, len(samples))
    tally = Tally("generate_distractors")
    write_rows(output, rows(samples, asked, job.spec, tally), DISTRACTOR)
    cut = sum(answer.reply.finish_reason == "length" for answer in asked.answers.values())
    blank = sum(not answer.value.strip() for answer in asked.answers.values())
    tally.write(stats, cut_off=cut, blank=blank, tokens=asked.tokens)
    click.echo(f"{job.spec.name}: {tally.kept} answers to {tally.taken} prompts, {cut} cut off, {blank} blank")


if __name__ == "__main__":
    main()
