"""Keep a bucket's products with good grades: the Cognitive Genome Dataset (paper 2.3)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--products", type=FILE, required=True, help="A bucket's graded products.")
@click.option(
    "--cuts", required=True, help='JSON: the least grades kept, by kind: {"persona": {"overall": 9, "others": 8}, ...}.'
)
@click.option("--output", type=FILE, required=True, help="The products kept.")
@click.option("--dropped", type=FILE, required=True, help="The products dropped, with the reason.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(products: Path, cuts: str, output: Path, dropped: Path, stats: Path) -> None:
    import json

    from humanllm.judging import select
    from humanllm.stats import Tally, counted
    from humanllm.tables import JUDGED, REFUSED, read_rows, write_rows

    tally = Tally("select_product")
    kept, lost = select(read_rows(products, JUDGED), json.loads(cuts), tally)
    write_rows(output, kept, JUDGED)
    write_rows(dropped, lost, REFUSED)
    tally.write(stats, kinds=counted(row["kind"] for row in kept))
    click.echo(f"{tally.kept} of {tally.taken} products pass the cut")


if __name__ == "__main__":
    main()
