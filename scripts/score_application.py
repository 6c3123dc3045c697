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
    from humanllm.applications.scores import score
    from humanllm.applications.tables import GRADED, ITEM
    from humanllm.files import write_json
    from humanllm.stats import Tally
    from humanllm.tables import CELL, read_rows, write_rows

    asked = read_rows(items, ITEM)
    tally = Tally("score_application")
    for system, table in ((path.stem, path) for path in graded):
        rows = [row for row in read_rows(table, GRADED) if row["application"] == application]
        found, cells = score(application, system, asked, rows, seed, resamples)
        tally.take(len(asked))
        tally.keep(found["answers"])
        tally.drop("not_graded", found["left_out"]["not_graded"])
        path = folder / system / f"{application}.json"
        write_rows(path.with_suffix(".cells.parquet"), cells, CELL)
        write_json(path, found)
        silent, failed = found["no_answer"]["count"], found["left_out"]["not_graded"]
        average = found["average"]["accuracy"]
        click.echo(f"{system}: {average:.2f}, {silent} without an answer, {failed} not graded")
    tally.write(stats, systems=len(graded))


if __name__ == "__main__":
    main()
