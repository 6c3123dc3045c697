"""What the jobs' environment says about the Hugging Face hub: where its models lie, and whether it may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
SILENT = {"HF_HUB_DISABLE_TELEMETRY": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}  # nobody is told of a run


def hub_environment(hub: Mapping[str, Any]) -> dict[str, str]:
    """The variables, by `hub` of the config. They are no params: a model elsewhere on the disk is the same model."""
    cache = {"HF_HUB_CACHE": str(Path(hub["cache"]).expanduser().absolute())} if hub["cache"] else {}
    return SILENT | cache | (OFFLINE if hub["offline"] else {})
