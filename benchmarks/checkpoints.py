"""Large models of random weights, and what merge_linear is held against; each command a process of its own.

python -m benchmarks.checkpoints make FOLDER LAYERS SEED       Qwen2.5-3B's shape in shards of at most 1 GB
python -m benchmarks.checkpoints copy BASE TUNED FOLDER        reads both, writes one
python -m benchmarks.checkpoints mergekit BASE TUNED FOLDER    the library's bare run
python -m benchmarks.checkpoints check BASE TUNED MERGED       every tensor against the mean
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

SHARD = 1_000_000_000  # bytes
BLOCK = 1 << 24  # bytes read at once
ROWS = 8192  # of a tensor checked at once


def weights(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def make(folder: Path, layers: str, seed: str) -> str:
    """Write a model with tied embeddings; no more than one shard is in memory."""
    import torch
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig

    from humanllm.student import make_tokenizer

    sizes = {"vocab_size": 151936, "hidden_size": 2048, "intermediate_size": 11008, "num_hidden_layers": int(layers)}
    heads = {"num_attention_heads": 16, "num_key_value_heads": 2, "tie_word_embeddings": True, "dtype": "bfloat16"}
    config = AutoConfig.for_model("qwen2", architectures=["Qwen2ForCausalLM"], **sizes, **heads)
    with torch.device("meta"):
        tensors = AutoModelForCausalLM.from_config(config).state_dict()
    tensors.pop("lm_head.weight")  # tied
    folder.mkdir(parents=True)
    make_tokenizer(["one two three"], 300).save_pretrained(folder)
    config.save_pretrained(folder)
    GenerationConfig().save_pretrained(folder)
    torch.manual_seed(int(seed))
    groups = list(_groups({name: 2 * tensor.numel() for name, tensor in tensors.items()}))
    index: dict[str, str] = {}
    for number, names in enumerate(groups, 1):
        file = f"model-{number:05d}-of-{len(groups):05d}.safetensors"
        drawn = {name: torch.empty(tensors[name].shape, dtype=torch.bfloat16).normal_(0, 0.02) for name in names}
        save_file(drawn, folder / file, metadata={"format": "pt"})
        index |= dict.fromkeys(names, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))
    return f"{len(index)} tensors in {len(groups)} shards"


def _groups(sizes: dict[str, int]) -> Iterator[list[str]]:
    """Names, shard by shard, in their order."""
    group: list[str] = []
    for name, size in sizes.items():
        if group and sum(sizes[one] for one in group) + size > SHARD:
            yield group
            group = []
        group.append(name)
    yield group


def copy(base: Path, tuned: Path, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    for shard in weights(base):
        shutil.copyfile(shard, folder / shard.name)
    for shard in weights(tuned):
        with shard.open("rb") as file:
            while file.read(BLOCK):
                pass
    return "base copied, tuned read"


def mergekit(base: Path, tuned: Path, folder: Path) -> str:
    """No hashes, no probe; output shards as large as the inputs', sums in float32 rounded once."""
    from mergekit.config import MergeConfiguration
    from mergekit.merge import run_merge
    from mergekit.options import MergeOptions

    models = [{"model": str(model), "parameters": {"weight": 0.5}} for model in (base, tuned)]
    plan = {"merge_method": "linear", "models": models, "parameters": {"normalize": True}, "dtype": "bfloat16"}
    options = MergeOptions(lazy_unpickle=True, write_model_card=False, quiet=True, out_shard_size=SHARD)
    run_merge(MergeConfiguration.model_validate(plan), str(folder), options)
    return "merged"


def check(base: Path, tuned: Path, merged: Path) -> str:
    """AssertionError at the first tensor that is not the mean, rounded once."""
    import torch

    files = [_tensors(folder) for folder in (base, tuned, merged)]
    assert files[0].keys() == files[1].keys() == files[2].keys()
    for name in files[0]:
        for blocks in zip(*(_blocks(found[name], name) for found in files), strict=True):
            mean = (blocks[0].float() + blocks[1].float()) / 2
            assert torch.equal(blocks[2], mean.to(torch.bfloat16)), name
    return f"all {len(files[0])} tensors are the mean, rounded once to bfloat16"


def _tensors(folder: Path) -> dict[str, Any]:
    from safetensors import safe_open

    files = [safe_open(path, "pt") for path in weights(folder)]
    return {name: file for file in files for name in file.keys()}  # noqa: SIM118


def _blocks(file: Any, name: str) -> Iterator[Any]:
    part = file.get_slice(name)
    return (part[start : start + ROWS] for start in range(0, part.get_shape()[0], ROWS))


COMMANDS: dict[str, Callable[..., str]] = {"copy": copy, "mergekit": mergekit, "check": check}

if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "make":
        print(make(Path(arguments[0]), *islice(arguments, 1, None)))
    else:
        print(COMMANDS[command](*map(Path, arguments)))
