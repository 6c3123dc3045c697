"""Made filtered tables of posts: `python -m benchmarks.records --records 1000000 FOLDER`.

Heavy-tailed users in 32 buckets, four dumps; one text in a hundred is another's, one in a hundred nearly so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click
import numpy as np
import polars as pl
import pyarrow as pa

from benchmarks import ROOT as ROOT
from benchmarks.texts import Texts
from humanllm.shards import BucketWriter
from humanllm.tables import FILTERED

BUCKETS = 32
DUMPS = 4
CHUNK = 100_000  # records
PER_USER = 15  # records, on average
COPIED = 0.02  # of the texts, half of them with a word more
SINCE, UNTIL = 1_200_000_000, 1_690_000_000


def hashes(rng: np.random.Generator, count: int) -> pl.Series:
    """Random 32 hex characters."""
    digits = rng.bytes(16 * count).hex().encode()
    offsets = np.arange(0, 32 * count + 1, 32, dtype=np.int64)
    return pl.Series(pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(digits)))


def codes(hashed: pl.Series) -> pl.Series:
    return hashed.str.slice(0, 16).str.to_integer(base=16, dtype=pl.UInt64)


def with_copies(rng: np.random.Generator, texts: pl.Series) -> pl.Series:
    count = int(len(texts) * COPIED)
    copies, near = rng.choice(len(texts), count, replace=False), count // 2
    words = texts.gather(rng.integers(0, len(texts), count))
    words = pl.concat([words.head(near) + " indeed", words.slice(near)])
    return texts.scatter(pl.Series(copies), words)


def chunks(records: int) -> Iterator[pl.DataFrame]:
    rng, drawer = np.random.default_rng(2025), Texts(2025)
    people = hashes(rng, max(1, records // PER_USER))
    weights = rng.lognormal(0, 1.5, len(people)).cumsum()
    for _ in range(0, records, CHUNK):
        user = people.gather(np.searchsorted(weights, rng.random(CHUNK) * weights[-1]))
        ids, user_codes = hashes(rng, CHUNK), codes(user)
        texts = with_copies(rng, pl.Series(drawer.draw(CHUNK, mean=400, spread=0.8)))
        columns = {
            "id": "reddit:submissions:" + ids,
            "user": user,
            "source": pl.lit("reddit"),
            "kind": pl.lit("submissions"),
            "bucket": user_codes // 2**32 % BUCKETS,
            "time": pl.Series(rng.integers(SINCE, UNTIL, CHUNK)),
            "place": pl.lit(0),
            "title": texts.str.slice(0, 40),
            "text": texts,
            "community": pl.Series([f"Ask{number}" for number in range(50)]).gather(rng.integers(0, 50, CHUNK)),
            "extra": pl.lit('{"comments":4,"score":12}'),
            "id_code": codes(ids),
            "user_code": user_codes,
        }
        given = [columns.get(name, pl.lit(None)) for name in FILTERED.names]
        schema = pl.DataFrame(FILTERED.empty_table()).schema
        named = [
            (value if isinstance(value, pl.Expr) else pl.lit(value)).cast(schema[name]).alias(name)
            for name, value in zip(FILTERED.names, given, strict=True)
        ]
        yield pl.select(named)


@click.command(help=__doc__)
@click.option("--records", type=click.IntRange(CHUNK), required=True, help="How many, a multiple of 100,000.")
@click.argument("folder", type=click.Path(path_type=Path))
def main(records: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        paths = [folder / f"submissions-RS_{number}.parquet" for number in range(DUMPS)]
        writers = [stack.enter_context(BucketWriter(path, FILTERED)) for path in paths]
        for number, chunk in enumerate(chunks(records)):
            writers[number % DUMPS].write(chunk.with_columns(dump=pl.lit(f"RS_{number % DUMPS}")))


if __name__ == "__main__":
    main()
