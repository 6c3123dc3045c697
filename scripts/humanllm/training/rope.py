"""Models whose rotary positions depend on a row's length, loaded so that a sample's loss does not depend on its row.

Phi-3-mini-128k has two tables of factors ("longrope"): transformers takes `long_factor` for a whole row as soon as one
of its samples passes 4,096 tokens, else `short_factor`. vLLM, which serves the trained model, takes `long_factor` for
every prompt once it may be longer than that. So do training and losses here: always long.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load_model(folder: Path, **options: Any) -> PreTrainedModel:
    """The model in `folder` with the long factors for every length; its config is that of the folder all the same.

    `options` as from_pretrained has them. Raises InputError when the positions depend on the length in another way.
    """
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(folder)
    rope = getattr(config, "rope_parameters", None) or {}
    kind = rope.get("rope_type", "default")
    if "dynamic" in kind:
        raise InputError(
            f"{folder} has rotary positions of type {kind}: they change with the longest sample of a row, so that"
            " packed samples would not be trained as they are served; take a model with another type"
        )
    if kind != "longrope":
        return AutoModelForCausalLM.from_pretrained(folder, config=config, **options)
    short = rope["short_factor"]
    rope["short_factor"] = rope["long_factor"]
    model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(folder, config=config, **options)
    model.config.rope_parameters["short_factor"] = short  # its table is made; what is written says what the base says
    return model
