"""The linear merge of a base and its tuned model (paper 3.3: 1:1), by mergekit, and the proof that it is one.

The configuration that mergekit gets, for the weights {"base": 0.5, "tuned": 0.5}:
    merge_method: linear
    models: [{model: BASE, parameters: {weight: 0.5}}, {model: TUNED, parameters: {weight: 0.5}}]
    parameters: {normalize: true}
    dtype: float32          # the sum; mergekit rounds its inputs to it before it adds
    out_dtype: bfloat16     # of the files: rounded once
"""

from __future__ import annotations

import functools
import json
import operator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError
from humanllm.modelfiles import copy_beside_weights, open_weights, shards, weight_hashes

if TYPE_CHECKING:
    import torch

PROBED = 32  # tensors looked at after the merge, spread over the names
PROBED_ROWS = 512  # of each, so that an embedding table costs no gigabytes
HALF_STEP = {"float32": 2.0**-24, "bfloat16": 2.0**-8, "float16": 2.0**-11}  # largest relative rounding error


@dataclass(frozen=True)
class Probe:
    """How far sampled tensors of a merge are from the weighted mean, reckoned in float32."""

    tensors: int
    max_difference: float
    max_allowed: float  # the largest rounding error that any probed value may have


def tensor_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """{tensor: shape} from the headers of a folder's shards; no weight is read."""
    from safetensors import safe_open

    found: dict[str, tuple[int, ...]] = {}
    for shard in shards(folder):
        with safe_open(shard, framework="np") as file:
            found |= {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    return found


def check_alike(models: dict[str, Path]) -> list[str]:
    """The tensors' names, sorted. Raises InputError naming the first one that the models do not share in shape."""
    (first, folder), *others = models.items()
    expected = tensor_shapes(folder)
    for name, other in others:
        shapes = tensor_shapes(other)
        for tensor in sorted(expected.keys() | shapes.keys()):
            if expected.get(tensor) != shapes.get(tensor):
                raise InputError(
                    f"{tensor} is {_say(expected.get(tensor))} in the {first} model {folder} but"
                    f" {_say(shapes.get(tensor))} in the {name} model {other}: only a model and its own"
                    " fine-tuning can be merged"
                )
    return sorted(expected)


def _say(shape: tuple[int, ...] | None) -> str:
    return "missing" if shape is None else "x".join(map(str, shape)) or "a single number"


def merge_linear(models: dict[str, Path], weights: dict[str, float], dtype: str, target: Path) -> None:
    """Write the mean of `models`, weighted by `weights` (same names), to `target`; all but weights from the first.

    Raises InputError when no weight is above zero.
    """
    if not sum(weights.values()) > 0:
        raise InputError(f"merging.weights {weights} sum to nothing: give at least one weight above zero")
    from mergekit.config import MergeConfiguration
    from mergekit.merge import run_merge
    from mergekit.options import MergeOptions

    donor = next(iter(models.values()))
    configuration = {
        "merge_method": "linear",
        "models": [{"model": str(models[name]), "parameters": {"weight": weights[name]}} for name in models],
        "parameters": {"normalize": True},
        "dtype": "float32",
        "out_dtype": dtype,
    }
    options = MergeOptions(lazy_unpickle=True, copy_tokenizer=False, write_model_card=False, quiet=True)
    run_merge(MergeConfiguration.model_validate(configuration), str(target), options)
    # mergekit takes these from a model that a set's order picks: the donor is named here instead.
    config = json.loads((donor / "config.json").read_text(encoding="utf-8"))
    config.pop("torch_dtype", None)
    (target / "config.json").write_text(json.dumps(config | {"dtype": dtype}, indent=2) + "\n", encoding="utf-8")
    copy_beside_weights(donor, target)
    open_weights(target)


def probe(models: dict[str, Path], weights: dict[str, float], dtype: str, merged: Path, names: list[str]) -> Probe:
    """Compare up to 32 of `names` with the weighted mean. Raises InputError naming a tensor that is off.

    A value may be off by the rounding of the mean to `dtype`, once: half the step between two numbers of its size.
    """
    total = sum(weights.values())
    chosen = names[:: max(1, len(names) // PROBED)]
    worst = allowed = 0.0
    for name in chosen:
        parts = [_rows(folder, name) * (weights[model] / total) for model, folder in models.items()]
        mean = functools.reduce(operator.add, parts)
        difference = (_rows(merged, name) - mean).abs()
        bound = mean.abs() * (HALF_STEP[dtype] + 2.0**-22) + 1e-30
        if bool((difference > bound).any()):
            raise InputError(f"{name} of the merge is off the weighted mean by {difference.max():.3g}: do not use it")
        worst, allowed = max(worst, float(difference.max())), max(allowed, float(bound.max()))
    return Probe(len(chosen), worst, allowed)


def _rows(folder: Path, name: str) -> torch.Tensor:
    """The first rows of a tensor, float32."""
    from safetensors import safe_open

    for shard in shards(folder):
        with safe_open(shard, framework="pt") as file:
            if name in file.keys():  # noqa: SIM118
                part = file.get_slice(name)
                return (part[:PROBED_ROWS] if part.get_shape() else file.get_tensor(name)).float()
    raise InputError(f"{folder} has no tensor {name}: the merge lost it, do not use it")


def manifest(
    models: dict[str, Path], weights: dict[str, float], dtype: str, merged: Path, probed: Probe
) -> dict[str, Any]:
    """`.manifest.json`: what was merged, how, and the proof."""
    return {
        "method": "linear",
        "weights": weights,
        "dtype": dtype,
        "models": {name: {"folder": str(folder), "sha256": weight_hashes(folder)} for name, folder in models.items()},
        "merged": {"sha256": weight_hashes(merged)},
        "probe": vars(probed),
        "packages": {name: version(name) for name in ("mergekit", "torch", "transformers", "safetensors")},
    }
