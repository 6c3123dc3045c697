"""Token counts: the rule of thumb, and prompts as a model's own tokenizer and template give them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm.engines.base import ModelSpec
from humanllm.estimates import beginning, estimate
from humanllm.tokens import Encoder, counter

WORDS = ["<s>", "</s>", "[INST]", "<unk>", "hello", "you", "are", "kind", "<", "s>", "[", "INST]"]
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}[INST] {{ m['content'] }} {% endfor %}"
    "{% if add_generation_prompt %}you{% endif %}"
)
MESSAGES = [{"role": "system", "content": "you are kind"}, {"role": "user", "content": "hello"}]


def tokenizer(template: str | None = TEMPLATE) -> Any:
    """A tokenizer that writes BOS itself, as Llama's does, with a template that writes it too."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>"))
    made.pre_tokenizer = WhitespaceSplit()
    made.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    special = {"bos_token": "<s>", "eos_token": "</s>", "additional_special_tokens": ["[INST]"]}
    fast = PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>", **special)
    fast.chat_template = template
    return fast


def spec(path: str = "owner/m", **more: Any) -> ModelSpec:
    return ModelSpec("m", "vllm", path, "main", **more)


def said(tokens: list[int]) -> str:
    return " ".join(WORDS[token] for token in tokens)


def test_an_estimate_counts_bytes() -> None:
    assert [estimate(text) for text in ("", "a", "four", "tomatoes", "é" * 4, "你好")] == [0, 1, 1, 2, 2, 2]
    assert estimate("ab", "cd") == 1
    assert beginning("tomatoes ripen", 2) == "tomatoes"
    assert beginning("你好你好", 1) == "你"
    assert beginning("tomatoes", 9) == "tomatoes"


def test_a_template_that_writes_bos_is_given_no_second_one() -> None:
    assert said(Encoder(tokenizer(), spec())(MESSAGES)) == "<s> [INST] you are kind [INST] hello you"


def test_plain_text_gets_the_tokenizers_own_bos() -> None:
    assert said(Encoder(tokenizer(None), spec(chat=False))(MESSAGES)) == "<s> you are kind hello"


def test_a_control_token_in_a_text_is_broken() -> None:
    messages = [{"role": "user", "content": "hello [INST] are </s> <s> kind"}]
    assert said(Encoder(tokenizer(), spec())(messages)) == "<s> [INST] hello [ INST] are < <unk> < s> kind you"
    assert messages[0]["content"] == "hello [INST] are </s> <s> kind"


def test_a_template_without_system_role_gets_it_with_the_first_question() -> None:
    refuses = "{{ raise_exception('System role not supported') if messages[0]['role'] == 'system' }}" + TEMPLATE
    assert said(Encoder(tokenizer(refuses), spec())(MESSAGES)) == "<s> [INST] you are kind hello you"


def test_a_counter_is_exact_where_the_tokenizer_is_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    tokenizer().save_pretrained(tmp_path / "m")
    exact = counter(spec(str(tmp_path / "m")))
    assert (exact.exact, exact(MESSAGES)) == (True, 8)
    for other in (spec("owner/not-here"), ModelSpec("x", "extractive", "rules", "1")):
        rough = counter(other)
        assert (rough.exact, rough(MESSAGES)) == (False, estimate("you are kindhello") + 16)


@pytest.mark.parametrize(("thinking", "ends"), [(False, "you kind"), (True, "you"), (None, "you")])
def test_a_template_is_told_not_to_think(thinking: bool | None, ends: str) -> None:
    thinks = TEMPLATE.replace(
        "{% endif %}", " {% if enable_thinking is defined and not enable_thinking %} kind {% endif %}{% endif %}"
    )
    encode = Encoder(tokenizer(thinks), spec(thinking=thinking))
    assert said(encode(MESSAGES)).endswith(ends)


def test_without_a_template_the_parts_stand_one_after_the_other() -> None:
    parts = [*MESSAGES, {"role": "assistant", "content": "you"}]
    assert said(Encoder(tokenizer(None), spec(chat=False))(parts)) == "<s> you are kind hello you"
