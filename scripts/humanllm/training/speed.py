"""How much of the GPUs' arithmetic a training uses: model FLOPs utilisation (MFU), after PaLM's appendix B.

    Work(flops_a_token=4.9e10, peak=8 * 312e12).share_used(tokens_a_second=23096)    # 0.45
A token costs 6 operations a weight, forward and backward, and 12 * layers * width for each earlier token that it looks
at. The head is needed where the next token has a label alone, a fifth of the tokens or so; a table of input embeddings
is looked up, not multiplied. What is computed twice (gradient checkpointing) or for nothing does not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from humanllm.packing import NO_LOSS
from humanllm.training.sequences import Sequences

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# Dense bf16 operations a second without sparsity, from the makers' data sheets, by words of the device's name; the
# cards with fewer of them than the module of the same name stand first.
PEAKS = {
    "H100 PCIE": 756e12,
    "H800 PCIE": 756e12,
    "H100 NVL": 835e12,
    "H200 NVL": 835e12,
    "A100": 312e12,
    "A800": 312e12,
    "H100": 989e12,
    "H200": 989e12,
    "GH200": 989e12,
    "H800": 989e12,
    "L40S": 362e12,
    "A40": 150e12,
}
SAMPLED = 512  # sequences whose samples' lengths are looked at


@dataclass(frozen=True)
class Work:
    """What a token costs, and what all devices together could do in a second; 0: not known."""

    flops_a_token: float
    peak: float

    def share_used(self, tokens_a_second: float) -> float | None:
        """The MFU, from 0 to 1; None where the device's peak is not known."""
        return tokens_a_second * self.flops_a_token / self.peak if self.peak else None


def work_of(model: PreTrainedModel, data: Sequences) -> Work:
    """Of this training: all ranks' devices are like this rank's."""
    import torch

    ranks = torch.distributed.get_world_size()
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    return Work(flops_a_token(model, mean_reach(data), answer_share(data)), ranks * peak_of(name))


def flops_a_token(model: PreTrainedModel, reach: float, answers: float) -> float:
    """`reach`: how many tokens one looks back at, on average; `answers`: the share of them that the head predicts.

    Under ZeRO-3 a weight's own count is that of its part.
    """
    head: Any = model.get_output_embeddings()
    table: Any = model.get_input_embeddings()
    apart = {id(head.weight), id(table.weight)}
    weights = sum(_count(weight) for weight in model.parameters() if id(weight) not in apart)
    config: Any = model.config
    multiplied = weights + answers * _count(head.weight)
    return float(6 * multiplied + 12 * config.num_hidden_layers * config.hidden_size * reach)


def _count(weight: Any) -> int:
    return int(getattr(weight, "ds_numel", weight.numel()))


def mean_reach(data: Sequences) -> float:
    """Half the length of a token's sample, on average over the first sequences: no token sees another sample."""
    segments = [int(length) for index in range(min(len(data), SAMPLED)) for length in data[index]["segments"]]
    return sum(length * length for length in segments) / (2 * sum(segments))


def answer_share(data: Sequences) -> float:
    """Of the tokens of the first sequences, those with loss."""
    labels = [data[index]["labels"] for index in range(min(len(data), SAMPLED))]
    return float(sum((row != NO_LOSS).sum() for row in labels) / sum(map(len, labels)))


def peak_of(device: str) -> float:
    """By the device's name, e.g. NVIDIA A100-SXM4-40GB; 0 for one that is not in the table, and for a MIG part."""
    words = set(re.split(r"\W+", device.upper()))
    if "MIG" in words:
        return 0.0
    return next((peak for name, peak in PEAKS.items() if words.issuperset(name.split())), 0.0)
