"""Let a system answer a benchmark: every item in every order of its options (paper 4.2 to 4.4)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.answering import Questions, pinned, requests, responses
from humanllm.asking import Rules, ask
from humanllm.engines.base import ModelSpec, Sampling
from humanllm.errors import one_line
from humanllm.stats import Tally
from humanllm.tables import ITEM, RESPONSE, read_rows, write_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--items", type=PATH, required=True, help="Table of a benchmark's items.")
@click.option("--prompt", type=PATH, required=True, help="Prompt file of the benchmark.")
@click.option("--system", required=True, help="The name under which the answers are scored.")
@click.option("--model", required=True, help="JSON: the model that answers.")
@click.option("--sampling", required=True, help="JSON: temperature, max_tokens, top_p.")
@click.option("--constrained", type=bool, required=True, help="Let only an option's letter be answered.")
@click.option("--attempts", type=int, required=True)
@click.option("--max-dead-share", type=float, required=True)
@click.option("--seed", type=int, required=True)
@click.option("--journal", type=PATH, required=True, help="Replies so far; a later run asks only what is missing.")
@click.option("--output", type=PATH, required=True, help="Table of responses.")
@click.option("--dead", type=PATH, required=True, help="Requests that could not be asked, as JSON lines.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    items: Path,
    prompt: Path,
    system: str,
    model: str,
    sampling: str,
    constrained: bool,
    attempts: int,
    max_dead_share: float,
    seed: int,
    journal: Path,
    output: Path,
    dead: Path,
    stats: Path,
) -> None:
    asking, questions, spec = read_rows(items, ITEM), Questions(prompt), pinned(ModelSpec.from_json(model))
    asked = ask(
        requests(asking, questions, Sampling.from_json(sampling), constrained),
        spec,
        journal,
        dead,
        parse=lambda _, text: text,
        rules=Rules(attempts, max_dead_share, accept_length=True),
        seed=seed,
        total=sum(len(item["orders"]) for item in asking),
    )
    tally = Tally("answer_benchmark")
    rows = list(responses(asking, asked, spec, system, questions.hash, tally))
    write_rows(output, rows, RESPONSE)
    silent = sum(row["shown"] is None for row in rows)
    tally.write(stats, no_answer=silent, constrained=constrained, tokens=asked.tokens)
    click.echo(f"{system}: {tally.kept} of {tally.taken} questions answered, {silent} without a letter")


if __name__ == "__main__":
    main()
