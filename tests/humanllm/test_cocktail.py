"""Weights by the loss on a few samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from humanllm.cocktail import draw_lines, mean_loss, share_out
from humanllm.templates import Tokens


def test_the_better_model_gets_more_and_fixed_weights_stay() -> None:
    losses = {"base": 2.9, "tuned": 2.1}
    found = share_out({"base": "derived", "tuned": "derived"}, losses, 5.0)
    assert found == {"base": pytest.approx(0.4601, abs=1e-4), "tuned": pytest.approx(0.5399, abs=1e-4)}
    found = share_out({"tuned": 0.5, "base": "derived", "other": "derived"}, {"base": 1.0, "other": 1.0}, 5.0)
    assert found == {"tuned": 0.5, "base": 0.25, "other": 0.25}
    sharp = share_out({"base": "derived", "tuned": "derived"}, {"base": 2000.0, "tuned": 1.0}, 0.1)
    assert sharp == {"base": 0.0, "tuned": 1.0}


def test_each_task_gives_as_many_samples_and_the_order_of_lines_is_no_matter() -> None:
    lines = [{"id": f"s{number}", "task": "social_qa" if number % 5 else "topic"} for number in range(100)]
    drawn = draw_lines(lines, 3, 1)
    assert Counter(line["task"] for line in drawn) == {"social_qa": 3, "topic": 3}
    assert draw_lines(reversed(lines), 3, 1) == drawn
    assert draw_lines(lines, 3, 2) != drawn


def test_the_loss_is_that_of_the_answers_alone(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    folder = pico_model(tmp_path / "base")
    samples = [Tokens([1, 5, 6, 7, 8, 2], 3), Tokens([1, 9, 4, 2], 2)]
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    expected = []
    for sample in samples:
        ids = torch.tensor([sample.ids])
        labels = torch.tensor([[-100] * sample.prompt + sample.ids[sample.prompt :]])
        expected.append(float(model(input_ids=ids, labels=labels).loss))
    assert mean_loss(folder, samples, "cpu") == pytest.approx(sum(expected) / 2, abs=1e-5)
