"""The linear merge of models (paper 3.3: base and tuned 1:1), and the proof that it is one.

What mergekit is told, and what merging_blocks does in less memory, for the weights {"base": 0.5, "tuned": 0.5}:
    merge_method: linear
    models: [{model: BASE, parameters: {weight: 0.5}}, {model: TUNED, parameters: {weight: 0.5}}]
    parameters: {normalize: false}    # the weights sum to 1 already
    dtype: float32                    # of the sum
    out_dtype: bfloat16               # of the files: rounded once
"""

from __future__ import annotations

import functools
import json
import operator
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from humanllm.errors import FULL, InputError
from humanllm.merging_blocks import NAMES, Stored, stored_tensors, write_mean
from humanllm.modelfiles import copy_beside_weights, open_weights, sha256, shards, weight_hashes

if TYPE_CHECKING:
    import torch

ENGINES = ("blocks", "mergekit")
PROBED = 32  # tensors looked at after the merge, spread over the names
PROBED_ROWS = 512  # of each, so that an embedding table costs no gigabytes
HALF_STEP = {"float32": 2.0**-24, "bfloat16": 2.0**-8, "float16": 2.0**-11}  # largest relative rounding error
SMALLEST = {"float32": 1e-30, "bfloat16": 1e-30, "float16": 2.0**-25}  # and the absolute one of numbers near zero


@dataclass(frozen=True)
class Probe:
    """How far sampled tensors of a merge are from the weighted mean, reckoned in float32."""

    tensors: int
    max_difference: float
    max_allowed: float  # the largest rounding error that any probed value may have


def scaled(weights: Mapping[str, float], normalize: bool) -> dict[str, float]:
    """The weights, their sum 1. InputError if it is not, and they may not be divided by it."""
    total = sum(weights.values())
    said = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
    if not total > 0:
        raise InputError(f"merging.weights ({said}) sum to nothing: give at least one weight above zero")
    if not normalize and abs(total - 1) > 1e-6:
        raise InputError(
            f"merging.weights ({said}) sum to {total:g}, not to 1: change them, or set merging.normalize to true"
        )
    return {name: weight / total for name, weight in weights.items()}


def check_models(models: Mapping[str, Path], donor: str) -> list[str]:
    """The tensors' names, sorted. InputError if the models have no mean: other shapes, no plain numbers, one twice."""
    folders: dict[Path, str] = {}
    for name, folder in models.items():
        if (other := folders.setdefault(folder.resolve(), name)) != name:
            raise InputError(f"{other} and {name} of merging.weights are the same folder {folder}: take one out")
    check_vocabularies(models, donor)
    return check_alike(models)


def check_alike(models: Mapping[str, Path]) -> list[str]:
    """The tensors' names, sorted. Raises InputError naming the first one that the models do not share in shape."""
    (first, folder), *others = models.items()
    expected = stored_tensors(folder)
    for name, other in models.items():
        for tensor, one in stored_tensors(other).items():
            if one.dtype not in NAMES:
                raise InputError(
                    f"{tensor} of the {name} model {other} is stored as {one.dtype}, of which there is no mean:"
                    f" give a model whose weights are {', '.join(NAMES.values())}"
                )
    for name, other in others:
        found = stored_tensors(other)
        for tensor in sorted(expected.keys() | found.keys()):
            here, there = _say(expected.get(tensor)), _say(found.get(tensor))
            if here != there:
                raise InputError(
                    f"{tensor} is {here} in the {first} model {folder} but {there} in the {name} model {other}:"
                    " only a model and its own fine-tuning can be merged"
                )
    return sorted(expected)


def _say(tensor: Stored | None) -> str:
    return "missing" if tensor is None else "x".join(map(str, tensor.shape)) or "a single number"


def check_vocabularies(models: Mapping[str, Path], donor: str) -> None:
    """InputError if a model's tokenizer numbers its tokens otherwise than the donor's: its rows mean other tokens."""
    own = {name: folder / "tokenizer.json" for name, folder in models.items()}
    differing = [name for name, file in own.items() if not _same_bytes(file, own[donor])]
    if not differing:
        return
    expected = _vocabulary(models[donor])
    for name in differing:
        found = _vocabulary(models[name])
        if found != expected:
            strange = len(found.items() ^ expected.items())
            raise InputError(
                f"the tokenizer of {name} has {len(found)} tokens, that of the donor {donor} {len(expected)}, and"
                f" {strange} stand in one alone or under another number: only models with one vocabulary can be merged"
            )


