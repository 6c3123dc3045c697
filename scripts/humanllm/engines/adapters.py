"""LoRA adapters: small matrices beside a base model that the config names itself.

    models: {be.fm: {engine: vllm, path: meta-llama/Llama-3.1-8B-Instruct, adapter: <folder or hub's name>, ...}}
An adapter_config.json names a base too, often a folder on its maker's own machine: it is never followed.
"""

from __future__ import annotations

from pathlib import Path

from humanllm.engines.base import ModelSpec
from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.modelfiles import demand_hub_name

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # what vLLM can be started with


def adapter_folder(spec: ModelSpec) -> Path | None:
    """The checked folder of the model's adapter, fetched from the hub if it is none here; None without one.

    Raises InputError when it is no LoRA adapter, or its weights are not safetensors.
    """
    if spec.adapter is None:
        return None
    folder = Path(spec.adapter)
    if not folder.is_dir():
        folder = _from_hub(spec.adapter, spec.adapter_revision)
    demand_adapter(folder)
    return folder


def demand_adapter(folder: Path) -> None:
    """InputError if the folder holds no LoRA adapter with safetensors weights."""
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).exists():
            raise InputError(f"the adapter {folder} has no {name}: give a LoRA adapter with safetensors weights")
    config = read_json(folder / CONFIG)
    if config.get("peft_type") != "LORA" or not isinstance(config.get("r"), int):
        raise InputError(f"the adapter {folder} is no LoRA adapter (peft_type {config.get('peft_type')!r})")


def rank(folder: Path) -> int:
    """The rank that vLLM is started with: the least one that holds the adapter's. Raises InputError above all."""
    config = read_json(folder / CONFIG)
    own = max([config["r"], *(config.get("rank_pattern") or {}).values()])
    fitting = [one for one in RANKS if one >= own]
    if not fitting:
        raise InputError(f"the adapter {folder} has rank {own}: vLLM takes at most {RANKS[-1]}; merge it into its base")
    return fitting[0]


def _from_hub(name: str, revision: str) -> Path:
    from huggingface_hub import snapshot_download

    demand_hub_name(name)
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=[CONFIG, WEIGHTS]))
    except Exception as error:  # the client's errors differ by what failed; all of them mean: not to be had
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"adapter {name}@{revision} is no folder here and cannot be fetched ({reason})") from error
