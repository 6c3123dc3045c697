"""Score a system's answers to a benchmark: accuracy by the paper's columns, with intervals over clusters."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line
from humanllm.files import write_json
from humanllm.scoring import READINGS, score
from humanllm.stats import Tally
from humanllm.tables import CELL, ITEM, RESPONSE, read_rows, write_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--benchmark", type=click.Choice(sorted(READINGS)), required=True)
@click.option("--system", required=True)
@click.option("--items", type=PATH, required=True, help="Table of the benchmark's items.")
@click.option("--responses", type=PATH, required=True, help="Table of the system's responses.")
@click.option("--resamples", type=int, required=True, help="Of the bootstrap.")
@click.option("--seed", type=int, required=True)
@click.option("--output", type=PATH, required=True, help="JSON of the scores.")
@click.option("--cells", type=PATH, required=True, help="Table of sums by cluster, for paired tests.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    benchmark: str,
    system: str,
    items: Path,
    responses: Path,
    resamples: int,
    seed: int,
    output: Path,
    cells: Path,
    stats: Path,
) -> None:
    given = read_rows(responses, RESPONSE)
    scores, sums = score(benchmark, system, read_rows(items, ITEM), given, seed, resamples)
    tally = Tally("score_benchmark")
    tally.take(len(given))
    tally.keep(len(given))
    write_rows(cells, sums, CELL)
    tally.write(stats, no_answer=scores["no_answer"]["count"])
    write_json(output, scores)
    average = scores["average"]
    click.echo(f"{system} on {benchmark}: {average['accuracy']:.4f} (chance {average['chance']:.4f})")


if __name__ == "__main__":
    main()
