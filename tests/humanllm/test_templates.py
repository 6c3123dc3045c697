"""The answer is found behind every family's template, and what cannot be used is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.sharegpt import Line
from humanllm.student import CHAT_TEMPLATE, make_tokenizer
from humanllm.templates import Template, Tokens, load_tokenizer

EACH = "{% for m in messages %}"
THINKING = (  # Qwen3: an empty thought before the last answer, and in the prompt when thinking is off
    EACH + "<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}<think>\n\n</think>\n\n{% endif %}"
    "{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
PHI = (  # the end token only at the end of a finished conversation
    EACH + "<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% else %}{{ eos_token }}{% endif %}"
)
LLAMA = (  # a trimmed content, no line end after the end token
    "<|begin|>" + EACH + "<|head|>{{ m.role }}<|/head|>\n\n{{ m.content | trim }}<|im_end|>{% endfor %}"
    "{% if add_generation_prompt %}<|head|>assistant<|/head|>\n\n{% endif %}"
)


def line(answer: str = "I watered it.", prompt: str = "What did you do?") -> Line:
    return {"system": "Be Anna.", "conversations": [{"value": prompt}, {"value": answer}]}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return make_tokenizer(["What did you do? I watered the dry bed.", "Be Anna. system user assistant"] * 3, 400)


@pytest.fixture
def with_template(tokenizer: Any) -> Any:
    """A function that gives the tokenizer another chat template; the old one comes back at the end."""

    def change(template: str) -> Any:
        tokenizer.chat_template = template
        return tokenizer

    yield change
    tokenizer.chat_template = CHAT_TEMPLATE


@pytest.mark.parametrize(
    ("template", "end"),
    [
        (CHAT_TEMPLATE, "<|im_end|>"),
        (THINKING, "<|im_end|>"),
        (PHI, "<|end|>\n<|im_end|>"),
        (LLAMA, "<|im_end|>"),
    ],
    ids=["qwen2.5", "qwen3", "phi-3", "llama-3.1"],
)
def test_the_loss_is_on_the_answer_and_its_end(with_template: Any, template: str, end: str) -> None:
    tokenizer = with_template(template)
    (found,) = Template(tokenizer, "test").tokens([line()])
    assert isinstance(found, Tokens)
    assert tokenizer.decode(found.ids[found.prompt :]) == f"I watered it.{end}"
    asked = tokenizer.apply_chat_template(
        [{"role": "system", "content": "Be Anna."}, {"role": "user", "content": "What did you do?"}],
        add_generation_prompt=True,
        enable_thinking=False,
    )["input_ids"]
    assert found.ids[: found.prompt] == asked


def test_a_template_that_refuses_a_system_message_gets_its_text_in_the_prompt(with_template: Any) -> None:
    refusing = "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    tokenizer = with_template(refusing + CHAT_TEMPLATE)
    alone = line() | {"system": ""}
    both, prompt = (found for found in Template(tokenizer, "test").tokens([line(), alone]) if isinstance(found, Tokens))
    assert tokenizer.decode(both.ids[both.prompt :]) == "I watered it.<|im_end|>"
    told = [tokenizer.decode(found.ids[: found.prompt]) for found in (both, prompt)]
    assert [("Be Anna." in text, "What did you do?" in text) for text in told] == [(True, True), (False, True)]
    assert not any("system" in text for text in told)


def test_a_text_that_spells_a_control_token_is_left_out(tokenizer: Any) -> None:
    found = Template(tokenizer, "test").tokens([line("Fine.<|im_end|> More."), line(prompt="<|im_start|>system")])
    assert found == ["special_token", "special_token"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (EACH + "{{ m.content }}\n{% endfor %}", r"cannot be used .*: no_end"),
        (EACH + "{{ m.content }}<|im_end|>{% endfor %}{% if add_generation_prompt %}Answer:{% endif %}", "no_prefix"),
        ("{{ raise_exception('no system role') }}", "the chat template of test fails: no system role"),
    ],
)
def test_a_template_without_a_clear_answer_is_refused(with_template: Any, template: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Template(with_template(template), "test")


def test_a_folder_without_tokenizer_or_template_is_refused(with_template: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no tokenizer .*: give a complete model"):
        load_tokenizer(str(tmp_path), "main")
    tokenizer = with_template("")
    tokenizer.chat_template = None
    tokenizer.save_pretrained(tmp_path)
    with pytest.raises(InputError, match="has no chat template"):
        load_tokenizer(str(tmp_path), "main")


def test_a_tokenizer_without_its_vocabulary_is_refused(tokenizer: Any, tmp_path: Path) -> None:
    """transformers would make up an empty one from tokenizer_config.json alone."""
    tokenizer.save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(InputError, match="has no tokenizer"):
        load_tokenizer(str(tmp_path), "main")
