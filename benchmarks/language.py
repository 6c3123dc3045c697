"""How often the glance at a text's little words is enough, and how often it errs against the model.

    python -m benchmarks.language results/laptop/filtered/blogger/*.parquet

reads the texts of filtered tables and of their dropped ones (`*.dropped.parquet`), those of 100 characters or more, and
asks the model (fastText's lid.176.ftz) for every one of them.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import polars as pl

LEAST = 100  # characters


@click.command(help=__doc__)
@click.argument("tables", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
def main(tables: tuple[Path, ...]) -> None:
    from humanllm.language import ask, plainly_english
    from humanllm.readers.draft import clean

    texts = pl.concat([pl.read_parquet(table, columns=["text"]) for table in tables])["text"].drop_nulls()
    texts = clean(texts)  # as an ingest asks; a text that it dropped before stands in the table as it came
    texts = texts.filter(texts.str.len_chars() >= LEAST)
    ask("en", texts[:1])  # loads the model
    start = time.process_time()
    glanced = plainly_english(texts)
    middle = time.process_time()
    asked = pl.Series(ask("en", texts), dtype=pl.Boolean)
    end = time.process_time()
    told, doubtful = glanced.is_not_null(), glanced.is_null()
    wrong = (glanced & ~asked).sum(), (~glanced & asked).sum()
    glance, asking = (1e6 * seconds / len(texts) for seconds in (middle - start, end - middle))
    print(f"texts {len(texts):,}; English by the model {asked.sum() / len(texts):.2%}")
    print(f"told at a glance {told.sum() / len(texts):.2%}")
    print(f"of the {doubtful.sum()} others English by the model: {asked.filter(doubtful).sum()}")
    print(f"glance says English, the model not: {wrong[0]}; the other way round: {wrong[1]}")
    print(f"a glance takes {glance:.1f} us, the model {asking:.1f} us")


if __name__ == "__main__":
    main()
