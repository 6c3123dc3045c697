"""Phi-3 with two tables of factors: a sample's loss is the same whatever else stands in its row."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from humanllm.cocktail import mean_loss
from humanllm.errors import InputError
from humanllm.templates import Tokens
from humanllm.training.rope import load_model
from humanllm.training.sequences import collate

SHORT, LONG = [1.0, 1.1, 1.2, 1.3], [1.5, 3.0, 8.0, 20.0]
LIMIT = 32  # tokens that the short factors are for


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """As Phi-3-mini-128k's config.json says it: rope_scaling, with the limit beside it."""
    import torch
    from transformers import Phi3Config, Phi3ForCausalLM

    torch.manual_seed(1)
    config = Phi3Config(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=256,
        original_max_position_embeddings=LIMIT,
        initializer_range=0.2,
        rope_scaling={"type": "longrope", "short_factor": SHORT, "long_factor": LONG},
        bos_token_id=None,
        eos_token_id=2,
        pad_token_id=0,
    )
    Phi3ForCausalLM(config).save_pretrained(tmp_path / "base")
    return tmp_path / "base"


def samples() -> list[list[int]]:
    """The first passes the limit, the others do not."""
    draw = np.random.default_rng(1)
    return [draw.integers(3, 64, length).tolist() for length in (LIMIT + 8, 20, 11)]


def summed_loss(model: Any, taken: list[list[int]]) -> float:
    """Of the samples in one row, over all tokens but each one's first."""
    import torch

    ids = np.array([*chain.from_iterable(taken)])
    batch = collate([{"input_ids": ids, "labels": ids.copy(), "segments": np.array([*map(len, taken)])}])
    with torch.no_grad():
        return float(model(**batch).loss) * int((batch["labels"] != -100).sum())  # type: ignore[union-attr]


def test_packed_with_a_long_sample_the_short_ones_keep_their_loss(base: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = load_model(base, dtype=torch.float32)
    packed, alone = summed_loss(model, samples()), [summed_loss(model, [sample]) for sample in samples()]
    assert packed == pytest.approx(sum(alone), abs=1e-4)
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    differs = [summed_loss(plain, [sample]) - loss for sample, loss in zip(samples(), alone, strict=True)]
    assert abs(differs[0]) < 1e-4, "the long factors, as they stand"
    assert min(map(abs, differs[1:])) > 1e-2, "transformers takes the short ones for short rows"


def test_the_positions_are_those_that_vllm_serves(base: Path) -> None:
    """Its formula (phi3_long_rope_scaled_rope.py): the long factors, and one scale for sine and cosine."""
    import torch

    model: Any = load_model(base, dtype=torch.float32)
    positions = torch.arange(5)[None]
    cosine, _ = model.model.rotary_emb(torch.zeros(1, 5, 32), positions)
    frequencies = 1.0 / (torch.tensor(LONG) * 10000 ** (torch.arange(0, 8, 2) / 8))
    scale = (1 + np.log(256 / LIMIT) / np.log(LIMIT)) ** 0.5
    torch.testing.assert_close(cosine[0, :, :4], (positions[0][:, None] * frequencies).cos() * scale)


def test_the_config_of_the_trained_model_is_the_bases(base: Path, tmp_path: Path) -> None:
    import torch

    model = load_model(base, dtype=torch.float32)
    summed_loss(model, samples())
    model.save_pretrained(tmp_path / "tuned")
    configs = [json.loads((folder / "config.json").read_text()) for folder in (base, tmp_path / "tuned")]
    assert configs[1] == configs[0]
    assert configs[1]["rope_parameters"]["short_factor"] == SHORT


def test_losses_that_weigh_models_take_the_long_factors_too(base: Path) -> None:
    import torch

    model = load_model(base, dtype=torch.float32)
    expected = [summed_loss(model, [sample]) / (len(sample) - 1) for sample in samples()]
    assert mean_loss(base, [Tokens(sample, 1) for sample in samples()], "cpu") == pytest.approx(
        sum(expected) / 3, abs=1e-5
    )


def test_positions_that_change_with_the_length_are_refused(tmp_path: Path) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        rope_parameters={"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0},
    )
    LlamaForCausalLM(config).save_pretrained(tmp_path / "base")
    with pytest.raises(InputError, match=r"base has rotary positions of type dynamic: they change with the longest"):
        load_model(tmp_path / "base")
