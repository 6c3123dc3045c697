"""The files of a model's folder: where they are, whether they are whole, and the ones beside the weights.

A folder in the Hugging Face layout:
    config.json  generation_config.json  chat_template.jinja  tokenizer.json  tokenizer_config.json  model.safetensors
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from humanllm.errors import InputError
from humanllm.files import read_json

BESIDE_WEIGHTS = (  # what a tuned or merged model takes over from its base as it stands
    "tokenizer*",
    "vocab*",
    "merges.txt",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template*",
    "generation_config.json",
)

VOCABULARIES = ("tokenizer.json", "*.model", "vocab.json", "vocab.txt", "tekken.json", "*.tiktoken")

NUMBERED = re.compile(r"(.*-)\d+(-of-)(\d+)\.safetensors")

# What is taken from the hub: no pickles, no code. fetch_models and the jobs must ask for the same: offline, the hub's
# client takes a copy for whole only if every file that is asked for is there.
HUB_FILES = (*BESIDE_WEIGHTS, *VOCABULARIES, "config.json", "adapter_config.json", "*.safetensors", "*.index.json")
HUB_SKIPS = ("*/*", "consolidated*")  # the same weights in other forms


def demand_tokenizer(folder: Path) -> None:
    """InputError if a model's folder lacks its vocabulary: transformers would make up an empty tokenizer."""
    if not any(file for pattern in VOCABULARIES for file in folder.glob(pattern)):
        raise InputError(f"the model folder {folder} has no tokenizer (tokenizer.json or such): give a complete model")


def local_folder(path: str, revision: str) -> Path:
    """The checked folder of a model: `path` itself, or the hub's copy of that name (fetched if it is not cached).

    Raises InputError when there is none, or when weights, config or tokenizer are missing in it.
    """
    folder = Path(path)
    if not folder.is_dir():
        folder = _from_hub(path, revision)
    if (folder / "adapter_config.json").exists() and not (folder / "config.json").exists():
        raise InputError(f"{folder} is a LoRA adapter: write it as the model's adapter, and its base model as path")
    for pattern, what in (("config.json", "config"), ("*.safetensors", "safetensors weights")):
        if not any(folder.glob(pattern)):
            raise InputError(f"the model folder {folder} has no {what} ({pattern}): give a complete model")
    demand_tokenizer(folder)
    _demand_whole(folder)
    return folder


def _demand_whole(folder: Path) -> None:
    """InputError if a shard is missing, cut or damaged; only the headers are read."""
    from safetensors import SafetensorError, safe_open

    named = _named(folder)
    if missing := sorted(name for name in named if not (folder / name).exists()):
        raise InputError(
            f"the model folder {folder} lacks {len(missing)} of {len(named)} weight files, {missing[0]} first: "
            "fetch or make the model again"
        )
    for shard in shards(folder):
        try:
            with safe_open(shard, framework="np"):
                pass
        except (SafetensorError, OSError) as error:
            raise InputError(f"the weights {shard} cannot be read ({error}): fetch or make the model again") from error


def _named(folder: Path) -> set[str]:
    """The shards that a folder must have: those of its indexes, and of "model-00001-of-00004.safetensors" all four."""
    listed = {name for index in folder.glob("*.index.json") for name in read_json(index)["weight_map"].values()}
    for shard in shards(folder):
        if numbered := NUMBERED.fullmatch(shard.name):
            start, of, count = numbered.groups()
            listed |= {f"{start}{number:0{len(count)}}{of}{count}.safetensors" for number in range(1, int(count) + 1)}
    return {name for name in listed if name.endswith(".safetensors")}


def demand_hub_name(name: str) -> None:
    """InputError if what is no folder can be no model of the hub either: the hub is not asked then."""
    if Path(name).is_absolute() or name.count("/") != 1:
        raise InputError(f"no model folder at {name}: make it, or name a model of the hub as owner/name")


def _from_hub(name: str, revision: str) -> Path:
    from huggingface_hub import snapshot_download

    demand_hub_name(name)
    wanted, skipped = list(HUB_FILES), list(HUB_SKIPS)
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=wanted, ignore_patterns=skipped))
    except Exception as error:  # the client's errors differ by what failed; all of them mean: not to be had
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"model {name}@{revision} is no folder here and cannot be fetched ({reason})") from error


def copy_beside_weights(source: Path, target: Path) -> None:
    """Copy tokenizer, chat template and generation config of `source`, over what `target` has."""
    for pattern in BESIDE_WEIGHTS:
        for file in source.glob(pattern):
            shutil.copyfile(file, target / file.name)


def open_weights(folder: Path) -> None:
    """Give the weights the access rights of the config: safetensors writes them for their owner alone."""
    mode = (folder / "config.json").stat().st_mode
    for shard in shards(folder):
        shard.chmod(mode)


def shards(folder: Path) -> list[Path]:
    """The weight files, by name."""
    return sorted(folder.glob("*.safetensors"))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weight_hashes(folder: Path) -> dict[str, str]:
    """{shard's name: sha256}."""
    return {shard.name: sha256(shard) for shard in shards(folder)}
