from __future__ import annotations

from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.training.settings import Batches, Settings, batches

KNOBS: dict[str, Any] = {
    "learning_rate": 5e-6,
    "batch_size": 64,
    "epochs": 3,
    "warmup_ratio": 0.5,
    "precision": "bf16",
    "gradient_checkpointing": True,
    "zero_stage": 3,
    "micro_batch": 1,
    "ranks": 8,
    "seed": 2025,
    "device": "cuda",
    "save_minutes": 30,
}


def test_an_update_keeps_its_number_of_samples() -> None:
    # 4 samples a sequence: 64 samples are 16 sequences, two passes of eight ranks.
    assert batches(Settings(**KNOBS), sequences=1000, samples=4000) == Batches(2, 16, 64.0, 63)


def test_an_update_has_a_sequence_for_each_rank() -> None:
    # 12 samples a sequence: 64 samples would be 5 sequences, less than there are ranks; the least is stated.
    assert batches(Settings(**KNOBS), sequences=100, samples=1200) == Batches(1, 8, 96.0, 13)


def test_no_sequence_is_an_error() -> None:
    with pytest.raises(InputError, match="holds no sequence"):
        batches(Settings(**KNOBS), sequences=0, samples=0)


def test_saves_and_the_number_of_ranks_do_not_matter_to_a_resumed_training() -> None:
    assert set(KNOBS) - set(Settings(**KNOBS).that_matter()) == {"save_minutes", "ranks", "micro_batch"}
