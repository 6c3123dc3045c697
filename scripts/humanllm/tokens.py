"""How many tokens a prompt takes: by the model's own tokenizer where it is at hand, else by a rule of thumb.

count = counter(spec)
count.exact, count(messages)            # True, 412: the chat template's own tokens are in it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humanllm.engines.base import ModelSpec
from humanllm.estimates import estimate
from humanllm.messages import CLOCK, Messages, control_tokens, for_template

AROUND_A_MESSAGE = 8  # tokens that a chat template writes around each message, about


@dataclass(frozen=True)
class Counter:
    """Counts the tokens of a prompt. `exact`: by the model's own tokenizer and template, not by `estimate`."""

    exact: bool
    count: Callable[[Messages], int]

    def __call__(self, messages: Messages) -> int:
        return self.count(messages)


def counter(spec: ModelSpec) -> Counter:
    """Counts as the model of `spec` will: exactly if its tokenizer lies here, else by estimate. Fetches nothing."""
    encode = encoder(spec)
    return Counter(True, lambda messages: len(encode(messages))) if encode else Counter(False, _estimated)


def encoder(spec: ModelSpec) -> Encoder | None:
    """What turns prompts into the tokens of `spec`; None where its tokenizer is not at hand."""
    tokenizer = _tokenizer(spec)
    return None if tokenizer is None or (spec.chat and not tokenizer.chat_template) else Encoder(tokenizer, spec)


def _estimated(messages: Messages) -> int:
    return estimate(*(message["content"] for message in messages)) + AROUND_A_MESSAGE * len(messages)


def _tokenizer(spec: ModelSpec) -> Any:
    """The tokenizer in the model's folder or in the hub's cache; None where there is none to be had."""
    if spec.engine == "extractive":
        return None
    try:
        from transformers import AutoTokenizer

        revision = None if Path(spec.path).is_dir() else spec.revision
        return AutoTokenizer.from_pretrained(spec.path, revision=revision, local_files_only=True)
    except (OSError, ValueError, ImportError):
        return None


class Encoder:
    """Prompts as a model reads them: its chat template once, which writes BOS itself, or (chat: false) plain text.

    A control token that a person's text spells (<|im_end|>) is broken by a space: text cannot end its own message.
    """

    def __init__(self, tokenizer: Any, spec: ModelSpec) -> None:
        self._tokenizer, self._chat = tokenizer, spec.chat
        self._options = {} if spec.thinking is None else {"enable_thinking": spec.thinking}
        self._fitted = for_template(tokenizer)
        self._control = control_tokens(tokenizer)

    def __call__(self, messages: Messages) -> list[int]:
        messages = [message | {"content": self._control.sub(r"\g<0> ", message["content"])} for message in messages]
        if not self._chat:
            return list(self._tokenizer.encode("\n\n".join(message["content"] for message in messages)))
        tokens = self._tokenizer.apply_chat_template(
            self._fitted(messages),
            tokenize=True,
            add_generation_prompt=True,
            return_dict=False,
            **CLOCK,
            **self._options,
        )
        return list(tokens)
