"""Torch's variable-length attention against SDPA with its block mask; on the CPU a plain one stands for the kernels."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pytest
import torch

from humanllm.errors import InputError
from humanllm.training import attention as module
from humanllm.training.attention import VARLEN, attention, register_varlen, said_of, varlen_attention
from humanllm.training.sequences import collate
from humanllm.training.settings import Settings

LENGTHS = (40, 3, 17, 1, 64)
EIGHT = Settings(5e-6, 64, 3, 0.1, "bf16", True, 3, 1, 8, 2025, "cuda", 30)


def plain_varlen(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    cu_seq_q: torch.Tensor,
    cu_seq_k: torch.Tensor,
    max_q: int,
    max_k: int,
    *,
    scale: float,
    window_size: tuple[int, int],
    enable_gqa: bool,
) -> torch.Tensor:
    """torch.nn.attention.varlen.varlen_attn as its docstring has it, a sample at a time."""
    assert cu_seq_q.dtype == cu_seq_k.dtype == torch.int32
    assert max_q == max_k == int(cu_seq_q.diff().max())
    back, ahead = window_size
    assert ahead == 0
    assert enable_gqa == (query.shape[1] != key.shape[1])
    made = []
    for start, end in pairwise(cu_seq_q.tolist()):
        q, k, v = (one[start:end].transpose(0, 1) for one in (query, key, value))
        k, v = (one.repeat_interleave(len(q) // len(k), dim=0) for one in (k, v))
        scores = q @ k.transpose(1, 2) * scale
        steps = torch.arange(end - start)
        distance = steps[:, None] - steps
        seen = (distance >= 0) & ((distance <= back) | (back == -1))
        made.append((scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v).transpose(0, 1))
    return torch.cat(made)


def small_model(family: str, **more: Any) -> Any:
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(1)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    ends = {"bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0}
    config = AutoConfig.for_model(family, vocab_size=64, num_key_value_heads=2, head_dim=8, **sizes, **ends, **more)
    config.initializer_range = 0.2
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32)


def loss_and_gradients(model: Any, kind: str) -> tuple[float, dict[str, torch.Tensor]]:
    draw = np.random.default_rng(1)
    rows = [draw.integers(3, 64, length) for length in LENGTHS]
    ids = np.array([*chain.from_iterable(rows)])
    batch = collate([{"input_ids": ids, "labels": ids.copy(), "segments": np.array(LENGTHS)}])
    model.set_attn_implementation(kind)
    model.zero_grad()
    loss = model(**batch).loss
    loss.backward()
    return float(loss.detach()), {name: weight.grad.clone() for name, weight in model.named_parameters()}


@pytest.mark.parametrize(
    ("family", "more"),
    [
        ("qwen2", {}),
        ("qwen3", {}),
        ("llama", {}),
        ("phi3", {}),
        ("phi3", {"sliding_window": 262144}),  # as Phi-3-mini-128k has it: longer than any row
        ("phi3", {"sliding_window": 16}),
    ],
)
def test_loss_and_gradients_are_those_of_sdpa(
    monkeypatch: pytest.MonkeyPatch, family: str, more: dict[str, Any]
) -> None:
    called = []

    def counted(*given: Any, **named: Any) -> torch.Tensor:
        called.append(named["window_size"])
        return plain_varlen(*given, **named)

    monkeypatch.setattr("torch.nn.attention.varlen.varlen_attn", counted)
    register_varlen()
    model = small_model(family, **more).train()
    model.gradient_checkpointing_enable()
    expected, gradients = loss_and_gradients(model, "sdpa")
    assert not called
    found, others = loss_and_gradients(model, VARLEN)
    assert called == [(15 if more.get("sliding_window") == 16 else -1, 0)] * 4, "two layers, again for the gradients"
    assert found == pytest.approx(expected, abs=1e-5)
    for name, gradient in gradients.items():
        torch.testing.assert_close(others[name], gradient, atol=1e-5, rtol=1e-4, msg=name)


def test_the_call_fits_the_installed_torch() -> None:
    """The arguments are those of varlen_attn; only its kernels are not for CPUs."""
    import inspect

    from torch.nn.attention.varlen import varlen_attn

    names = inspect.signature(plain_varlen).parameters
    known = inspect.signature(varlen_attn).parameters
    assert [name for name in names if name not in known] == []
    assert [*names][:7] == [*known][:7]


@pytest.mark.parametrize("wrong", ["dropout", "rows", "mask"])
def test_what_it_cannot_do_is_refused(wrong: str) -> None:
    heads = torch.zeros(2 if wrong == "rows" else 1, 4, 6, 8)
    mask = torch.ones(1, 1, 6, 6) if wrong == "mask" else None
    module_, bounds, dropout = torch.nn.Module(), torch.tensor([0, 6]), 0.1 if wrong == "dropout" else 0.0
    with pytest.raises(InputError, match="takes packed rows without padding"):
        varlen_attention(
            module_, heads, heads, heads, mask, scaling=1.0, cu_seq_lens_q=bounds, max_length_q=6, dropout=dropout
        )


@pytest.mark.parametrize(
    ("changed", "capabilities", "flash", "kind"),
    [
        ({}, [8.0, 9.0], True, VARLEN),
        ({}, [9.0, 7.5], True, "sdpa"),
        ({}, [8.0], False, "sdpa"),
        ({"precision": "fp32"}, [8.0], True, "sdpa"),
        ({"device": "cpu"}, [8.0], True, "sdpa"),
    ],
)
def test_it_is_taken_where_the_gpus_can(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], capabilities: list[float], flash: bool, kind: str
) -> None:
    monkeypatch.setattr("torch.backends.cuda.is_flash_attention_available", lambda: flash)
    monkeypatch.setattr(module, "gpu_capabilities", lambda: capabilities)
    assert attention(replace(EIGHT, **changed)) == kind
    assert kind in said_of(kind)


def test_the_package_comes_first_and_without_the_drivers_tool_there_is_sdpa(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> list[float]:
        raise InputError("no GPU's compute_cap can be read")

    monkeypatch.setattr("torch.backends.cuda.is_flash_attention_available", lambda: True)
    monkeypatch.setattr(module, "gpu_capabilities", unreadable)
    assert attention(EIGHT) == "sdpa"
    monkeypatch.setattr("transformers.utils.is_flash_attn_2_available", lambda: True)
    assert attention(EIGHT) == "flash_attention_2"
