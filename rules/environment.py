"""The environment of every job: where the hub's models lie, whether it may be asked, and no packages of the user's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
SILENT = {"HF_HUB_DISABLE_TELEMETRY": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}  # nobody is told of a run
OWN = {"PYTHONNOUSERSITE": "1", "PYTHONPATH": ""}  # packages of a home or a module would shadow the pinned ones


def job_environment(hub: Mapping[str, Any]) -> dict[str, str]:
    """The variables, by `hub` of the config. They are no params: a model elsewhere on the disk is the same model."""
    cache = {"HF_HUB_CACHE": str(Path(hub["cache"]).expanduser().absolute())} if hub["cache"] else {}
    return SILENT | OWN | cache | (OFFLINE if hub["offline"] else {})
