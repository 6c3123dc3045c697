"""Mean grades of all systems in one application, by metric, with intervals over users (paper 4)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--application", required=True)
@click.option("--items", type=PATH, required=True, help="Table of the application's items.")
@click.option("--resamples", type=int, required=True, help="Of the bootstrap.")
@click.option("--seed", type=int, required=True)
@click.option("--folder", type=PATH, required=True, help="For {system}/{application}.json and .cells.parquet.")
@click.option("--stats", type=PATH, required=True)
@click.argument("graded", type=PATH, nargs=-1, required=True)
@one_line
def main(
    application: str, items: Path, resamples: int, seed: int, folder: Path, stats: Path, graded: tuple[Path, ...]
) -> None:
    """GRADED: the systems' graded answers, each under the system's name."""
    from humanllm.applications.scores import complete, score
    from humanllm.applications.tables import GRADED, ITEM
    from humanllm.files import write_json
    from humanllm.stats import Tally
    from humanllm.tables import CELL, read_rows, write_rows

    asked = read_rows(items, ITEM)
    every = {
        path.stem: [row for row in read_rows(path, GRADED) if row["application"] == application] for path in graded
    }
    kept = complete(asked, every)
    tally = Tally("score_application")
    tally.take(len(asked))
    tally.keep(len(kept))
    tally.drop("not_graded", len(asked) - len(kept))
    for system, rows in every.items():
        found, cells = score(application, system, kept, rows, len(asked) - len(kept), seed, resamples)
        path = folder / system / f"{application}.json"
        write_rows(path.with_suffix(".cells.parquet"), cells, CELL)
        write_json(path, found)
        click.echo(f"{system}: {found['average']['accuracy']:.2f}, {found['no_answer']['count']} without an answer")
    tally.write(stats, systems=len(every))


if __name__ == "__main__":
    main()
