"""Lay out the sheet on which people grade an application's answers by hand, and the key to it (paper A.4)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--application", required=True)
@click.option("--items", type=PATH, required=True, help="Table of the application's items.")
@click.option("--written", type=PATH, multiple=True, required=True, help="What a system wrote, under its name.")
@click.option("--graded", type=PATH, multiple=True, required=True, help="The judge's grades, in the same order.")
@click.option("--count", type=click.IntRange(1), required=True, help="Items at most; each with every system's answer.")
@click.option("--seed", type=int, required=True)
@click.option("--template", type=PATH, required=True)
@click.option("--sheet", type=PATH, required=True, help="The HTML file.")
@click.option("--key", type=PATH, required=True, help="Whose answer each sample is: not for those who grade.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    application: str,
    items: Path,
    written: tuple[Path, ...],
    graded: tuple[Path, ...],
    count: int,
    seed: int,
    template: Path,
    sheet: Path,
    key: Path,
    stats: Path,
) -> None:
    from humanllm.applications.sheets import System, lay_out
    from humanllm.applications.tables import GRADED, ITEM, WRITTEN
    from humanllm.files import publish, write_json
    from humanllm.report.page import render
    from humanllm.stats import Tally
    from humanllm.tables import read_rows

    systems = [
        System(path.stem, read_rows(path, WRITTEN), read_rows(grades, GRADED))
        for path, grades in zip(written, graded, strict=True)
    ]
    tally = Tally("lay_out_sheet")
    page, found, facts = lay_out(application, read_rows(items, ITEM), systems, count, seed, tally)
    with publish(sheet) as temporary:
        temporary.write_text(render(template, **page), encoding="utf-8")
    write_json(key, found)
    tally.write(stats, **facts)
    click.echo(f"{application}: {facts['rows']} answers to {tally.kept} items, sheet {facts['sheet']}")


if __name__ == "__main__":
    main()
