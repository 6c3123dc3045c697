"""Which attention a training takes, and torch's own variable-length one for transformers' models.

    8 ranks, bf16, flash-attn installed      flash_attention_2
    the same without it, GPUs from A100 on   varlen: torch's kernels of the same kind
    older GPUs, fp32, CPUs                   sdpa
The first two get the bounds of a row's samples from the batch (sequences.collate) and compute each sample's own part
alone; sdpa computes the square of the row and masks what one sample must not see of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError
from humanllm.training.fit import gpu_capabilities
from humanllm.training.settings import Settings

if TYPE_CHECKING:
    import torch

VARLEN = "varlen"
AMPERE = 8.0  # compute capability; flash attention's kernels want it


def attention(settings: Settings) -> str:
    """By what is installed and what the GPUs can do; the launcher and the ranks come to the same."""
    if settings.device != "cuda" or settings.precision != "bf16":
        return "sdpa"
    from transformers.utils import is_flash_attn_2_available

    if is_flash_attn_2_available():
        return "flash_attention_2"
    return VARLEN if _can_varlen() else "sdpa"


def said_of(kind: str) -> str:
    """For the log."""
    return {
        "flash_attention_2": "attention flash_attention_2",
        VARLEN: "attention varlen (torch's flash kernels)",
        "sdpa": "attention sdpa (computes the square of a row, not of its samples)",
    }[kind]


def _can_varlen() -> bool:
    try:
        from torch.backends.cuda import is_flash_attention_available
        from torch.nn.attention import varlen  # noqa: F401

        return is_flash_attention_available() and min(gpu_capabilities()) >= AMPERE
    except (ImportError, InputError):
        return False


def register_varlen() -> None:
    """Let transformers' models take it by name. Without a mask of that name none is made."""
    from transformers import AttentionInterface

    AttentionInterface.register(VARLEN, varlen_attention)


def varlen_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    scaling: float,
    cu_seq_lens_q: torch.Tensor,
    max_length_q: int,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Causal within each sample of one row: (1, heads, tokens, size) in, (1, tokens, heads, size) out."""
    from torch.nn.attention.varlen import varlen_attn

    if dropout or attention_mask is not None or len(query) != 1:
        raise InputError("attention varlen takes packed rows without padding, of models without dropout in attention")
    back = -1 if sliding_window is None or sliding_window >= max_length_q else sliding_window - 1
    q, k, v = (one.squeeze(0).transpose(0, 1) for one in (query, key, value))
    made: Any = varlen_attn(
        q,
        k,
        v,
        cu_seq_lens_q,
        cu_seq_lens_q,
        max_length_q,
        max_length_q,
        scale=scaling,
        window_size=(back, 0),
        enable_gqa=query.shape[1] != key.shape[1],
    )
    return made.unsqueeze(0), None
