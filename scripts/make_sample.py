"""Make the demo's raw dumps of invented people, and benchmark questions of our own, in the official layouts."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line


@click.command(help=__doc__)
@click.option("--people", type=click.IntRange(20, 400), required=True, help="How many people are invented.")
@click.option("--seed", type=int, required=True, help="Equal seeds give equal bytes.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder of the dumps.")
@one_line
def main(people: int, seed: int, output: Path) -> None:
    from humanllm.sample import write_sample

    counts = write_sample(output, seed, people)
    raw = sum(count for name, count in counts.items() if ":" not in name)
    click.echo(f"{people} invented people, {raw} raw records and questions")


if __name__ == "__main__":
    main()
