"""Merge weights from the models' own losses on a few samples, after LM-Cocktail (arXiv 2311.13534).

{"base": "derived", "tuned": "derived"} with the losses {"base": 2.9, "tuned": 2.1} and the temperature 5 becomes
{"base": 0.46, "tuned": 0.54}: softmax(-loss / temperature). Weights that are numbers stay; the derived ones share what
these leave of 1: {"tuned": 0.5, "base": "derived", "other": "derived"} is the paper's form with a fixed fine-tuning.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from humanllm.draws import digest
from humanllm.sharegpt import Line
from humanllm.templates import Tokens
from humanllm.training.rope import load_model

DERIVED = "derived"


def draw_lines(lines: Iterable[Line], samples: int, seed: int) -> list[Line]:
    """`samples` of each task, by a draw that follows from their ids."""
    drawn: dict[str, list[tuple[str, Line]]] = defaultdict(list)
    for line in lines:
        found = drawn[line["task"]]
        found.append((digest(seed, "few shots", line["id"]), line))
        if len(found) > 2 * samples:
            drawn[line["task"]] = heapq.nsmallest(samples, found, key=lambda one: one[0])
    return [line for task in sorted(drawn) for _, line in heapq.nsmallest(samples, drawn[task], key=lambda one: one[0])]


def share_out(weights: Mapping[str, float | str], losses: Mapping[str, float], temperature: float) -> dict[str, float]:
    """The weights as numbers. `losses` has those of the derived ones."""
    left = 1 - sum(float(weight) for weight in weights.values() if weight != DERIVED)
    least = min(losses.values())
    powers = {name: math.exp((least - loss) / temperature) for name, loss in losses.items()}
    total = sum(powers.values())
    return {
        name: left * powers[name] / total if weight == DERIVED else float(weight) for name, weight in weights.items()
    }


def mean_loss(folder: Path, samples: Sequence[Tokens], device: str) -> float:
    """The mean over samples of a model's mean loss on the tokens of the answer: each sample counts the same."""
    import torch

    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    model: Any = load_model(folder, dtype=dtype)
    model.to(device).eval()
    losses = []
    with torch.inference_mode():
        for sample in samples:
            ids = torch.tensor([sample.ids], device=device)
            # Of the prompt no logits are made: a vocabulary's worth a token is what takes the memory.
            kept = len(sample.ids) - sample.prompt + 1
            logits = model(input_ids=ids, use_cache=False, logits_to_keep=kept).logits[0, :-1]
            losses.append(float(torch.nn.functional.cross_entropy(logits.float(), ids[0, sample.prompt :])))
    return sum(losses) / len(losses)
