"""The record beside a trained model: what it was made of, and how its loss fell."""

from __future__ import annotations

import subprocess
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from humanllm.training.sequences import Facts
from humanllm.training.settings import Settings, batches

PACKAGES = ("torch", "transformers", "deepspeed", "accelerate", "safetensors", "flash-attn")


def manifest(settings: Settings, facts: Facts, base: str, base_weights: dict[str, str]) -> dict[str, Any]:
    """What a training's state and result depend on; two equal manifests may share their checkpoints."""
    made = batches(settings, facts.sequences, facts.samples)
    return {
        "data": asdict(facts),
        "base": {"name": base, "sha256": base_weights},
        "settings": settings.that_matter(),
        "batch": {name: value for name, value in asdict(made).items() if name != "accumulation"},
        "packages": _versions(),
    }


def training_record(
    manifest: dict[str, Any], settings: Settings, log: list[dict[str, Any]], code: Path
) -> dict[str, Any]:
    """`.training.json`: the manifest, how the last job was laid out, the workflow's commit at `code`, every step."""
    return {
        "manifest": manifest,
        "layout": {"ranks": settings.ranks, "micro_batch": settings.micro_batch},
        "batch_asked": settings.batch_size,
        "git_commit": _commit(code),
        "first_loss": log[0]["loss"],
        "last_loss": log[-1]["loss"],
        "steps": len(log),
        "log": log,
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _commit(folder: Path) -> str | None:
    """The commit of the code, where it is a git checkout."""
    try:
        command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
