"""Proof that no training sample shows, or asks for, a record whose text a test sample asks for.

The lines of train.jsonl and test.jsonl name no records, but their ids lead back to the rows of tasks/:
    train  {"id": "personalized_commenting:history:77b0..", "record_ids": [a comment, earlier ones, the post P]}
    test   {"id": "writing_imitation:style_topic:9f3a..", "record_ids": [the post P]}
A person of train answers P, which a person of test is asked to write: 1 target in train.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from humanllm.draws import digest
from humanllm.errors import InputError
from humanllm.sharegpt import read_lines

Records = Callable[[], Iterator[tuple[str, list[str]]]]  # every sample's id and record ids, target first; read twice


def records_of(tables: Iterable[Path]) -> Iterator[tuple[str, list[str]]]:
    """The two columns of each row of the task tables."""
    for table in tables:
        with pq.ParquetFile(table) as file:
            for batch in file.iter_batches(columns=["id", "record_ids"]):
                yield from zip(*(batch[name].to_pylist() for name in ("id", "record_ids")), strict=True)


def targets_in_train(folder: Path, records: Records) -> int:
    """How many records that samples of test.jsonl ask for a sample of train.jsonl shows or asks for.

    Raises InputError if a line's sample stands in no task table, for then nothing is proven. Memory: 16 bytes a sample
    and a target, in sets.
    """
    train, test = ({_short(line["id"]) for line in read_lines(folder / f"{side}.jsonl")} for side in ("train", "test"))
    asked = {_short(name): _short(own[0]) for name, own in records() if own and _short(name) in test}
    targets, shown, proven = set(asked.values()), set[bytes](), set[bytes]()
    for name, own in records():
        if own and (sample := _short(name)) in train:
            proven.add(sample)
            shown |= targets.intersection(map(_short, own))
    if lost := len(train - proven) + len(test) - len(asked):
        raise InputError(
            f"{lost} samples of the finished set stand in no task table, or without a record: delete the tasks folder"
            " and run again"
        )
    return len(shown)


def _short(text: str) -> bytes:
    return bytes.fromhex(digest(text))
