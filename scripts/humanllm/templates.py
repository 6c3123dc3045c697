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
from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError
from humanllm.messages import for_template
from humanllm.modelfiles import demand_hub_name, demand_tokenizer
from humanllm.sharegpt import Line, answer_of, messages_of

if TYPE_CHECKING:
    from tokenizers import Encoding

UNUSABLE = {  # what a reason means of a template
    "no_end": "its answers do not end with the tokenizer's end token: set eos_token to the one that they end with",
    "no_prefix": "a prompt that asks for an answer does not read as the same prompt does with its answer",
    "special_token": "the tokenizer takes plain words for control tokens",
}


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
        self._fitted = for_template(tokenizer)
        special = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
        self._special = re.compile("|".join(map(re.escape, special)))
        probe: Line = {"system": "Be brief.", "conversations": [{"value": "One plus one?"}, {"value": "Two."}]}
        if isinstance(found := self.tokens([probe])[0], str):
            raise InputError(
                f"the chat template of {name} cannot be used for training on answers: {found}, {UNUSABLE[found]}"
            )

    def tokens(self, lines: Sequence[Line]) -> list[Tokens | str]:
        """The tokens of each sample, or the reason why it has none: special_token, no_prefix, no_end."""
        prompts = [self._render(messages_of(line), True) for line in lines]
        wholes = [
            self._render([*messages_of(line), {"role": "assistant", "content": answer_of(line)}], False)
            for line in lines
        ]
        # The template writes the special tokens itself.
        encodings = self.tokenizer(wholes, add_special_tokens=False).encodings
        return [
            "special_token" if self._has_special(line) else self._tokens(prompt, whole, encoding)
            for line, prompt, whole, encoding in zip(lines, prompts, wholes, encodings, strict=True)
        ]

    def _render(self, messages: list[dict[str, str]], ask: bool) -> str:
        try:
            return str(
                self.tokenizer.apply_chat_template(
                    self._fitted(messages), tokenize=False, add_generation_prompt=ask, enable_thinking=False
                )
            )
        except Exception as error:  # a template may raise whatever it likes
            raise InputError(f"the chat template of {self.name} fails: {error}") from error

    def _has_special(self, line: Line) -> bool:
        """Whether a person's text spells a control token: it would end the prompt or the answer too early."""
        texts = (line["system"], *(turn["value"] for turn in line["conversations"]))
        return any(self._special.search(text) for text in texts)

    def _tokens(self, prompt: str, whole: str, encoding: Encoding) -> Tokens | str:
        if not whole.startswith(prompt):
            return "no_prefix"
        start = _first_token(encoding, len(prompt), len(whole))
        ids = encoding.ids
        before = encoding.token_to_chars(start - 1) if start else None
        if start is None or (before and before[1] > len(prompt)):
            return "no_prefix"  # one token holds the prompt's end and the answer's beginning
        try:
            end = ids.index(self.tokenizer.eos_token_id, start) + 1
        except ValueError:
            return "no_end"
        return Tokens(ids[:end], start)


def _first_token(encoding: Encoding, start: int, end: int) -> int | None:
    """The token of the first character from `start` on that has one: some tokenizers count no leading space."""
    found = (encoding.char_to_token(place) for place in range(start, end))
    return next((token for token in found if token is not None), None)
