"""ZeRO stage and micro-batch by model and GPU: what `auto` means in config training.zero_stage and .micro_batch.

Bytes on one of N GPUs, for P parameters in bf16 (ZeRO paper, 3.1: Adam's K is 12; fp32: 4 for each 2):
    stage 2   2 P + (2 + 12) P / N        weights whole; gradients, fp32 weights and moments in parts
    stage 3   (2 + 2 + 12) P / N + 4 V H  all in parts; the largest tensor, embedding or head, is gathered for use
and for m packed sequences of T tokens, with gradient checkpointing, layers of width H and inner width I, V words:
    2 m T H a layer                       what each layer was given
    2 m T (8 H + 4 I)                     one layer as it is computed again; without checkpointing, every layer
    4 V H + 12 * 1,024 V                  head's gradient, twice; logits of a chunk of 1,024 tokens, three times in fp32
A quarter of the memory is left to CUDA, NCCL, DeepSpeed's buckets and fragmentation. The lowest stage that fits is
taken: 2 exchanges less than 3. The micro-batch is the largest that fits of those that divide a rank's share of an
update.

    Shape(parameters=7_615_616_512, layers=28, width=3584, inner=18944, words=152064)
    choose_stage(shape, tokens=8192, ranks=8, memory=42.9e9, ...)    # 3 on A100 of 40 GB, 2 on 80 GB
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.training.room import ADAM, GIB, WEIGHTS, parameters_of

USABLE = 0.75
STAGES = (2, 3)
CHUNK = 1024  # positions whose logits stand in memory at a time: loss.py


@dataclass(frozen=True)
class Shape:
    """What of a model decides over its memory."""

    parameters: int
    layers: int
    width: int
    inner: int
    words: int


@dataclass(frozen=True)
class Pass:
    """What one rank computes at a time."""

    tokens: float  # of a packed sequence
    precision: str
    gradient_checkpointing: bool


def shape_of(model: Path) -> Shape:
    """From config.json and the headers of the shards. Raises InputError when config.json lacks a size."""
    config = read_json(model / "config.json")
    try:
        sizes = [config[name] for name in ("num_hidden_layers", "hidden_size", "intermediate_size", "vocab_size")]
    except KeyError as error:
        raise InputError(
            f"{model / 'config.json'} has no {error.args[0]}: give training.zero_stage and micro_batch as numbers"
        ) from error
    return Shape(parameters_of(model), *sizes)


def state_bytes(shape: Shape, stage: int, ranks: int, precision: str) -> float:
    """Weights, gradients and optimizer on one rank."""
    weights = WEIGHTS[precision] * shape.parameters
    parts = (weights + ADAM * shape.parameters) / ranks
    if stage == 3:
        return weights / ranks + parts + 2 * WEIGHTS[precision] * shape.words * shape.width
    return weights + parts


def activation_bytes(shape: Shape, one: Pass) -> float:
    """Of one packed sequence; the head's part, which a larger micro-batch does not multiply, is in `head_bytes`."""
    size = WEIGHTS[one.precision] * one.tokens
    kept, layer = size * shape.width, size * (8 * shape.width + 4 * shape.inner)
    return shape.layers * kept + layer if one.gradient_checkpointing else shape.layers * (kept + layer)


def head_bytes(shape: Shape, precision: str) -> float:
    """The gradient so far and a chunk's part of it; of a chunk its logits, their softmax and their gradient in fp32."""
    return shape.words * (2 * WEIGHTS[precision] * shape.width + 3 * 4 * CHUNK)


def needed(shape: Shape, stage: int, micro_batch: int, ranks: int, one: Pass) -> float:
    """Bytes on one rank."""
    state = state_bytes(shape, stage, ranks, one.precision)
    return state + micro_batch * activation_bytes(shape, one) + head_bytes(shape, one.precision)


def fits(shape: Shape, stage: int, micro_batch: int, ranks: int, memory: float, one: Pass) -> bool:
    return needed(shape, stage, micro_batch, ranks, one) <= USABLE * memory


def choose_stage(shape: Shape, ranks: int, memory: float, one: Pass) -> int:
    """The lowest stage that fits. Raises InputError when none does."""
    for stage in STAGES:
        if fits(shape, stage, 1, ranks, memory, one):
            return stage
    least = needed(shape, STAGES[-1], 1, ranks, one)
    raise InputError(
        f"{shape.parameters:,} parameters on {ranks} ranks need {least / GIB:.0f} GiB each and have"
        f" {USABLE * memory / GIB:.0f} usable of {memory / GIB:.0f}: give more ranks or larger GPUs, or set"
        " training.zero_stage to a number to try all the same"
    )


def memory_of(device: str, ranks: int) -> float:
    """Bytes of one rank's device; on CPUs its share of the machine's memory."""
    if device == "cpu":
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / ranks
    return min(gpu_memories())


def gpu_memories() -> list[float]:
    """Bytes of each GPU that this job may use."""
    return [mebibytes * (1 << 20) for mebibytes in _asked_of_the_driver("memory.total")]


def gpu_capabilities() -> list[float]:
    """The compute capability of each GPU that this job may use: 8.0 for an A100, 9.0 for an H100."""
    return _asked_of_the_driver("compute_cap")


def _asked_of_the_driver(fact: str) -> list[float]:
    """A number for each GPU, by the driver's own tool: torch would take a context on one."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    chosen = [f"--id={visible}"] if visible else []
    query = ["nvidia-smi", f"--query-gpu={fact}", "--format=csv,noheader,nounits", *chosen]
    try:
        said = subprocess.run(query, capture_output=True, text=True, check=True).stdout
        found = [float(line) for line in said.split()]
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise InputError(
            f"no GPU's {fact} can be read (nvidia-smi): ask for GPUs, or give training.zero_stage and micro_batch as"
            " numbers"
        ) from error
    if not found:
        raise InputError("nvidia-smi names no GPU: ask for one, or set the model's gpus to 0 to train on CPUs")
    return found
