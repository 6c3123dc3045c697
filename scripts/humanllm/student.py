"""A small Qwen2-shaped model with random weights and a tokenizer of its own: the demo trains it in place of a real one.

The same texts, sizes and seed give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from humanllm.modelfiles import open_weights

PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTEXT = 8192  # positions
CHAT_TEMPLATE = (  # ChatML, as Qwen has it
    "{% for message in messages %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    """A byte-level BPE tokenizer trained on `texts`, with Qwen's control tokens and chat template."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, START, END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token=END,
        pad_token=PAD,
        chat_template=CHAT_TEMPLATE,
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )


def make_model(tokenizer: Any, layers: int, hidden: int, seed: int) -> Any:
    """A Qwen2 model with `layers` layers of width `hidden` (heads of 32), bf16, random weights by `seed`."""
    import torch
    from transformers import AutoModelForCausalLM, GenerationConfig, Qwen2Config

    ends = {"bos_token_id": None, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=4 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        num_key_value_heads=1,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=False,
        **ends,
    )
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.generation_config = GenerationConfig(**ends)
    return model


def write_student(folder: Path, texts: Iterable[str], vocabulary: int, layers: int, hidden: int, seed: int) -> int:
    """Write both to `folder` in the Hugging Face layout; the number of weights."""
    tokenizer = make_tokenizer(texts, vocabulary)
    model = make_model(tokenizer, layers, hidden, seed)
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    open_weights(folder)
    return int(model.num_parameters())
