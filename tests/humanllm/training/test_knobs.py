from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from humanllm.training import knobs
from humanllm.training.knobs import resolve
from humanllm.training.sequences import Size
from humanllm.training.settings import Settings

AUTO = Settings(
    learning_rate=5e-6,
    batch_size=64,
    epochs=3,
    warmup_ratio=0.5,
    precision="bf16",
    gradient_checkpointing=True,
    zero_stage="auto",
    micro_batch="auto",
    ranks=2,
    seed=2025,
    device="cuda",
    save_minutes=30,
)
SIZE = Size(sequences=100, samples=400, longest=96)


def test_auto_becomes_a_number_and_a_saved_training_keeps_its_stage(
    tmp_path: Path, pico_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knobs, "memory_of", lambda device, ranks: 40e9)
    base = pico_model(tmp_path / "base")
    assert resolve(AUTO, base, SIZE, {}) == replace(AUTO, zero_stage=2, micro_batch=8)
    assert resolve(AUTO, base, SIZE, {"settings": {"zero_stage": 3}}).zero_stage == 3
    assert resolve(replace(AUTO, zero_stage=1, micro_batch=4), base, SIZE, {}).zero_stage == 1
