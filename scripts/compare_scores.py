"""Put all systems' scores on a benchmark or an application side by side, and test the pairs that matter."""

from __future__ import annotations

import json
from pathlib import Path

import click

from humanllm.errors import one_line
from humanllm.files import read_json, write_json
from humanllm.scoring_comparison import compare, write_csv
from humanllm.tables import CELL, read_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option(
    "--pairs",
    required=True,
    help='JSON: [[system, other, why], ...]: which two are compared; why: "base", "unmerged" or "full".',
)
@click.option("--resamples", type=int, required=True, help="Of the bootstrap and the permutation test.")
@click.option("--seed", type=int, required=True)
@click.option("--output", type=PATH, required=True, help="JSON of the comparison.")
@click.option("--table", type=PATH, required=True, help="The same as CSV, a line a system and column.")
@click.argument("scores", type=PATH, nargs=-1, required=True)
@one_line
def main(pairs: str, resamples: int, seed: int, output: Path, table: Path, scores: tuple[Path, ...]) -> None:
    """SCORES: score JSONs, each with its `.cells.parquet` beside it."""
    found = [read_json(path) for path in scores]
    cells = {
        score["system"]: read_rows(path.with_suffix(".cells.parquet"), CELL)
        for score, path in zip(found, scores, strict=True)
    }
    comparison = compare(found, cells, [tuple(pair) for pair in json.loads(pairs)], seed, resamples)
    write_csv(table, comparison)
    write_json(output, comparison)
    click.echo(f"{comparison['benchmark']}: {len(found)} systems, {comparison['tests']} paired tests")


if __name__ == "__main__":
    main()
