"""The k-core of the same numbered edges by ours, pandas, polars and DuckDB: `python -m benchmarks.cores polars FOLDER`.

All leave out poor users, then poor items, until a round leaves out nothing. Prints the edges left and the seconds
after the edges are in memory, in the tool's own form.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from benchmarks import ROOT as ROOT

Edges = dict[str, npt.NDArray[np.int32]]
BOUNDS = {"users": 8, "items": 3}


def ours(edges: Edges) -> Callable[[], int]:
    from humanllm.kcore import core

    return lambda: int(core(edges["users"], edges["items"], *BOUNDS.values()).sum())


def with_pandas(edges: Edges) -> Callable[[], int]:
    import pandas as pd

    def find(left: pd.DataFrame) -> int:
        before = -1
        while before != len(left):
            before = len(left)
            for column, least in BOUNDS.items():
                left = left[left.groupby(column, sort=False)[column].transform("size") >= least]
        return before

    table = pd.DataFrame(edges)
    return lambda: find(table)


def with_polars(edges: Edges) -> Callable[[], int]:
    import polars as pl

    def find(left: pl.DataFrame) -> int:
        before = -1
        while before != len(left):
            before = len(left)
            for column, least in BOUNDS.items():
                rich = left.group_by(column).len().filter(pl.col("len") >= least)
                left = left.join(rich, on=column, how="semi")
        return before

    table = pl.DataFrame(edges)
    return lambda: find(table)


def with_duckdb(edges: Edges) -> Callable[[], int]:
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect(config={"threads": 2})
    connection.register("given", pa.table(edges))
    connection.execute("CREATE TABLE first AS FROM given")

    def find() -> int:
        table, before, left = "first", -1, len(edges["users"])
        while before != left:
            before = left
            for number, (column, least) in enumerate(BOUNDS.items()):
                rich = f"SELECT {column} FROM {table} GROUP BY {column} HAVING count(*) >= {least}"
                connection.execute(f"CREATE OR REPLACE TABLE left{number} AS FROM {table} WHERE {column} IN ({rich})")
                table = f"left{number}"
            ((left,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
        return left

    return find


CONTESTANTS = {"ours": ours, "pandas": with_pandas, "polars": with_polars, "duckdb": with_duckdb}


@click.command(help=__doc__)
@click.argument("name", type=click.Choice(list(CONTESTANTS)))
@click.argument("folder", type=click.Path(path_type=Path))
def main(name: str, folder: Path) -> None:
    find = CONTESTANTS[name]({column: np.load(folder / f"{column}.npy") for column in BOUNDS})
    began = time.perf_counter()
    left = find()
    click.echo(f"{left} {time.perf_counter() - began:.3f}")


if __name__ == "__main__":
    main()
