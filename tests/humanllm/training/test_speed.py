from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from humanllm.training.sequences import Sequences
from humanllm.training.speed import Work, flops_a_token, mean_reach, peak_of


def test_the_share_used_of_known_devices() -> None:
    assert Work(5e10, 8 * peak_of("NVIDIA A100-SXM4-40GB")).share_used(24960) == pytest.approx(0.5)
    assert Work(5e10, peak_of("Tesla K80")).share_used(24960) is None


def test_a_token_looks_back_at_half_its_own_sample() -> None:
    rows: Any = [{"segments": np.array([4, 4])}, {"segments": np.array([8])}]
    assert mean_reach(cast(Sequences, rows)) == (16 + 16 + 64) / 32


@pytest.mark.parametrize(("tied", "looked_up"), [(False, 64 * 32), (True, 0)])
def test_six_operations_a_weight_that_is_multiplied_and_attention(
    tmp_path: Path, pico_model: Callable[..., Path], tied: bool, looked_up: int
) -> None:
    """A tied table of words is the head as well."""
    transformers = pytest.importorskip("transformers")
    model = transformers.AutoModelForCausalLM.from_pretrained(pico_model(tmp_path / "pico", tied=tied))
    assert flops_a_token(model, reach=3.0) == 6 * (model.num_parameters() - looked_up) + 12 * 2 * 32 * 3
