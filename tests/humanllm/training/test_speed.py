from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from humanllm.training.sequences import Sequences
from humanllm.training.speed import Work, answer_share, flops_a_token, mean_reach, peak_of


def test_the_share_used_of_known_devices() -> None:
    assert Work(5e10, 8 * peak_of("NVIDIA A100-SXM4-40GB")).share_used(24960) == pytest.approx(0.5)
    assert Work(5e10, peak_of("Tesla K80")).share_used(24960) is None


@pytest.mark.parametrize(
    ("device", "peak"),
    [
        ("NVIDIA A100-SXM4-40GB", 312e12),
        ("NVIDIA A100 80GB PCIe", 312e12),
        ("NVIDIA A40", 150e12),
        ("NVIDIA RTX A4000", 0),
        ("NVIDIA L40S", 362e12),
        ("NVIDIA L40", 0),
        ("NVIDIA H100 80GB HBM3", 989e12),
        ("NVIDIA H100 PCIe", 756e12),
        ("NVIDIA H100 NVL", 835e12),
        ("NVIDIA H200", 989e12),
        ("NVIDIA H200 NVL", 835e12),
        ("NVIDIA GH200 480GB", 989e12),
        ("NVIDIA H100 80GB HBM3 MIG 1g.10gb", 0),
        ("", 0),
    ],
)
def test_a_device_is_known_by_whole_words_of_its_name(device: str, peak: float) -> None:
    assert peak_of(device) == peak


def test_a_token_looks_back_at_half_its_own_sample() -> None:
    rows: Any = [{"segments": np.array([4, 4])}, {"segments": np.array([8])}]
    assert mean_reach(cast(Sequences, rows)) == (16 + 16 + 64) / 32


def test_the_head_is_needed_for_answers_alone() -> None:
    rows: Any = [{"labels": np.array([-100, 3, 4, -100])}, {"labels": np.array([-100, -100, -100, 7])}]
    assert answer_share(cast(Sequences, rows)) == 3 / 8


@pytest.mark.parametrize("tied", [False, True])
def test_six_operations_a_weight_that_is_multiplied_and_attention(
    tmp_path: Path, pico_model: Callable[..., Path], tied: bool
) -> None:
    """The head's count for the answers' share, a table of words for none unless it is the head as well."""
    transformers = pytest.importorskip("transformers")
    model = transformers.AutoModelForCausalLM.from_pretrained(pico_model(tmp_path / "pico", tied=tied))
    inner = model.num_parameters() - (1 if tied else 2) * 64 * 32
    assert flops_a_token(model, reach=3.0, answers=0.25) == 6 * (inner + 0.25 * 64 * 32) + 12 * 2 * 32 * 3
