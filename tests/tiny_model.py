"""A small chat model made on the spot, for vLLM and for servers of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from humanllm.engines.base import ModelSpec
from humanllm.engines.letters import spellings
from humanllm.tokens import Encoder

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tiny_model(folder: Path, length: int = 1024) -> Path:
    """A Qwen2 of two layers that can write every byte, with a context of `length` tokens."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(["hello user assistant system"] * 5, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=special[2], pad_token=special[0])
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(fast),
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=length,
        bos_token_id=None,
        eos_token_id=2,
        pad_token_id=0,
    )
    Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    return folder


def likelihoods_by_transformers(
    model: ModelSpec, asked: list[str], letters: list[str], adapter: Path | None = None
) -> dict[str, list[float]]:
    """{question: how likely each letter is as the reply's first token}, from the logits after the prompt."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(model.path)
    network: Any = AutoModelForCausalLM.from_pretrained(model.path, dtype=torch.float32)
    if adapter is not None:
        from peft import PeftModel

        network = PeftModel.from_pretrained(network, adapter)
    encode, tokens, found = Encoder(tokenizer, model), spellings(tokenizer.get_vocab(), letters), {}
    for text in asked:
        with torch.no_grad():
            logits = network(torch.tensor([encode([{"role": "user", "content": text}])])).logits[0, -1].log_softmax(0)
        found[text] = [float(torch.logsumexp(logits[tokens[letter]], 0)) for letter in letters]
    return found
