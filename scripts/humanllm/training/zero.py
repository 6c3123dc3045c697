"""DeepSpeed's settings for a ZeRO stage (https://www.deepspeed.ai/docs/config-json/)."""

from __future__ import annotations

from typing import Any

# Gradients that travel together; "auto" makes it hidden_size squared, far too few for a small model.
BUCKET = 50_000_000


def deepspeed_settings(zero_stage: int, universal: bool = False) -> dict[str, Any]:
    """The JSON that DeepSpeed reads; batch, clipping and precision are filled in by the Trainer ("auto").

    Stage 0 replicates all, 1 shards the optimizer, 2 the gradients too, 3 the weights too. No optimizer is named:
    torch's own AdamW is used, which needs no compiler on the machine. `universal`: it goes on from a checkpoint of
    another number of ranks.
    """
    zero: dict[str, Any] = {"stage": zero_stage}
    if zero_stage:
        zero |= {"overlap_comm": True, "contiguous_gradients": True, "reduce_bucket_size": BUCKET}
    if zero_stage == 3:
        zero |= {
            "stage3_prefetch_bucket_size": "auto",
            "stage3_param_persistence_threshold": "auto",
            "stage3_gather_16bit_weights_on_model_save": True,
        }
    return {
        "zero_optimization": zero,
        "checkpoint": {"load_universal": universal},
        "bf16": {"enabled": "auto"},
        "gradient_clipping": "auto",
        "train_batch_size": "auto",
        "train_micro_batch_size_per_gpu": "auto",
        "gradient_accumulation_steps": "auto",
        "steps_per_print": 10**9,  # our own progress lines say more
    }
