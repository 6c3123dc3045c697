"""The knobs of a job as its ranks get them: `auto` becomes a number, and the state's own choices are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from humanllm.training.fit import Pass, choose_micro_batch, choose_stage, memory_of, shape_of
from humanllm.training.sequences import Size
from humanllm.training.settings import AUTO, Settings


def resolve(settings: Settings, model: Path, size: Size, saved: dict[str, Any]) -> Settings:
    """`settings` with numbers for `auto`; a saved training keeps its stage, whatever the next job's GPUs hold."""
    if AUTO not in (settings.zero_stage, settings.micro_batch):
        return settings
    shape, memory = shape_of(model), memory_of(settings.device, settings.ranks)
    one = Pass(size.longest, settings.precision, settings.gradient_checkpointing)
    stage = settings.zero_stage
    if stage == AUTO:
        stage = saved.get("settings", {}).get("zero_stage") or choose_stage(shape, settings.ranks, memory, one)
    micro = settings.micro_batch
    if micro == AUTO:
        wanted = settings.batch_size * size.sequences / max(1, size.samples)
        micro = choose_micro_batch(shape, int(stage), settings.ranks, memory, one, wanted)
    return replace(settings, zero_stage=int(stage), micro_batch=int(micro))
