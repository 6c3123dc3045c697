"""Many short samples into few full sequences.

Lengths [5, 3, 3, 2] and room for 8 make the sequences [[0, 2], [3, 1]], or so: 5 + 3 and 2 + 3 tokens. What a row of
packed/ looks like is told in `humanllm.training.sequences`, which reads it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from humanllm.draws import draw
from humanllm.token_shards import BATCH, chunks

PACKED = pa.schema([(name, pa.list_(pa.int32())) for name in ("input_ids", "labels", "segments")])
NO_LOSS = -100  # the label that torch's cross entropy skips


def pack(lengths: Sequence[int], room: int, seed: int) -> list[list[int]]:
    """Indexes of samples, sequence by sequence: by a draw, each into the fullest sequence that still holds it.

    Samples longer than half a sequence come first: no two of them share one. Packed long to short, as is usual, a
    sequence would hold samples of one length, which often means of one task, and updates of so many sequences would
    have few long samples or many short ones. The distinct free lengths are at most `room`, so millions of samples take
    seconds. ValueError if a sample is longer than `room`.
    """
    sequences: list[list[int]] = []
    by_free: dict[int, list[int]] = {}  # free length -> sequences that have it
    frees: list[int] = []  # the keys of by_free, sorted
    order = list(range(len(lengths)))
    draw(seed, "packing").shuffle(order)
    for index in sorted(order, key=lambda index: 2 * lengths[index] <= room):
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


def histogram(lengths: Iterable[int]) -> dict[str, int]:
    """How many samples have up to 64, 128, 256, ... tokens: {"64": 3, "128": 41}."""
    counts: Counter[int] = Counter(max(6, (length - 1).bit_length()) for length in lengths)
    return {str(1 << power): count for power, count in sorted(counts.items())}


def describe(lengths: Sequence[int], sequences: Sequence[list[int]], room: int) -> dict[str, Any]:
    """The counts of packed samples of these lengths, for their `.stats.json`."""
    tokens, places = sum(lengths), len(sequences) * room
    return {
        "sequences": len(sequences),
        "tokens": tokens,
        "longest": max(lengths),
        "lengths": histogram(lengths),
        "fill_rate": round(tokens / places, 4),
        "padding": places - tokens,  # room left in the sequences
        "truncated": 0,  # no sample is cut: what is too long is left out
    }


def samples_an_update(sequences: Sequence[list[int]], batch_size: int, seed: int) -> dict[str, float]:
    """How many samples updates of `batch_size` on average really have: {"mean": 65.4, "p1": 47, "p99": 83}.

    An update takes the same number of sequences each time, drawn as the training does, which may cut or round them.
    """
    counts = [len(sequence) for sequence in sequences]
    draw(seed, "updates").shuffle(counts)
    taken = min(len(counts), max(1, round(batch_size * len(counts) / sum(counts))))
    sums = np.add.reduceat(counts, range(0, len(counts), taken))[: len(counts) // taken]  # whole updates
    return {
        "mean": round(float(sums.mean()), 1),
        **{f"p{part}": int(np.percentile(sums, part, method="nearest")) for part in (1, 99)},
    }


def write_packed(path: Path, rows: pa.Table, sequences: Iterable[list[int]]) -> int:
    """Write the sequences of these rows (token_shards.py) as a table of packed/; the number of tokens with loss."""
    tokens, prompts = rows["ids"], rows["prompt"].to_pylist()
    answer_tokens = 0
    with pq.ParquetWriter(path, PACKED, compression="zstd") as writer:
        for batch in chunks(sequences, BATCH):
            ids, labels, segments = [], [], []
            for sequence in batch:
                parts = [tokens[index].values.to_numpy() for index in sequence]
                starts = [prompts[index] for index in sequence]
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
