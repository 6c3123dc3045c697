"""What a run takes from the Hugging Face hub: fetched whole on the login node, checked there, used offline by the jobs.

hub_models(config)[0]
    HubModel(name="llama-3.3-70b", repo="meta-llama/Llama-3.3-70B-Instruct", revision="main", adapter=False,
             roles=("teacher", "distractors"))
"""

from __future__ import annotations

import glob
import re
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humanllm.engines.adapters import CONFIG, WEIGHTS, demand_adapter
from humanllm.errors import InputError
from humanllm.modelfiles import HUB_FILES, HUB_SKIPS, demand_hub_name, local_folder, sha256
from humanllm.settings import Config

COMMIT = re.compile(r"[0-9a-f]{40}")
SPARE = 0.02  # of a disk, that a fetch leaves free
# The general instructions of the variant gen: their place on the hub, and the files of it that are taken.
DATA_SETS = {
    "smoltalk": ("HuggingFaceTB/smoltalk", "data/all/train-*.parquet"),
    "orca": ("microsoft/orca-agentinstruct-1M-v1", "data/*.parquet"),
}


@dataclass(frozen=True)
class HubModel:
    name: str  # under models in the config
    repo: str
    revision: str
    adapter: bool  # its LoRA adapter, not its weights
    roles: tuple[str, ...]

    @property
    def knob(self) -> str:
        return "adapter_revision" if self.adapter else "revision"

    def place(self, cache: Path) -> dict[str, Any]:
        """Which files, and where: for the hub's client."""
        if self.adapter:
            return {"cache_dir": cache, "allow_patterns": [CONFIG, WEIGHTS]}
        return {"cache_dir": cache, "allow_patterns": list(HUB_FILES), "ignore_patterns": list(HUB_SKIPS)}


@dataclass(frozen=True)
class DataSet:
    name: str  # under ablations.gen
    repo: str
    pattern: str  # its files in the repository
    folder: str  # where they go
    revision: str = "main"

    def place(self, cache: Path) -> dict[str, Any]:
        return {"repo_type": "dataset", "local_dir": self.folder, "allow_patterns": [self.pattern]}


def roles_of(config: Config) -> dict[str, list[str]]:
    """{model: what it does in the run}."""
    named = [("teacher", [config["teacher"]]), ("judge", [config["judge"]]), ("student", config["students"])]
    named += [("system", config["systems"]), ("distractors", config["distractors"]["systems"])]
    named += [("grading", [config["grading"]["judge"] or config["judge"]])]
    named += [("merging", [name for name in config["merging"]["weights"] if name not in ("base", "tuned")])]
    found: dict[str, list[str]] = {}
    for role, names in named:
        for name in names:
            found.setdefault(name, []).append(role)
    return found


def hub_models(config: Config) -> list[HubModel]:
    """The models and adapters of the run that lie in no folder here and are not made by the run."""
    made, found = f"{config['pathvars']['results']}/", []
    for name, roles in roles_of(config).items():
        model = config["models"][name]
        if model["engine"] != "vllm":
            continue
        parts = [(model["path"], model["revision"], False)]
        if "adapter" in model:
            parts.append((model["adapter"], model.get("adapter_revision", "main"), True))
        for path, revision, adapter in parts:
            if not path.startswith(made) and not Path(path).is_dir():
                demand_hub_name(path)
                found.append(HubModel(name, path, revision, adapter, tuple(roles)))
    return found


def data_sets(config: Config) -> list[DataSet]:
    """The data sets of the variant gen whose files the config expects as they lie on the hub."""
    if "gen" not in config["variants"]:
        return []
    return [
        DataSet(name, repo, inner, pattern.removesuffix(f"/{inner}"))
        for name, (repo, inner) in DATA_SETS.items()
        for pattern in config["ablations"]["gen"].get(name, {}).get("files", [])
        if pattern.endswith(f"/{inner}")
    ]


def missing_files(config: Config) -> list[str]:
    """A line for each data set or benchmark whose files are not here."""
    places = {f"benchmarks.{name}.files": one.get("files", []) for name, one in config["benchmarks"].items()}
    if "gen" in config["variants"]:
        places |= {f"ablations.gen.{name}.files": one["files"] for name, one in config["ablations"]["gen"].items()}
    made = f"{config['pathvars']['results']}/"
    return [
        f"{knob}: no file at {pattern}"
        for knob, patterns in places.items()
        for pattern in patterns
        if not pattern.startswith(made) and not glob.glob(pattern, recursive=True)
    ]


