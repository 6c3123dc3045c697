"""Chat messages as a tokenizer's template takes them.

fit = for_template(tokenizer)
fit([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Messages = list[dict[str, str]]


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
