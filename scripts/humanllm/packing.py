"""Many short samples into few full sequences.

Lengths [5, 3, 3, 2] and room for 8 make the sequences [[0, 1], [2, 3]]: 5 + 3 and 3 + 2 tokens. What a row of packed/
looks like is told in `humanllm.training.sequences`, which reads it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.templates import Tokens

PACKED = pa.schema([(name, pa.list_(pa.int32())) for name in ("input_ids", "labels", "segments")])
SPOOLED = pa.schema([("ids", pa.list_(pa.int32())), ("prompt", pa.int32())])
NO_LOSS = -100  # the label that torch's cross entropy skips
BATCH = 256
T = TypeVar("T")


def pack(lengths: Sequence[int], room: int) -> list[list[int]]:
    """Indexes of samples, sequence by sequence: long ones first, each into the fullest sequence that still holds it.

    Best-fit decreasing; the distinct free lengths are at most `room`, so millions of samples take seconds. ValueError
    if a sample is longer than `room`.
    """
    sequences: list[list[int]] = []
    by_free: dict[int, list[int]] = {}  # free length -> sequences that have it
    frees: list[int] = []  # the keys of by_free, sorted
    for index in sorted(range(len(lengths)), key=lambda index: (-lengths[index], index)):
        length = lengths[index]
        if length > room:
            raise ValueError(f"a sample of {length} tokens does not fit into {room}")
        place = bisect_left(frees, length)
        if place == len(frees):
            free, number = room, len(sequences)
            sequences.append([])
        else:
            free = frees[place]
            number = by_free[free].pop()
            if not by_free[free]:
                del by_free[free], frees[place]
        sequences[number].append(index)
        left = free - length
        if left not in by_free:
            by_free[left] = []
            insort(frees, left)
        by_free[left].append(number)
    return sequences


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` values, the last one of what is left."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk


def histogram(lengths: Iterable[int]) -> dict[str, int]:
    """How many samples have up to 64, 128, 256, ... tokens: {"64": 3, "128": 41}."""
    counts: Counter[int] = Counter(max(6, (length - 1).bit_length()) for length in lengths)
    return {str(1 << power): count for power, count in sorted(counts.items())}


def spool(path: Path, samples: Iterable[Tokens]) -> list[int]:
    """Write the samples' tokens to an Arrow file, from which they are taken in any order; their lengths."""
    lengths: list[int] = []
    with pa.ipc.new_file(path, SPOOLED) as writer:
        for batch in chunks(samples, BATCH):
            lengths += [len(sample.ids) for sample in batch]
            rows = {"ids": [sample.ids for sample in batch], "prompt": [sample.prompt for sample in batch]}
            writer.write_batch(pa.record_batch(rows, schema=SPOOLED))
    return lengths


def write_packed(path: Path, spooled: Path, sequences: Iterable[list[int]]) -> int:
    """Write the sequences of spooled samples as a table of packed/; the number of tokens with loss."""
    samples = pa.ipc.open_file(pa.memory_map(str(spooled))).read_all()
    answer_tokens = 0
    with pq.ParquetWriter(path, PACKED, compression="zstd") as writer:
        for batch in chunks(sequences, BATCH):
            ids, labels, segments = [], [], []
            for sequence in batch:
                parts = [samples["ids"][index].values.to_numpy() for index in sequence]
                starts = [samples["prompt"][index].as_py() for index in sequence]
                ids.append(np.concatenate(parts))
                labels.append(np.concatenate([_masked(part, start) for part, start in zip(parts, starts, strict=True)]))
                segments.append([len(part) for part in parts])
                answer_tokens += len(ids[-1]) - sum(starts)
            writer.write_batch(pa.record_batch([ids, labels, segments], schema=PACKED))
    return answer_tokens


def _masked(ids: np.ndarray, start: int) -> np.ndarray:
    labels = ids.copy()
    labels[:start] = NO_LOSS
    return labels
