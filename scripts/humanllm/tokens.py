"""How many tokens a text or a prompt takes: by a rule of thumb, or by the model's own tokenizer where it is at hand.

estimate("My tomatoes never ripen.")    # 6
count = counter(spec)
count.exact, count(messages)            # True, 412: the chat template's own tokens are in it
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humanllm.engines.base import ModelSpec

BYTES_A_TOKEN = 4  # of UTF-8: about right for English and Chinese with vocabularies of 128,000 tokens and more
AROUND_A_MESSAGE = 8  # tokens that a chat template writes around each message, about
Messages = list[dict[str, str]]


def estimate(*texts: str) -> int:
    """The tokens of the texts by their bytes, rounded up: it needs no tokenizer."""
    return -(-sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) // BYTES_A_TOKEN)


def beginning(text: str, limit: int) -> str:
    """As much of the start of `text` as is estimated at `limit` tokens; all of it if it is shorter."""
    return text.encode("utf-8", "surrogatepass")[: limit * BYTES_A_TOKEN].decode("utf-8", "ignore")


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
        special = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
        self._control = _first_of([text for text in special if len(text) > 1])

    def __call__(self, messages: Messages) -> list[int]:
        messages = [message | {"content": self._control.sub(r"\g<0> ", message["content"])} for message in messages]
        if not self._chat:
            return list(self._tokenizer.encode("\n\n".join(message["content"] for message in messages)))
        tokens = self._tokenizer.apply_chat_template(
            self._fitted(messages),
            tokenize=True,
            add_generation_prompt=True,
            return_dict=False,
            **self._options,
        )
        return list(tokens)


def _first_of(texts: list[str]) -> re.Pattern[str]:
    """Finds the first character of each of the texts: quick, since it looks at few characters twice."""
    rests: dict[str, list[str]] = {}
    for text in texts:
        rests.setdefault(text[0], []).append(re.escape(text[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?={'|'.join(rest)})" for first, rest in rests.items()) or "(?!)")


def for_template(tokenizer: Any) -> Callable[[Messages], Messages]:
    """What makes messages fit the tokenizer's chat template: some (Gemma's) refuse a system message."""
    refuses = "system role not supported" in str(tokenizer.chat_template).lower()
    return _without_system if refuses else _as_they_are


def _as_they_are(messages: Messages) -> Messages:
    return messages


def _without_system(messages: Messages) -> Messages:
    """The system text at the head of the first user message."""
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    rest[0]["content"] = f"{system}\n\n{rest[0]['content']}".strip()
    return rest
