"""What a run's results folder says of a stage: counts of its `.stats.json`, tables by bucket, bytes.

folder = Sample(Path("results/demo"))
folder.tables("synthesized/user", "blogger")    # {0: Path(".../0.parquet"), 1: ...}
folder.counts("records", "blogger").kept        # 7850, over all buckets that are there
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.report.funnel import add_counts, read_stats

RAW_KINDS = ("submissions", "tweets", "blogs", "reviews")  # what the paper counts as raw texts: not comments


@dataclass(frozen=True)
class Counts:
    """The counts of one stage over `files` of its parts."""

    taken: int
    kept: int
    files: int
    facts: dict[str, Any]  # the other whole numbers, added up


def counted(paths: Iterable[Path]) -> Counts:
    """The sum of the `.stats.json` at `paths`."""
    totals: dict[str, Any] = {}
    files = 0
    for path in paths:
        add_counts(totals, read_stats(path))
        files += 1
    return Counts(totals.pop("in", 0), totals.pop("kept", 0), files, totals)


def rows_of(path: Path) -> int:
    return int(pq.ParquetFile(path).metadata.num_rows)


@dataclass(frozen=True)
class Sample:
    """A finished or partly finished run."""

    folder: Path

    def sources(self) -> list[str]:
        """The sources that it has records of. Raises InputError when it has none."""
        found = sorted(path.name for path in (self.folder / "records").glob("*") if path.is_dir())
        found = [source for source in found if self.tables("records", source)]
        if not found:
            raise InputError(
                f"{self.folder} holds no records to measure: run the data path on a sample first, e.g."
                " `make sft DUMPS=blogs.zip`, and give its results folder (results/laptop)"
            )
        return found

    def tables(self, stage: str, source: str) -> dict[int, Path]:
        """{bucket: table} of what has come out of a stage (`records`, `judged/user`), in the order of buckets.

        A table of the whole source (`genome/user`, `tasks/social_qa`) stands as bucket 0.
        """
        if (whole := self.folder / stage / f"{source}.parquet").exists():
            return {0: whole}
        found = (self.folder / stage / source).glob("*.parquet")
        return {int(path.stem): path for path in sorted(found, key=_number) if path.stem.isdigit()}

    def stats(self, stage: str, source: str) -> dict[int, Path]:
        """{bucket: counts} of a stage, {0: counts} of one that makes a table of the whole source."""
        if (whole := self.folder / stage / f"{source}.stats.json").exists():
            return {0: whole}
        found = (self.folder / stage / source).glob("*.stats.json")
        named = {path.name.removesuffix(".stats.json"): path for path in found}
        return {int(name): named[name] for name in sorted(named, key=lambda name: (len(name), name)) if name.isdigit()}

    def counts(self, stage: str, source: str, buckets: Iterable[int] | None = None) -> Counts:
        """Over all buckets that are there, or over those of `buckets`."""
        found = self.stats(stage, source)
        return counted(found[bucket] for bucket in (found if buckets is None else buckets) if bucket in found)

    def ingested(self, source: str, raw_only: bool = False) -> Counts:
        """Of the source's dumps; `raw_only`: of the kinds that count as raw texts."""
        paths = sorted((self.folder / "filtered" / source).glob("*.stats.json"))
        return counted(path for path in paths if not raw_only or path.name.split("-")[0] in RAW_KINDS)

    def characters(self, source: str, buckets: Iterable[int] | None = None) -> tuple[int, int]:
        """(characters, records) of the texts that go to the models, over all buckets or those of `buckets`."""
        tables = self.tables("records", source)
        paths = [tables[bucket] for bucket in (tables if buckets is None else buckets) if bucket in tables]
        if not paths:
            return 0, 0
        lengths = pl.scan_parquet(paths).select(pl.col("text").str.len_chars())
        return lengths.select(pl.sum("text"), rows=pl.len()).collect().row(0)

    def bytes_of(self, stage: str, source: str) -> tuple[int, int]:
        """(bytes of all that a stage leaves, rows of its tables): what it drops lies beside what it keeps."""
        whole = (self.folder / stage / f"{source}.parquet").exists()
        files = list((self.folder / stage).glob(f"{source}.*" if whole else f"{source}/*"))
        kept = [path for path in files if path.suffix == ".parquet" and not path.name.endswith(".dropped.parquet")]
        return sum(path.stat().st_size for path in files), sum(map(rows_of, kept))


def _number(path: Path) -> tuple[int, str]:
    return len(path.stem), path.stem