def _same_bytes(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and sha256(one) == sha256(other)


def _vocabulary(folder: Path) -> dict[str, int]:
    """{token: its number}, tokens added later too."""
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    file = folder / "tokenizer.json"
    if file.exists():
        return dict(Tokenizer.from_file(str(file)).get_vocab(with_added_tokens=True))
    return dict(AutoTokenizer.from_pretrained(folder).get_vocab())


def mergekit_plan(models: Mapping[str, Path], weights: Mapping[str, float], dtype: str) -> dict[str, Any]:
    """What `mergekit-yaml` reads."""
    return {
        "merge_method": "linear",
        "models": [{"model": str(models[name]), "parameters": {"weight": weights[name]}} for name in models],
        "parameters": {"normalize": False},
        "dtype": "float32",
        "out_dtype": dtype,
    }


def merge_linear(
    models: Mapping[str, Path], weights: Mapping[str, float], dtype: str, donor: str, engine: str, target: Path
) -> dict[str, str]:
    """Write the mean of `models` by `weights`, which sum to 1, to `target`, all but weights from the donor.

    {shard: sha256} of what was written.
    """
    write = _by_mergekit if engine == "mergekit" else write_mean
    try:
        hashes = write(models, weights, dtype, donor, target)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise InputError(
            f"the merge does not fit into {target.parent} ({error.strerror}): make room, or see your quota, and run"
            " again"
        ) from error
    config = json.loads((models[donor] / "config.json").read_text(encoding="utf-8"))
    config.pop("torch_dtype", None)
    (target / "config.json").write_text(json.dumps(config | {"dtype": dtype}, indent=2) + "\n", encoding="utf-8")
    copy_beside_weights(models[donor], target)
    open_weights(target)
    return hashes


def _by_mergekit(
    models: Mapping[str, Path], weights: Mapping[str, float], dtype: str, donor: str, target: Path
) -> dict[str, str]:
    from mergekit.config import MergeConfiguration
    from mergekit.merge import run_merge
    from mergekit.options import MergeOptions

    largest = max(shard.stat().st_size for shard in shards(models[donor]))
    options = MergeOptions(
        lazy_unpickle=True, copy_tokenizer=False, write_model_card=False, quiet=True, out_shard_size=largest
    )
    with TemporaryDirectory(dir=target, prefix=".mergekit") as folder:
        # Beside the weights it writes a config and more from a model that a set's order picks: these stay behind.
        run_merge(MergeConfiguration.model_validate(mergekit_plan(models, weights, dtype)), folder, options)
        for path in [*shards(Path(folder)), *Path(folder).glob("*.index.json")]:
            shutil.move(path, target / path.name)
    return weight_hashes(target)


def probe(
    models: Mapping[str, Path], weights: Mapping[str, float], dtype: str, merged: Path, names: list[str]
) -> Probe:
    """Compare up to 32 of `names` with the mean by `weights`, which sum to 1. InputError naming a tensor that is off.

    A value may be off by the rounding of the mean to `dtype`, once: half the step between two numbers of its size. One
    that is no number is off, in the models as in the merge.
    """
    chosen = names[:: -(-len(names) // PROBED)]
    worst = allowed = 0.0
    for name in chosen:
        parts = [_rows(folder, name) * weights[model] for model, folder in models.items()]
        mean = functools.reduce(operator.add, parts)
        found = _rows(merged, name)
        if not mean.numel():
            continue
        _demand_finite(name, mean, found, dtype)
        difference = (found - mean).abs()
        bound = mean.abs() * (HALF_STEP[dtype] + 2.0**-22) + SMALLEST[dtype]
        if bool((difference > bound).any()):
            raise InputError(f"{name} of the merge is off the weighted mean by {difference.max():.3g}: do not use it")
        worst, allowed = max(worst, float(difference.max())), max(allowed, float(bound.max()))
    return Probe(len(chosen), worst, allowed)


def _demand_finite(name: str, mean: torch.Tensor, found: torch.Tensor, dtype: str) -> None:
    """InputError if the mean of a tensor, or what was written of it, holds a value that is no number or infinite."""
    if not bool(mean.isfinite().all()):
        raise InputError(f"{name} of a model to merge holds values that are no finite numbers: mend it")
    if bool(found.isinf().any()):
        raise InputError(
            f"{name} of the merge overflows: its mean goes up to {mean.abs().max():.3g}, more than {dtype} holds;"
            " choose merging.dtype: bfloat16"
        )
    if bool(found.isnan().any()):
        raise InputError(f"{name} of the merge holds values that are no numbers (NaN): do not use it")


def _rows(folder: Path, name: str) -> torch.Tensor:
    """The first rows of a tensor, float32."""
    from safetensors import safe_open

    for shard in shards(folder):
        with safe_open(shard, framework="pt") as file:
            if name in file.keys():  # noqa: SIM118
                part = file.get_slice(name)
                return (part[:PROBED_ROWS] if part.get_shape() else file.get_tensor(name)).float()
    raise InputError(f"{folder} has no tensor {name}: the merge lost it, do not use it")


def manifest(models: Mapping[str, Path], hashes: Mapping[str, Mapping[str, str]], **facts: Any) -> dict[str, Any]:
    """`.manifest.json`: what was merged, how, and the proof. `hashes`: of each model's shards, and of the merge's."""
    packages = ("mergekit", "torch", "transformers", "safetensors")
    return {
        "method": "linear",
        "models": {name: {"folder": str(folder), "sha256": hashes[name]} for name, folder in models.items()},
        "merged": {"sha256": hashes["merged"]},
        "packages": {name: version(name) for name in packages},
        **facts,
    }
