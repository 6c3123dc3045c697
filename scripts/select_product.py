"""Keep the products of a source that have good grades: the Cognitive Genome Dataset (paper 2.3)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--judged", type=FILE, required=True, help="Folder of the graded products: {bucket}.parquet.")
@click.option("--buckets", type=click.IntRange(1), required=True, help="Of the source.")
@click.option(
    "--cuts", required=True, help='JSON: the least grades kept, by kind: {"persona": {"overall": 9, "others": 8}, ...}.'
)
@click.option("--output", type=FILE, required=True, help="The products kept, a row group a bucket.")
@click.option("--dropped", type=FILE, required=True, help="The products dropped, with the reason.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@one_line
def main(judged: Path, buckets: int, cuts: str, output: Path, dropped: Path, stats: Path) -> None:
    import json
    from collections import Counter

    from humanllm.judging import select
    from humanllm.stats import Tally
    from humanllm.tables import JUDGED, REFUSED, read_rows, row_groups

    tally, least = Tally("select_product"), json.loads(cuts)
    kinds: Counter[str] = Counter()
    with row_groups(output, JUDGED) as keep, row_groups(dropped, REFUSED) as drop:
        for bucket in range(buckets):
            kept, lost = select(read_rows(judged / f"{bucket}.parquet", JUDGED), least, tally)
            kinds.update(row["kind"] for row in kept)
            keep(kept)
            drop(lost)
    tally.write(stats, kinds=dict(sorted(kinds.items())))
    click.echo(f"{tally.kept} of {tally.taken} products pass the cut")


if __name__ == "__main__":
    main()
