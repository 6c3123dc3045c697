"""The record beside a trained model: what it was made of, and how its loss fell."""

from __future__ import annotations

import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from humanllm.stats import Tally
from humanllm.training.code import code_facts
from humanllm.training.sequences import Facts
from humanllm.training.settings import Batches, Settings


def manifest(settings: Settings, facts: Facts, made: Batches, base: str, weights: dict[str, str]) -> dict[str, Any]:
    """What a training's state and result depend on; manifests that are equal but for `code` share their checkpoints."""
    return {
        "code": code_facts(),
        "data": asdict(facts),
        "base": {"name": base, "sha256": weights},
        "settings": settings.that_matter(),
        "batch": {name: value for name, value in asdict(made).items() if name != "accumulation"},
    }


def training_record(
    manifest: dict[str, Any],
    settings: Settings,
    slices: list[dict[str, Any]],
    log: list[dict[str, Any]],
    code: Path,
) -> dict[str, Any]:
    """`.training.json`: the manifest, how the last job was laid out, what each job took, the code's commit, the log."""
    return {
        "manifest": manifest,
        "layout": {
            "ranks": settings.ranks,
            "micro_batch": settings.micro_batch,
            "gradient_checkpointing": settings.gradient_checkpointing,
        },
        "slices": slices,
        "seconds_all_slices": sum(one["seconds"] for one in slices),
        "batch_asked": settings.batch_size,
        "git_commit": _commit(code),
        "first_loss": log[0]["loss"],
        "last_loss": log[-1]["loss"],
        "steps": len(log),
        "log": log,
    }


def counts(facts: Facts, log: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands in .stats.json."""
    tally = Tally("train_sft")
    tally.take(facts.sequences)
    tally.keep(facts.sequences)
    return tally.as_dict(first_loss=log[0]["loss"], last_loss=log[-1]["loss"], steps=len(log))


def _commit(folder: Path) -> str | None:
    """The commit of the code, where it is a git checkout."""
    try:
        command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
