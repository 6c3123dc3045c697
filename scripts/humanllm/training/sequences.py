"""Packed sequences on their way into the model.

A row of packed/: two samples of 3 and 2 tokens in one sequence, loss on the answers alone:
    {"input_ids": [5, 8, 2, 7, 2], "labels": [-100, 8, 2, -100, 2], "segments": [3, 2]}
The batch made of it, one row whatever the micro-batch:
    input_ids [[5, 8, 2, 7, 2]]   labels [[-100, 8, 2, -100, 2]]   position_ids [[0, 1, 2, 0, 1]]   use_cache False
Positions that start again are how transformers' models know where a sample ends: flash attention gets the samples'
bounds from them, other attentions a block-diagonal mask, so no sample sees another. With a key-value cache, the
default of most models, they would not look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    """What a packed table holds."""

    digest: str  # sha256 of the file
    sequences: int
    samples: int
    tokens: int
    answer_tokens: int  # with loss


def unpack(packed: Path, arrow: Path) -> Facts:
    """Write the table as an Arrow file that all ranks map into memory, and count it.

    Parquet must be decoded whole into each rank's memory; the mapped file is shared, and a shuffled read costs a seek.
    Raises InputError when `packed` is no packed table or its lengths do not agree.
    """
    counts = {"sequences": 0, "samples": 0, "tokens": 0, "answer_tokens": 0}
    try:
        with pq.ParquetFile(packed) as table, publish(arrow) as temporary:
            missing = [name for name in COLUMNS if name not in table.schema_arrow.names]
            if missing:
                raise InputError(f"{packed} lacks the columns {', '.join(missing)}: delete it and pack again")
            with pa.ipc.new_file(temporary, PACKED) as writer:
                for batch in table.iter_batches(batch_size=256, columns=COLUMNS):
                    batch = batch.cast(PACKED)
                    _count(batch, counts, packed)
                    writer.write_batch(batch)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{packed} is no readable packed table ({error}): delete it and pack again") from error
    return Facts(digest=sha256(packed), **counts)


def _count(batch: pa.RecordBatch, counts: dict[str, int], packed: Path) -> None:
    ids, labels, segments = (batch.column(name) for name in COLUMNS)
    lengths = pc.list_value_length(ids).to_pylist()
    parts = [sum(row) for row in segments.to_pylist()]
    if lengths != parts or lengths != pc.list_value_length(labels).to_pylist():
        raise InputError(f"{packed}: input_ids, labels and segments differ in length: delete it and pack again")
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


def collate(sequences: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor | bool]:
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
    return {**{name: torch.from_numpy(row).unsqueeze(0) for name, row in rows.items()}, "use_cache": False}
