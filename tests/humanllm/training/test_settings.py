from __future__ import annotations

from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.training.settings import Batches, Settings, batches, parts_for

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


def test_how_an_update_is_shared_out_does_not_matter_to_a_resumed_training() -> None:
    free = {"save_minutes", "ranks", "micro_batch", "gradient_checkpointing"}
    assert set(KNOBS) - set(Settings(**KNOBS).that_matter()) == free


def test_sequences_of_many_samples_are_cut_until_an_update_has_the_samples_asked() -> None:
    eight = Settings(**KNOBS)
    assert parts_for(eight, sequences=1000, samples=4000) == 1  # 64 samples as they are
    assert parts_for(eight, sequences=100, samples=1600) == 2  # 128 samples at the least, halves make 64
    made = batches(eight, sequences=200, samples=1600)
    assert made == Batches(1, 8, 64.0, 25)
    assert made.line(eight, 200) == (
        "200 sequences, 64.0 samples an update (64 asked): 8 sequences = 8 ranks x 1 x 1 passes; 25 updates an epoch"
    )


def test_a_number_of_gpus_that_does_not_divide_the_batch_comes_near_it() -> None:
    # 4 samples a sequence on 5 GPUs: 16 sequences do not divide by 5; 15 make 60 samples
    five = Settings(**{**KNOBS, "ranks": 5})
    assert parts_for(five, sequences=100, samples=400) == 1
    assert batches(five, sequences=100, samples=400) == Batches(3, 15, 60.0, 7)
