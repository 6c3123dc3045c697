"""The loss on the answer tokens, computed in the head's own module call; the logits of a row never stand in memory.

    with_loss_head(model)
    model(input_ids=..., labels=..., position_ids=..., num_items_in_batch=512).loss    # summed over the row / 512
The head multiplies only the positions whose next token has a label, CHUNK at a time, each chunk again when it comes to
the gradients: of 8,192 tokens of which a fifth are answers, 1,638 are multiplied and 1,024 stand in memory. That it is
a module which is called lets DeepSpeed gather an untied head under ZeRO-3 by its ordinary hooks; where `lm_head.weight`
is read from outside, as liger's fused loss does, it must notice that. It is the same code on CPUs and GPUs.
"""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError
from humanllm.packing import NO_LOSS
from humanllm.training.fit import CHUNK

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel
    from transformers.modeling_outputs import CausalLMOutputWithPast

BEYOND_THE_HEAD = ("final_logit_softcapping", "logit_scale", "logits_scaling")  # Gemma 2, Cohere, Granite


def with_loss_head(model: PreTrainedModel) -> None:
    """Let `model` give the loss alone. Its parameters, their names and what is tied stay as they are.

    Raises InputError for a model that does more to its logits than the head.
    """
    if found := [name for name in BEYOND_THE_HEAD if getattr(model.config, name, None)]:
        raise InputError(
            f"models with {found[0]} in their config cannot be trained, for the loss here knows the head alone: take"
            " another student"
        )
    head: Any = model.get_output_embeddings()
    head.forward = MethodType(_summed_loss, head)
    model.forward = MethodType(_forward, model)


def _forward(
    model: PreTrainedModel,
    input_ids: torch.Tensor,
    labels: torch.Tensor,
    num_items_in_batch: torch.Tensor | int | None = None,
    **others: Any,
) -> CausalLMOutputWithPast:
    """The mean over the row's predicted tokens, or their sum over `num_items_in_batch`, which counts all ranks'."""
    from torch.nn import functional
    from transformers.modeling_outputs import CausalLMOutputWithPast

    hidden = model.base_model(input_ids=input_ids, **others).last_hidden_state
    targets = functional.pad(labels, (0, 1), value=NO_LOSS)[..., 1:]
    head: Any = model.get_output_embeddings()
    items = (targets != NO_LOSS).sum() if num_items_in_batch is None else num_items_in_batch
    return CausalLMOutputWithPast(loss=head(hidden, targets) / items)


def _summed_loss(head: torch.nn.Linear, hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The head's call: `hidden` has the shape (..., width); `targets`, its next tokens or NO_LOSS, lacks the last."""
    import torch
    from torch.utils.checkpoint import checkpoint

    predicted = (targets != NO_LOSS).nonzero(as_tuple=True)
    # A row without a label makes one empty chunk: the other ranks wait for this one's gradients of the head.
    chunks = zip(hidden[predicted].split(CHUNK), targets[predicted].split(CHUNK), strict=True)
    losses = [checkpoint(_chunk, head, *chunk, use_reentrant=False, preserve_rng_state=False) for chunk in chunks]
    return torch.stack(losses).sum()


def _chunk(head: torch.nn.Linear, hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    from torch.nn import functional

    logits = functional.linear(hidden, head.weight, head.bias)
    return functional.cross_entropy(logits.float(), targets, reduction="sum")
