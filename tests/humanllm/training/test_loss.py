"""The loss in chunks is transformers' own, gradients and all; ZeRO-3 gathers an untied head for it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humanllm.errors import InputError
from training_runs import LISTS, command, pack

FAMILIES = ["qwen2", "qwen3", "phi3", "llama"]


def small_model(family: str, tied: bool) -> Any:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(1)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    ends = {"bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0}
    config = AutoConfig.for_model(
        family, vocab_size=64, num_key_value_heads=2, head_dim=8, tie_word_embeddings=tied, **sizes, **ends
    )
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32)


def row(answers: list[int], lengths: tuple[int, ...] = (30, 20)) -> dict[str, Any]:
    """Samples in one row, with labels where `answers` says so."""
    import torch

    ids = torch.randint(3, 64, (1, sum(lengths)), generator=torch.Generator().manual_seed(2))
    labels = torch.full_like(ids, -100)
    labels[0, answers] = ids[0, answers]
    positions = torch.cat([torch.arange(length) for length in lengths])[None]
    return {"input_ids": ids, "labels": labels, "position_ids": positions, "use_cache": False}


def loss_and_gradients(model: Any, **inputs: Any) -> tuple[float, dict[str, Any]]:
    model.zero_grad()
    loss = model(**inputs).loss
    loss.backward()
    return float(loss.detach()), {name: weight.grad.clone() for name, weight in model.named_parameters()}


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_loss_and_gradients_are_those_of_transformers(monkeypatch: pytest.MonkeyPatch, family: str, tied: bool) -> None:
    import torch

    from humanllm.training import loss

    monkeypatch.setattr(loss, "CHUNK", 8)  # 27 positions: three chunks and a short one
    model = small_model(family, tied)
    inputs = row([*range(12, 30), *range(41, 50)])
    calls: list[dict[str, Any]] = [{}, {"num_items_in_batch": torch.tensor(70)}]  # 70: of the whole update
    expected = [loss_and_gradients(model, **inputs, **more) for more in calls]
    names = [*model.state_dict()]
    loss.with_loss_head(model)
    assert [*model.state_dict()] == names
    assert (model.lm_head.weight is model.model.embed_tokens.weight) is tied
    for more, (value, gradients) in zip(calls, expected, strict=True):
        found, others = loss_and_gradients(model, **inputs, **more)
        assert found == pytest.approx(value, abs=1e-5)
        for name, gradient in gradients.items():
            torch.testing.assert_close(others[name], gradient, atol=1e-5, rtol=1e-5, msg=name)


def test_a_row_without_labels_has_no_loss_and_gradients_of_zero() -> None:
    from humanllm.training.loss import with_loss_head

    model = small_model("qwen2", tied=False)
    with_loss_head(model)
    value, gradients = loss_and_gradients(model, **row([]), num_items_in_batch=70)
    assert value == 0
    assert set(gradients) == {name for name, _ in model.named_parameters()}
    assert not any(gradient.any() for gradient in gradients.values())


def test_logits_stand_in_memory_for_a_chunk_of_answer_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    from torch.nn import functional

    from humanllm.training import loss

    made, linear = [], functional.linear

    def noted(hidden: Any, weight: Any, bias: Any = None) -> Any:
        if weight is model.lm_head.weight:
            made.append(len(hidden))
        return linear(hidden, weight, bias)

    monkeypatch.setattr(loss, "CHUNK", 8)
    monkeypatch.setattr(functional, "linear", noted)
    model = small_model("qwen2", tied=False)
    loss.with_loss_head(model)
    loss_and_gradients(model, **row([*range(12, 30), *range(41, 50)]))
    assert made[:4] == [8, 8, 8, 3], "of 50 positions the 27 with a label"
    assert sorted(made[4:]) == [3, 8, 8, 8], "and once more for the gradients"


def test_a_model_that_does_more_to_its_logits_is_refused() -> None:
    from humanllm.training.loss import with_loss_head

    model = small_model("qwen2", tied=False)
    model.config.final_logit_softcapping = 30.0
    with pytest.raises(InputError, match="models with final_logit_softcapping in their config cannot be trained"):
        with_loss_head(model)


def plain_losses(base: Path, packed: Path, rates: list[float]) -> list[float]:
    """Of updates over the whole table on one process: transformers' loss, torch's AdamW, gradients clipped to 1."""
    import torch
    from transformers import AutoModelForCausalLM

    from humanllm.training.sequences import Sequences, collate, unpack

    unpack(packed, packed.with_suffix(".arrow"))
    data = Sequences(packed.with_suffix(".arrow"))
    batch = collate([data[index] for index in range(len(data))])
    model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.0)
    losses = []
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


def alike(packed: Path, count: int) -> None:
    """`count` times the first sequence, once without labels: any update's loss is that of the first."""
    first = pq.read_table(packed).to_pylist()[0]
    blank = first | {"labels": [-100] * len(first["labels"])}
    pq.write_table(pa.Table.from_pylist([*[first] * (count - 1), blank], schema=LISTS), packed)


@pytest.mark.slow
def test_two_ranks_gather_an_untied_head(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    """ZeRO-3: the losses are those of one process by transformers' own loss, update for update.

    An update takes four sequences, the last of an epoch two; a rank that has the one without labels goes through the
    head with nothing.
    """
    base = pico_model(tmp_path / "base", tied=False)
    alike(pack(tmp_path / "packed.parquet", sequences=1), 6)
    knobs = {"zero_stage": 3, "precision": "fp32", "micro_batch": 1, "learning_rate": 0.003}
    done = subprocess.run(command(tmp_path, base, **knobs), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "6 sequences, 16.0 samples an update" in done.stderr
    log = json.loads((tmp_path / "out/full.training.json").read_text())["log"]
    losses, rates = ([row[name] for row in log] for name in ("loss", "learning_rate"))
    assert len(losses) == 6
    assert losses[-1] < losses[0] - 0.1
    assert losses == pytest.approx(plain_losses(base, tmp_path / "packed.parquet", rates), abs=1e-4)
