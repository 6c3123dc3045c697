"""Small models made on the spot: two layers, 32 wide, a tokenizer of a few words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

WORDS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *(f"w{number}" for number in range(61))]
TEMPLATE = "{% for m in messages %}<|im_start|> {{ m['content'] }} <|im_end|>{% endfor %}"

LONGEST = ("test_kill_training.py", "test_train_sft.py", "test_invalidation.py", "test_vllm.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first: two at a time, none of them is left over for the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture
def pico_model() -> Callable[..., Path]:
    """make(folder, seed=0, hidden=32, tied=False): a Qwen2 in bfloat16 with tokenizer, template, generation config."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    def make(folder: Path, seed: int = 0, hidden: int = 32, tied: bool = False) -> Path:
        torch.manual_seed(seed)
        config = Qwen2Config(
            vocab_size=len(WORDS),
            hidden_size=hidden,
            intermediate_size=2 * hidden,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=512,
            tie_word_embeddings=tied,
            bos_token_id=None,
            eos_token_id=2,
            pad_token_id=0,
        )
        model = Qwen2ForCausalLM(config).to(torch.bfloat16)
        model.generation_config = GenerationConfig(eos_token_id=2, pad_token_id=0, do_sample=True, temperature=0.7)
        model.save_pretrained(folder)
        words = WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="w0")
        tokenizer = Tokenizer(words)
        tokenizer.pre_tokenizer = WhitespaceSplit()
        fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=WORDS[2], pad_token=WORDS[0])
        fast.chat_template = TEMPLATE
        fast.save_pretrained(folder)
        return folder

    return make
