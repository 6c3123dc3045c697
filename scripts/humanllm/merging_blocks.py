"""The weighted mean of models, written a block of numbers at a time: memory does not grow with the models.

mergekit maps the shards of all models and holds a whole shard of the merge, and the largest tensor in float32 several
times; here a block of each model is read, added in float32 and rounded once into the file. A safetensors file is
    8 bytes    the header's length
    header     JSON: {"model.norm.weight": {"dtype": "BF16", "shape": [2048], "data_offsets": [0, 4096]}, ...}
    data       the tensors' bytes, end to end
and the merge's shards get the names, order and shapes of the donor's.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from humanllm.errors import InputError
from humanllm.modelfiles import shards

if TYPE_CHECKING:
    import torch

BLOCK = 1 << 20  # numbers read at once: in float32 4 MB, which a core's cache holds
NAMES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}  # torch's, of what has a mean
INDEX = "model.safetensors.index.json"


@dataclass(frozen=True)
class Stored:
    """Where a tensor lies."""

    path: Path
    dtype: str  # BF16
    shape: tuple[int, ...]
    start: int  # byte of the file

    @property
    def count(self) -> int:
        return math.prod(self.shape)


def stored_tensors(folder: Path) -> dict[str, Stored]:
    """{tensor: where it lies} from the headers of a folder's shards, shard by shard in the order of the data."""
    found: dict[str, Stored] = {}
    for path in shards(folder):
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header: dict[str, Any] = json.loads(file.read(size))
        header.pop("__metadata__", None)
        for name, one in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            found[name] = Stored(path, one["dtype"], tuple(one["shape"]), 8 + size + one["data_offsets"][0])
    return found


def write_mean(
    models: Mapping[str, Path], weights: Mapping[str, float], dtype: str, donor: str, target: Path
) -> dict[str, str]:
    """Write the mean of `models` by `weights`, which sum to 1, in shards like those of `donor`; {shard: sha256}."""
    stored = {name: stored_tensors(folder) for name, folder in models.items()}
    layout: dict[str, dict[str, Stored]] = {}
    for name, tensor in stored[donor].items():
        layout.setdefault(tensor.path.name, {})[name] = tensor
    hashes, bytes_of_data = {}, 0
    with closing(Mixer(dtype)) as mixer, ThreadPoolExecutor(2) as threads:
        for shard, tensors in layout.items():
            header, size = _header(tensors, dtype)
            bytes_of_data += size
            digest = hashlib.sha256(header)
            with (target / shard).open("wb") as file:
                file.write(header)
                ends: list[Future[object]] = []  # of one block at most, so that memory stays small
                for name in tensors:
                    parts = [(stored[model][name], weights[model]) for model in models]
                    for block in mixer.means(parts):
                        _wait(ends)
                        ends = [threads.submit(file.write, block), threads.submit(digest.update, block)]
                _wait(ends)
            hashes[shard] = digest.hexdigest()
    if len(layout) > 1:
        index = {name: shard for shard, tensors in layout.items() for name in tensors}
        text = json.dumps({"metadata": {"total_size": bytes_of_data}, "weight_map": index}, indent=2)
        (target / INDEX).write_text(text + "\n", encoding="utf-8")
    return hashes


def _wait(ends: Sequence[Future[object]]) -> None:
    for end in ends:
        end.result()


def _header(tensors: Mapping[str, Stored], dtype: str) -> tuple[bytes, int]:
    """The head of a file that holds these tensors as `dtype`, and the bytes of data that follow it."""
    name = next(short for short, long in NAMES.items() if long == dtype)
    width = {"F32": 4}.get(name, 2)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    place = 0
    for tensor, one in tensors.items():
        end = place + one.count * width
        header[tensor] = {"dtype": name, "shape": list(one.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the format wants the data to begin at a multiple of eight
    return len(text).to_bytes(8, "little") + text, place


class Mixer:
    """Means block by block. The buffers are made once: fresh memory for each block costs as much as the sums."""

    def __init__(self, dtype: str) -> None:
        import torch

        self._files: dict[Path, BinaryIO] = {}
        self._raw = torch.empty(8 * BLOCK, dtype=torch.uint8)
        self._part, self._mean = torch.empty(BLOCK), torch.empty(BLOCK)
        # two: while one is written the next is filled
        self._rounded = [torch.empty(BLOCK, dtype=getattr(torch, dtype)) for _ in range(2)]

    def means(self, parts: Sequence[tuple[Stored, float]]) -> Iterator[memoryview]:
        """The bytes of a tensor's mean; each block holds good until the next but one is asked for."""
        import torch

        count = parts[0][0].count
        for start in range(0, count, BLOCK):
            size = min(BLOCK, count - start)
            mean, part = self._mean[:size], self._part[:size]
            for number, (tensor, weight) in enumerate(parts):
                part.copy_(self._read(tensor, start, size))
                torch.mul(part, weight, out=mean) if number == 0 else mean.add_(part, alpha=weight)
            self._rounded.reverse()
            yield self._rounded[0][:size].copy_(mean).view(torch.uint8).numpy().data

    def _read(self, tensor: Stored, start: int, count: int) -> torch.Tensor:
        """Numbers `start` to `start + count` of a tensor. InputError if its file ends before."""
        import torch

        kind = getattr(torch, NAMES[tensor.dtype])
        if tensor.path not in self._files:
            self._files[tensor.path] = tensor.path.open("rb", buffering=0)
        raw = self._raw[: count * kind.itemsize]
        found = os.preadv(self._files[tensor.path].fileno(), [raw.numpy().data], tensor.start + start * kind.itemsize)
        if found < len(raw):
            raise InputError(f"the weights {tensor.path} end too early: fetch or make the model again")
        return raw.view(kind)

    def close(self) -> None:
        for file in self._files.values():
            file.close()
