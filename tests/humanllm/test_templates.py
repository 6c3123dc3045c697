"""The answer is found behind every family's template, and what cannot be used is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm.engines.base import ModelSpec
from humanllm.errors import InputError
from humanllm.messages import CLOCK, control_tokens
from humanllm.sharegpt import Line
from humanllm.student import CHAT_TEMPLATE, make_tokenizer
from humanllm.templates import Template, Tokens, digest_of, load_tokenizer
from humanllm.tokens import Encoder

EACH = "{% for m in messages %}"
THINKING = (  # Qwen3: a thought, if only an empty one, before the last answer, and in the prompt when thinking is off
    EACH + "{% set said = namespace(thought='', rest=m.content) %}"
    "{% if m.role == 'assistant' and '</think>' in m.content %}"
    "{% set said.thought = m.content.split('</think>')[0].split('<think>')[-1].strip('\n') %}"
    "{% set said.rest = m.content.split('</think>')[-1].lstrip('\n') %}{% endif %}"
    "<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' and (loop.last or said.thought) %}"
    "<think>\n{{ said.thought }}\n</think>\n\n{{ said.rest.lstrip('\n') }}{% else %}{{ said.rest }}{% endif %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
PHI = (  # the end token only at the end of a finished conversation
    EACH + "<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% else %}{{ eos_token }}{% endif %}"
)
LLAMA = (  # a date, a trimmed content, no line end after the end token
    "<|begin|>Today Date: {{ strftime_now('%d %b %Y') }}\n\n"
    + EACH
    + "<|head|>{{ m.role }}<|/head|>\n\n{{ m.content | trim }}<|im_end|>{% endfor %}"
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
        **CLOCK,
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


def test_added_tokens_that_are_not_special_are_control_tokens_too() -> None:
    from tokenizers import AddedToken

    tokenizer = make_tokenizer(["What did you do?  I watered the dry bed."] * 3, 400)
    added = [AddedToken(text, special=False, normalized=False) for text in ("<think>", "</think>", "  ")]
    tokenizer.add_tokens(added)
    tokenizer.chat_template = THINKING
    found = Template(tokenizer, "test").tokens(
        [line("Well</think>"), line(prompt="<think>?"), line("a  b"), line("<thin")]
    )
    assert [isinstance(one, Tokens) for one in found] == [False, False, True, True]
    assert found[:2] == ["special_token", "special_token"]
    assert control_tokens(tokenizer).sub(r"\g<0> ", "<think>a<|im_end|>") == "< think>a< |im_end|>"


def test_the_date_of_a_prompt_does_not_move_with_the_clock(with_template: Any) -> None:
    tokenizer = with_template(LLAMA)
    (found,) = Template(tokenizer, "test").tokens([line()])
    assert isinstance(found, Tokens)
    said = "<|begin|>Today Date: 26 Jul 2024\n\n<|head|>system"
    assert tokenizer.decode(found.ids).startswith(said)
    encoded = Encoder(tokenizer, ModelSpec("m", "vllm", "m", "main"))([{"role": "system", "content": "Be Anna."}])
    assert tokenizer.decode(encoded).startswith(said)  # what is asked later has the same


def phi(scheme: str, rstrip: bool) -> Any:
    """A tokenizer like Phi-3's: pieces that carry the space before them, control tokens that take the space after."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    control = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|endoftext|>"]
    bpe = Tokenizer(models.BPE())
    if scheme == "normalizer":
        bpe.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        bpe.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme)
    alphabet = [*map(chr, range(33, 127)), "\n", "▁"]
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=control, initial_alphabet=alphabet, show_progress=False
    )
    bpe.train_from_iterator(["What did you do?\n\nI watered the dry bed. Be Anna."] * 3, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|endoftext|>", chat_template=PHI)
    tokenizer.add_tokens([AddedToken(text, rstrip=rstrip, normalized=False, special=True) for text in control])
    return tokenizer


@pytest.mark.parametrize("scheme", ["first", "always", "never", "normalizer"])
@pytest.mark.parametrize("rstrip", [True, False])
def test_tokens_that_take_the_space_after_them_end_the_prompt(scheme: str, rstrip: bool) -> None:
    tokenizer = phi(scheme, rstrip)
    answers = ["I watered it.", "  I watered it.", '"I watered it."', "2 beds.", "\n\nI watered it."]
    asked = tokenizer.apply_chat_template(
        [{"role": "system", "content": "Be Anna."}, {"role": "user", "content": "What did you do?"}],
        add_generation_prompt=True,
        return_dict=False,
    )
    for answer, found in zip(answers, Template(tokenizer, "test").tokens([line(one) for one in answers]), strict=True):
        if answer.startswith("\n") and not rstrip:
            assert found == "no_prefix"  # one token holds the prompt's line end and the answer's first
            continue
        assert isinstance(found, Tokens)
        assert found.ids[: found.prompt] == asked
        said = "".join(tokenizer.convert_ids_to_tokens(found.ids[found.prompt :])).replace("▁", " ")
        assert said.partition("<|end|>")[0].strip() == answer.strip()


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


def test_a_prompt_that_gets_other_tokens_before_an_answer_is_refused() -> None:
    """Two line ends are one token at the end of a text, and two before a word, by the pieces of GPT-2."""
    tokenizer = make_tokenizer(["I watered the dry bed.\n\n"] * 9, 400)
    tokenizer.chat_template = CHAT_TEMPLATE.replace("\n", "\n\n")
    with pytest.raises(InputError, match=r"cannot be used .*: other_tokens, .* end it with one line end"):
        Template(tokenizer, "test")


def test_all_that_tokens_follow_from_is_in_the_digest(with_template: Any) -> None:
    first = digest_of(with_template(CHAT_TEMPLATE))
    assert digest_of(with_template(CHAT_TEMPLATE)) == first
    assert digest_of(with_template(THINKING)) != first
    assert digest_of(make_tokenizer(["Other words."] * 3, 400)) != first


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
