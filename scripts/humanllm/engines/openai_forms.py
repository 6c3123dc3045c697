"""What OpenAI-compatible servers take and give, without a network: bodies of requests, replies and refusals.

A body, and what a server answers to it:
    {"model": "gpt-4o-2024-11-20", "messages": [...], "temperature": 0.3, "top_p": 1.0, "max_completion_tokens": 128,
     "seed": 71, "response_format": {"type": "json_schema", "json_schema": {"name": "reply", "strict": true, ...}}}
    {"choices": [{"message": {"content": "{\"quality\":\"high\"}"}, "finish_reason": "stop"}],
     "usage": {"prompt_tokens": 412, "completion_tokens": 11, "prompt_tokens_details": {"cached_tokens": 352}}}
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from humanllm.engines.base import OVERFLOW, SERVER, ModelSpec, Reply, Request
from humanllm.engines.letters import of_server

ROOM = ("max_tokens", "max_completion_tokens")
TOO_LONG = re.compile(r"context (length|size|window)|maximum model length", re.IGNORECASE)
# Not all OpenAI models take these in a strict schema; the reply's own check holds them anyway.
BOUNDS = {
    *("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("multipleOf", "minItems", "maxItems", "uniqueItems", "default"),
}
# What chat templates write between messages: text that spells one of these could end its own message.
CONTROL = re.compile(r"(<)(?=\|[\w ]{1,40}\|>|/?s>|(?:start|end)_of_turn>)|(\[)(?=/?INST\])", re.IGNORECASE)
LISTED, LISTED_PLAIN = 20, 5  # likeliest tokens that OpenAI lists at most, in a chat and in a plain completion
AROUND_A_CHOICE = 32  # tokens at most of {"answer":""}: a reply bound to its form ends by itself
LONGEST_SAID, PIECE = 160, 12  # characters: of a server's message in ours, and of a quotation in it


def at_openai(spec: ModelSpec) -> bool:
    """Whether the server is OpenAI's own (or Azure's), which is stricter than others and knows fewer options."""
    host = urlsplit(spec.base_url).hostname or ""
    return any(host == name or host.endswith(f".{name}") for name in ("openai.com", "openai.azure.com"))


def endpoint(spec: ModelSpec) -> str:
    return "/chat/completions" if spec.chat else "/completions"


def body_of(spec: ModelSpec, request: Request) -> dict[str, Any]:
    """The request as the server of `spec` takes it."""
    sampling, ours = request.sampling, not at_openai(spec)
    body: dict[str, Any] = {"model": spec.path, "temperature": sampling.temperature, "top_p": sampling.top_p}
    around = 0 if request.choice is None else AROUND_A_CHOICE
    body[ROOM[0] if ours or not spec.chat else ROOM[1]] = sampling.max_tokens + around
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    messages = [message | {"content": _harmless(message["content"])} for message in request.messages]
    if spec.chat:
        body["messages"] = messages
    else:
        body["prompt"] = "\n\n".join(message["content"] for message in messages)
    if request.stop:
        body["stop"] = list(request.stop)
    if request.letters is not None:
        listed = {"logprobs": True, "top_logprobs": LISTED}
        body |= listed if spec.chat else {"logprobs": LISTED if ours else LISTED_PLAIN}
    schema = _schema(request)
    if schema is not None:
        schema = schema if ours else _unbounded(schema)
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": schema},
        }
    if spec.thinking is not None and ours:
        body["chat_template_kwargs"] = {"enable_thinking": spec.thinking}
    return body


def _harmless(text: str) -> str:
    """Without control marks, and without half characters, which cannot be sent."""
    return CONTROL.sub(lambda match: f"{match.group()} ", text.encode("utf-8", "replace").decode("utf-8"))


def _schema(request: Request) -> dict[str, Any] | None:
    """The form as a schema; a choice stands in an object, which every server can bind a reply to."""
    if request.choice is None:
        return request.schema
    answer = {"type": "string", "enum": request.choice}
    return {"type": "object", "properties": {"answer": answer}, "required": ["answer"], "additionalProperties": False}


def _unbounded(schema: Any) -> Any:
    """The schema without lengths and limits; names of properties are no keywords."""
    if isinstance(schema, list):
        return [_unbounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _unbounded(part) for name, part in value.items()} if key == "properties" else _unbounded(value)
        for key, value in schema.items()
        if key not in BOUNDS
    }


def read_reply(request: Request, answer: Any) -> Reply:
    """The reply in a server's answer. Raises ValueError when it holds none."""
    try:
        choice = answer["choices"][0]
        message = choice.get("message") or {"content": choice["text"]}
        text = message.get("content") or message.get("refusal") or ""
        usage = answer.get("usage") or {}
        details = usage.get("prompt_tokens_details") or {}
        finish = {"length": "length", "content_filter": SERVER}.get(choice.get("finish_reason"), "stop")
        counts = [usage.get("prompt_tokens"), details.get("cached_tokens"), usage.get("completion_tokens")]
        prompt, cached, output = (int(count or 0) for count in counts)
        likely = None if request.letters is None else of_server(request.letters, choice)
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError("an answer without a reply in it") from error
    if request.choice is not None:
        text = _chosen(text)
    return Reply(request.id, text, finish, prompt, cached, output, likely)


def _chosen(text: str) -> str:
    """What stands in {"answer": ...}; the text as it is, for the reader to refuse, where that is broken."""
    try:
        return str(json.loads(text)["answer"])
    except (ValueError, TypeError, KeyError):
        return text


def refusal(status: int, error: dict[str, Any], body: dict[str, Any]) -> str | None:
    """What a 400, 413 or 422 means: OVERFLOW or SERVER for this request alone; None: the server takes none like it."""
    if status == 413 or error.get("code") == "context_length_exceeded" or TOO_LONG.search(str(error.get("message"))):
        return OVERFLOW
    knobs = body.keys() - {"messages", "prompt"}
    return None if str(error.get("param")).split(".")[0] in knobs else SERVER


def withheld(request: Request, error: dict[str, Any]) -> Reply | None:
    """A reply without any, if the server refuses to give log-probabilities; None if it refuses something else."""
    refused = request.letters is not None and "logprob" in f"{error.get('param')} {error.get('message')}"
    return Reply(request.id, "", "stop") if refused else None


def known(error: dict[str, Any]) -> bool:
    """Whether a refusal is surely about the request's text: OpenAI's and Azure's codes of their content filters."""
    return error.get("code") in ("content_filter", "content_policy_violation", "invalid_prompt", "moderation_blocked")


def said(error: dict[str, Any], body: dict[str, Any]) -> str:
    """A server's complaint in one line, without any piece of the request's own text."""
    asked = _one_line(body.get("prompt") or " ".join(one["content"] for one in body.get("messages", ())))
    facts = []
    for key, label in (("message", ""), ("code", "code "), ("param", "param ")):
        fact = _one_line("" if error.get(key) is None else error[key])[:LONGEST_SAID]
        if fact and (isinstance(error[key], int) or not _quotes(fact, asked)):
            facts.append(label + fact)
    return "; ".join(facts) or "no reason given"


def _quotes(fact: str, asked: str) -> bool:
    """Whether any piece of the fact stands in the request's text."""
    return any(fact[place : place + PIECE] in asked for place in range(max(len(fact) - PIECE + 1, 1)))


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())
