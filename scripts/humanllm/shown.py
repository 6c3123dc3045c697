"""Requests as facts to be read by a person: messages, tokens, the journal's key and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from humanllm.engines.base import ModelSpec, Request
from humanllm.journal import entries, key_of
from humanllm.planning.lengths import text_tokens
from humanllm.prompts import load_prompt
from humanllm.replies import MODELS
from humanllm.tokens import counter


def shown(
    requests: Iterable[Request], spec: ModelSpec, prompts: Path, journal: Path | None = None
) -> Iterator[dict[str, Any]]:
    """Each request as facts to be read, e.g. {"id": ..., "messages": [{"role", "content", "tokens"}], "tokens": 412}.

    `journal`: the reply's finish_reason and tokens where that journal has it, else "no".
    """
    spec = spec.pinned()
    count, identity = counter(spec), spec.identity()
    found = {entry["key"]: entry for entry in entries(journal)} if journal else {}
    for request in requests:
        key = key_of(request, identity)
        said = f"{found[key]['finish']}, {found[key]['output']} tokens" if key in found else "no"
        yield {
            "id": request.id,
            "model": spec.name,
            "template": request.template,
            "form": _form(request, prompts),
            "sampling": vars(request.sampling),
            "key": key,
            "journal": said if journal else None,
            "exact": count.exact,
            "messages": [message | {"tokens": text_tokens(count, message["content"])} for message in request.messages],
            "tokens": count(request.messages),
        }


def _form(request: Request, prompts: Path) -> str | None:
    """The name of the form that binds the reply: a JSON schema of humanllm.replies, or the texts allowed."""
    if request.choice is not None:
        return f"one of {', '.join(request.choice)}"
    if request.schema is None:
        return None
    model = load_prompt(prompts / f"{request.template}.md").reply
    return next(name for name, known in MODELS.items() if known is model)
