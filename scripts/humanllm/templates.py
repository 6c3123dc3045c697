"""Samples in a model's chat template, as tokens of which only the answer counts for the loss.

    <|im_start|>system ...<|im_end|> <|im_start|>user ...<|im_end|> <|im_start|>assistant   no loss
    the answer <|im_end|>                                                                  loss
The answer begins where the prompt, rendered as for generation, ends: that is what the model will see when it is asked.
It ends with the model's own end token; what a template writes after that is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.modelfiles import demand_hub_name, demand_tokenizer
from humanllm.sharegpt import Line, answer_of, messages_of


@dataclass(frozen=True)
class Tokens:
    """A sample's tokens; those from `prompt` on are the answer."""

    ids: list[int]
    prompt: int


def load_tokenizer(path: str, revision: str) -> Any:
    """The tokenizer of a model's folder or hub name. InputError if there is none, or it has no chat template."""
    from transformers import AutoTokenizer

    if Path(path).is_dir():
        demand_tokenizer(Path(path))
    else:
        demand_hub_name(path)
    try:
        tokenizer = AutoTokenizer.from_pretrained(path, revision=revision)
    except Exception as error:  # what a missing file raises differs by the tokenizer's kind
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"no tokenizer can be loaded from {path}: give a complete model ({reason})") from error
    if not tokenizer.chat_template:
        raise InputError(f"the tokenizer of {path} has no chat template: give an instruction-tuned model")
    if tokenizer.eos_token_id is None:
        raise InputError(f"the tokenizer of {path} has no end token: set eos_token in its tokenizer_config.json")
    return tokenizer


class Template:
    """A model's chat template, checked once on a probe."""

    def __init__(self, tokenizer: Any, name: str) -> None:
        self.tokenizer, self.name = tokenizer, name
        special = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
        self._special = re.compile("|".join(map(re.escape, special)))
        probe: Line = {"system": "Be brief.", "conversations": [{"value": "One plus one?"}, {"value": "Two."}]}
        if isinstance(found := self.tokens([probe])[0], str):
            raise InputError(f"the chat template of {name} cannot be used for training on answers: {found}")

    def tokens(self, lines: Sequence[Line]) -> list[Tokens | str]:
        """The tokens of each sample, or the reason why it has none: special_token, no_prefix, no_end."""
        prompts = [self._render(messages_of(line), True) for line in lines]
        wholes = [
            self._render([*messages_of(line), {"role": "assistant", "content": answer_of(line)}], False)
            for line in lines
        ]
        prompt_ids, whole_ids = (  # the template writes the special tokens itself
            self.tokenizer(texts, add_special_tokens=False).input_ids for texts in (prompts, wholes)
        )
        return [
            "special_token" if self._has_special(line) else self._tokens(prompt, whole)
            for line, prompt, whole in zip(lines, prompt_ids, whole_ids, strict=True)
        ]

    def _render(self, messages: list[dict[str, str]], ask: bool) -> str:
        try:
            return str(
                self.tokenizer.apply_chat_template(
                    messages, tokenize=False, add_generation_prompt=ask, enable_thinking=False
                )
            )
        except Exception as error:  # a template may raise whatever it likes
            raise InputError(f"the chat template of {self.name} fails: {error}") from error

    def _has_special(self, line: Line) -> bool:
        """Whether a person's text spells a control token: it would end the prompt or the answer too early."""
        texts = (line["system"], *(turn["value"] for turn in line["conversations"]))
        return any(self._special.search(text) for text in texts)

    def _tokens(self, prompt: list[int], whole: list[int]) -> Tokens | str:
        start = len(prompt)
        if whole[:start] != prompt:
            return "no_prefix"
        try:
            end = whole.index(self.tokenizer.eos_token_id, start) + 1
        except ValueError:
            return "no_end"
        return Tokens(whole[:end], start)
