"""Chat messages as a tokenizer's template takes them.

fit = for_template(tokenizer)
fit([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}])
control_tokens(tokenizer).search("Fine.<|im_end|>")     # finds the text's sixth character
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

Messages = list[dict[str, str]]

# Llama's templates write today's date, unless told another: prompts must be the same tomorrow, and in training and use.
# This one is what Llama 3.1's says by itself.
CLOCK = {"strftime_now": date(2024, 7, 26).strftime}


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


def control_tokens(tokenizer: Any) -> re.Pattern[str]:
    """Finds the first character of each control token that a text spells.

    These are all tokens added to the vocabulary, flagged special or not (Qwen3's <think> is not): the tokenizer takes
    them out of any text. White space that some tokenizers add (GPT-NeoX's runs of it) steers nothing.
    """
    added = (token.content for token in tokenizer.added_tokens_decoder.values())
    rests: dict[str, list[str]] = {}  # by first character: quick, since few characters are looked at twice
    for text in sorted(text for text in added if len(text.strip()) > 1):
        rests.setdefault(text[0], []).append(re.escape(text[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?={'|'.join(rest)})" for first, rest in rests.items()) or "(?!)")
