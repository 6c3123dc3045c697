"""Bring a benchmark's own files into the one layout of items (paper 4.2 to 4.4)."""

from __future__ import annotations

import json
from pathlib import Path

import click

from humanllm.benchmarks import READERS, build
from humanllm.benchmarks.clues import find_clues
from humanllm.errors import one_line
from humanllm.files import write_json
from humanllm.stats import Tally
from humanllm.tables import ITEM, write_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--benchmark", type=click.Choice(sorted(READERS)), required=True)
@click.option("--knobs", required=True, help="JSON: the benchmark's entry in the config, without its files.")
@click.option("--output", type=PATH, required=True, help="Table of items.")
@click.option("--clues", type=PATH, required=True, help="JSON: what can be guessed without reading the questions.")
@click.option("--stats", type=PATH, required=True)
@click.argument("files", type=PATH, nargs=-1, required=True)
@one_line
def main(benchmark: str, knobs: str, output: Path, clues: Path, stats: Path, files: tuple[Path, ...]) -> None:
    tally = Tally("build_benchmark")
    items, facts = build(benchmark, list(files), json.loads(knobs), tally)
    found = find_clues(benchmark, items)
    write_rows(output, items, ITEM)
    write_json(clues, found)
    tally.write(stats, **facts)
    click.echo(f"{benchmark}: {tally.kept} of {tally.taken} items kept, {facts['clusters']} clusters")
    for warning in found["warnings"]:
        click.echo(f"warning: {warning}")


if __name__ == "__main__":
    main()
