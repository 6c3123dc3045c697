"""Make the demo's own model: small, random weights, a tokenizer trained on the sample's records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from humanllm.errors import one_line
from humanllm.files import publish_folder
from humanllm.stats import Tally
from humanllm.student import write_student
from humanllm.tables import RECORD, iterate_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--vocabulary", type=click.IntRange(min=300), required=True, help="Tokens, at most.")
@click.option("--layers", type=click.IntRange(min=1), required=True)
@click.option("--hidden", type=click.IntRange(min=32), required=True, help="Width, a multiple of 32.")
@click.option("--seed", type=int, required=True)
@click.option("--output", type=PATH, required=True, help="Folder of the model.")
@click.option("--stats", type=PATH, required=True)
@click.argument("records", type=PATH, nargs=-1, required=True)
@one_line
def main(
    vocabulary: int, layers: int, hidden: int, seed: int, output: Path, stats: Path, records: tuple[Path, ...]
) -> None:
    tally = Tally("make_student")

    def texts() -> Iterator[str]:
        for path in records:
            for row in iterate_rows(path, RECORD):
                tally.take()
                tally.keep()
                yield row["text"]

    with publish_folder(output) as temporary:
        weights = write_student(temporary, texts(), vocabulary, layers, hidden, seed)
    tally.write(stats, weights=weights)
    click.echo(f"a model of {weights} weights, its tokenizer trained on {tally.kept} texts")


if __name__ == "__main__":
    main()