def cache_folder(config: Config) -> Path:
    """Where models lie: hub.cache of the config, else where the hub's client puts them."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(config["hub"]["cache"] or HF_HUB_CACHE).expanduser()


def cached(model: HubModel, cache: Path) -> Path:
    """The folder of a fetched model. Raises InputError when it is not there or not whole; asks no network."""
    return Path(_asked(model, cache, local_files_only=True))


def to_fetch(wanted: HubModel | DataSet, cache: Path) -> int:
    """Bytes that a fetch will take from the hub. Raises InputError when the hub does not give them."""
    return sum(file.file_size for file in _asked(wanted, cache, dry_run=True) if file.will_download)


def fetch(wanted: HubModel | DataSet, cache: Path) -> None:
    """Fetch what is missing of a model or data set."""
    _asked(wanted, cache)


def _asked(wanted: HubModel | DataSet, cache: Path, **how: bool) -> Any:
    """The client's snapshot_download, its errors in words that say what to do."""
    from huggingface_hub import snapshot_download

    try:
        return snapshot_download(wanted.repo, revision=wanted.revision, **wanted.place(cache), **how)  # type: ignore[call-overload]
    except Exception as error:  # the client's errors differ by what failed
        raise InputError(_meaning(wanted, error, "local_files_only" in how)) from error


def _meaning(wanted: HubModel | DataSet, error: Exception, offline: bool) -> str:
    from huggingface_hub.errors import (
        GatedRepoError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    def is_a(kind: type[Exception]) -> bool:  # what a dry-run raises has the reason as its cause
        return isinstance(error, kind) or isinstance(error.__cause__, kind)

    repo, reason = wanted.repo, " ".join(str(error).split())[:300]
    if is_a(GatedRepoError):
        return f"{repo} asks for your consent: give it at https://huggingface.co/{repo}, then log in: hf auth login"
    if is_a(RevisionNotFoundError):
        return f"{repo} has no revision {wanted.revision} on the hub: correct it in the config"
    if is_a(RepositoryNotFoundError):
        return f"the hub has no {repo}, or shows it only to those it knows: correct the path, or log in: hf auth login"
    if offline and type(error) is LocalEntryNotFoundError:
        return f"{repo}@{wanted.revision} is not here: fetch it"
    if offline:
        return f"{repo}@{wanted.revision} is not whole: fetch it again ({reason})"
    return f"{repo}@{wanted.revision} cannot be fetched: is there a network here? ({reason})"


def demand_room(bytes_needed: int, folder: Path) -> None:
    """InputError if the disk that holds `folder` has less free."""
    place = next(parent for parent in (folder.resolve(), *folder.resolve().parents) if parent.exists())
    usage = shutil.disk_usage(place)
    if bytes_needed + SPARE * usage.total > usage.free:
        raise InputError(
            f"{place} has {gib(usage.free)} free and the fetch takes {gib(bytes_needed)}: "
            "make room, or lay hub.cache on a larger disk"
        )


def demand_whole(model: HubModel, folder: Path) -> None:
    """InputError if a file is missing or cut; of weights only the headers are read."""
    if model.adapter:
        demand_adapter(folder)
    else:
        local_folder(str(folder), model.revision)


def damaged(folder: Path) -> list[Path]:
    """The files whose bytes are not what the hub said. Its cache names a file by its hash, so no network is asked."""
    linked = [path.resolve() for path in sorted(folder.iterdir()) if path.is_symlink()]
    with ThreadPoolExecutor(8) as pool:
        fine = pool.map(_as_named, linked)
        return [path for path, good in zip(linked, fine, strict=True) if not good]


def _as_named(blob: Path) -> bool:
    """Large files are named by their sha256, small ones as git names them."""
    from huggingface_hub.utils.sha import git_hash

    return blob.name == (sha256(blob) if len(blob.name) == 64 else git_hash(blob.read_bytes()))


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def gib(count: float) -> str:
    return f"{count / 2**30:,.1f} GiB"


def pins(found: Iterable[tuple[HubModel, Path]]) -> dict[str, dict[str, str]]:
    """{model: {"revision": commit}} of the models that the config names by a branch, as an overlay for it."""
    overlay: dict[str, dict[str, str]] = {}
    for model, folder in found:
        if not COMMIT.fullmatch(model.revision) and COMMIT.fullmatch(folder.name):
            overlay.setdefault(model.name, {})[model.knob] = folder.name
    return overlay
