from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.training import knobs
from humanllm.training.knobs import goes_on, parts_of, with_micro_batch, with_stage
from humanllm.training.sequences import Facts, Size
from humanllm.training.settings import Batches, Settings

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
SIZE = Size(sequences=1000, samples=4300, longest=96)  # 4.3 samples a sequence
WEIGHTS = {"model.safetensors": "5e"}


@pytest.fixture
def base(tmp_path: Path, pico_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(knobs, "memory_of", lambda device, ranks: 40e9)
    monkeypatch.setattr(knobs, "attention", lambda settings: "flash_attention_2")
    return pico_model(tmp_path / "base")


def facts(parts: int = 1, sequences: int = 1000) -> Facts:
    return Facts("1a", parts, parts * sequences, samples=4300, tokens=96000, answer_tokens=9600)


def saved(sequences: int = 14, parts: int = 1, stage: int = 3) -> dict[str, Any]:
    return {
        "data": {"digest": "1a", "parts": parts},
        "base": {"name": "models/a", "sha256": WEIGHTS},
        "settings": {**AUTO.that_matter(), "zero_stage": stage},
        "batch": {"sequences": sequences},
    }


def test_auto_takes_the_lowest_stage_that_fits_and_a_saved_training_keeps_its_own(base: Path) -> None:
    assert with_stage(AUTO, base, SIZE, None).zero_stage == 2
    assert with_stage(AUTO, base, SIZE, saved(stage=3)).zero_stage == 3
    assert with_stage(AUTO, base, SIZE, saved(stage=0)).zero_stage == 0
    assert with_stage(replace(AUTO, zero_stage=1), base, SIZE, None).zero_stage == 1


def test_a_saved_stage_that_does_not_fit_is_refused(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knobs, "memory_of", lambda device, ranks: 1e5)
    with pytest.raises(InputError, match=r"of ZeRO stage 2, which needs .* or set training.zero_stage to 2 to try"):
        with_stage(AUTO, base, SIZE, saved(stage=2))
    assert with_stage(replace(AUTO, zero_stage=2), base, SIZE, saved(stage=2)).zero_stage == 2


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"zero_stage": 3}, True),
        ({"zero_stage": 2}, False),
        ({"ranks": 8, "micro_batch": 4, "gradient_checkpointing": False}, True),
        ({"learning_rate": 1e-5}, False),
    ],
)
def test_a_training_goes_on_with_the_same_knobs(changed: dict[str, Any], same: bool) -> None:
    assert goes_on(replace(AUTO, **changed), saved(), "1a", WEIGHTS) is same


def test_a_training_goes_on_with_the_same_data_and_base() -> None:
    assert not goes_on(AUTO, saved(), "2b", WEIGHTS)
    assert not goes_on(AUTO, saved(), "1a", {"model.safetensors": "6f"})


@pytest.mark.parametrize(("ranks", "sequences"), [(8, 16), (2, 14), (1, 15)])
def test_another_number_of_ranks_keeps_the_saved_update(base: Path, ranks: int, sequences: int) -> None:
    """By themselves these ranks would take 16, 14 and 15 sequences to come near 64 samples."""
    fresh = replace(AUTO, ranks=ranks, zero_stage=2, micro_batch=1)
    assert with_micro_batch(fresh, base, 96, facts(), None)[1].sequences == sequences
    for taken, shares in {16: (8, 2, 1), 14: (2, 1), 15: (1,)}.items():
        if ranks in shares:
            settings, made = with_micro_batch(fresh, base, 96, facts(), saved(taken))
            assert settings == fresh
            assert made == Batches(taken // ranks, taken, taken * 4300 / 1000, -(-1000 // taken))
    assert parts_of(fresh, SIZE, saved(parts=4)) == 4


def test_ranks_that_cannot_share_the_saved_update_are_told_which_can(base: Path) -> None:
    with pytest.raises(
        InputError, match=r"takes 14 sequences, which 8 ranks cannot share .* one of 1, 2, 7, 14; the checkpoints are"
    ):
        with_micro_batch(replace(AUTO, ranks=8, zero_stage=2), base, 96, facts(), saved(14))


def test_a_pass_takes_as_many_sequences_of_a_ranks_share_as_fit(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = replace(AUTO, zero_stage=2)
    settings, made = with_micro_batch(two, base, 96, facts(), None)
    assert (settings.micro_batch, made.accumulation, made.sequences) == (7, 1, 14)
    monkeypatch.setattr(knobs, "fits", lambda shape, stage, micro, ranks, memory, one: micro * one.tokens <= 4 * 96)
    settings, made = with_micro_batch(replace(two, ranks=1), base, 96, facts(), None)
    assert (settings.micro_batch, made.accumulation, made.sequences) == (3, 5, 15)
    settings, made = with_micro_batch(replace(two, ranks=1), base, 96, facts(parts=2), None)  # halves: twice as many
    assert (settings.micro_batch, made.accumulation, made.sequences) == (6, 5, 30)


def test_without_flash_attention_a_pass_is_no_longer_than_a_sequence(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knobs, "attention", lambda settings: "sdpa")
    two = replace(AUTO, zero_stage=2)
    assert with_micro_batch(two, base, 96, facts(), None)[0].micro_batch == 1
    assert with_micro_batch(two, base, 96, facts(parts=4), saved(48, parts=4))[0].micro_batch == 4


def test_a_number_is_the_most_that_a_pass_takes(base: Path) -> None:
    two = replace(AUTO, zero_stage=2, micro_batch=4)
    assert with_micro_batch(two, base, 96, facts(), None) == (two, Batches(2, 16, 68.8, 63))
    settings, made = with_micro_batch(two, base, 96, facts(), saved(12))
    assert (settings.micro_batch, made.accumulation) == (3, 2)
