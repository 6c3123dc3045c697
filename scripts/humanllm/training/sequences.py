"""Packed sequences on their way into the model.

A row of packed/: two samples of 3 and 2 tokens in one sequence, loss on the answers alone:
    {"input_ids": [5, 8, 2, 7, 2], "labels": [-100, 8, 2, -100, 2], "segments": [3, 2]}
The batch made of it, one row whatever the micro-batch:
    input_ids [[5, 8, 2, 7, 2]]   labels [[-100, 8, 2, -100, 2]]   position_ids [[0, 1, 2, 0, 1]]   use_cache False
    cu_seq_lens_q and _k [0, 3, 5]   max_length_q and _k 3
The last four are flash attention's names for the samples' bounds. Other attentions of transformers' models know from
positions that start again where a sample ends, and make a block-diagonal mask; with a key-value cache, the default of
most models, they would not look. So no sample sees another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from humanllm.errors import InputError
from humanllm.files import publish
from humanllm.modelfiles import sha256
from humanllm.packing import NO_LOSS, PACKED

if TYPE_CHECKING:
    import torch

COLUMNS = PACKED.names


@dataclass(frozen=True)
class Facts:
    """What a packed table holds, each of its sequences cut into `parts`."""

    digest: str  # sha256 of the file
    parts: int
    sequences: int
    samples: int
    tokens: int
    answer_tokens: int  # with loss


@dataclass(frozen=True)
class Size:
    """What the knobs of a training depend on."""

    sequences: int
    samples: int
    longest: int  # tokens of a sequence


def size_of(packed: Path) -> Size:
    """By the lengths alone. Raises InputError when `packed` is no packed table."""
    sequences = samples = longest = 0
    with _open(packed) as table:
        for batch in table.iter_batches(columns=["segments"]):
            rows = batch.column(0)
            sequences, samples = sequences + len(rows), samples + len(rows.flatten())
            longest = max(longest, *(sum(row) for row in rows.to_pylist()), 0)
    return Size(sequences, samples, longest)


def unpack(packed: Path, arrow: Path, parts: int = 1) -> Facts:
    """Write the table as an Arrow file that all ranks map into memory, and count it.

    Parquet must be decoded whole into each rank's memory; the mapped file is shared, and a shuffled read costs a seek.
    Each sequence is cut into `parts` of whole samples (settings.parts_for says why). Raises InputError when `packed` is
    no packed table or its lengths do not agree.
    """
    counts = {"sequences": 0, "samples": 0, "tokens": 0, "answer_tokens": 0}
    with _open(packed) as table, publish(arrow) as temporary, pa.ipc.new_file(temporary, PACKED) as writer:
        for batch in table.iter_batches(batch_size=256, columns=COLUMNS):
            _check(batch, packed)
            batch = _cut(batch, parts).cast(PACKED)
            _count(batch, counts)
            writer.write_batch(batch)
    return Facts(digest=sha256(packed), parts=parts, **counts)


@contextmanager
def _open(packed: Path) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(packed) as table:
            missing = [name for name in COLUMNS if name not in table.schema_arrow.names]
            if missing:
                raise InputError(f"{packed} lacks the columns {', '.join(missing)}: delete it and pack again")
            yield table
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise InputError(f"{packed} is no readable packed table ({error}): delete it and pack again") from error


def _cut(batch: pa.RecordBatch, parts: int) -> pa.RecordBatch:
    """Each row as up to `parts` rows of whole samples and about as many tokens; the tokens stay where they are."""
    import numpy as np

    ids, labels, segments = (batch.column(name) for name in COLUMNS)
    ends = np.concatenate([[0], np.cumsum(segments.flatten().to_numpy())])  # in tokens
    rows = np.concatenate([[0], np.cumsum(pc.list_value_length(segments).to_numpy())])  # in samples
    wished = [ends[a] + (ends[b] - ends[a]) * part / parts for a, b in pairwise(rows) for part in range(1, parts)]
    after = np.searchsorted(ends, wished)
    near = np.where(np.asarray(wished) - ends[after - 1] < ends[after] - wished, after - 1, after)
    cuts = np.unique(np.concatenate([rows, near]).astype(np.int32))
    tokens = pa.array(ends[cuts], pa.int32())
    columns = [
        pa.ListArray.from_arrays(tokens, ids.flatten()),
        pa.ListArray.from_arrays(tokens, labels.flatten()),
        pa.ListArray.from_arrays(pa.array(cuts), segments.flatten()),
    ]
    return pa.RecordBatch.from_arrays(columns, names=COLUMNS)


def _check(batch: pa.RecordBatch, packed: Path) -> None:
    ids, labels, segments = (batch.column(name) for name in COLUMNS)
    lengths = pc.list_value_length(ids).to_pylist()
    parts = [sum(row) for row in segments.to_pylist()]
    if lengths != parts or lengths != pc.list_value_length(labels).to_pylist():
        raise InputError(f"{packed}: input_ids, labels and segments differ in length: delete it and pack again")


def _count(batch: pa.RecordBatch, counts: dict[str, int]) -> None:
    ids, labels, segments = (batch.column(name) for name in COLUMNS)
    counts["sequences"] += len(batch)
    counts["samples"] += len(segments.flatten())
    counts["tokens"] += len(ids.flatten())
    counts["answer_tokens"] += pc.sum(pc.not_equal(labels.flatten(), NO_LOSS)).as_py() or 0


class Sequences:
    """The mapped file as a data set: item `i` is a sequence's three lists as numpy arrays."""

    def __init__(self, arrow: Path) -> None:
        self._table = pa.ipc.open_file(pa.memory_map(str(arrow))).read_all()

    def __len__(self) -> int:
        return self._table.num_rows

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {name: self._table.column(name)[index].values.to_numpy() for name in COLUMNS}


def collate(sequences: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor | bool | int]:
    """Sequences end to end as one row, int64 tensors of shape (1, tokens); no padding, no key-value cache.

    The first label of each sample is set to no loss: it would be predicted from the sample before.
    """
    import numpy as np
    import torch

    ids = np.concatenate([sequence["input_ids"] for sequence in sequences]).astype(np.int64)
    labels = np.concatenate([sequence["labels"] for sequence in sequences]).astype(np.int64)
    lengths = np.concatenate([sequence["segments"] for sequence in sequences]).astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    labels[starts] = NO_LOSS
    positions = np.arange(len(ids)) - np.repeat(starts, lengths)
    rows = {"input_ids": ids, "labels": labels, "position_ids": positions}
    bounds, longest = torch.from_numpy(np.append(starts, len(ids)).astype(np.int32)), int(lengths.max())
    return {
        **{name: torch.from_numpy(row).unsqueeze(0) for name, row in rows.items()},
        **{"cu_seq_lens_q": bounds, "cu_seq_lens_k": bounds, "max_length_q": longest, "max_length_k": longest},
        "use_cache": False,
    }
