"""What went wrong with one try at an OpenAI-compatible server, and what that means: later, never, or not at all.

fault_of(spec, True, 429, {"code": "rate_limit_exceeded"}, {"retry-after": "20"}, body)
# Trouble("https://api.openai.com/v1 answered HTTP 429"), wait 20.0, busy
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

from humanllm.engines.base import ModelSpec
from humanllm.engines.openai_forms import said
from humanllm.errors import EngineError

LONGEST_ASKED = 900.0  # seconds: a server that asks for more (a daily limit) ends the job


class Trouble(Exception):
    """A try that failed and may go well later. `wait`: as the server asks; `busy`: it only has too much to do."""

    def __init__(self, reason: str, wait: float | None = None, busy: bool = False) -> None:
        super().__init__(reason)
        self.wait, self.busy = wait, busy


class Refused(Exception):
    """The server will not answer this request: `error` as it says it."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(status)
        self.status, self.error = status, error


class Over(Exception):
    """The engine has broken down: what waits for its next try gives up."""


def error_in(body: Any, key: str = "") -> dict[str, Any]:
    """The `error` object of an answer, in any of the ways that servers write it, without the key."""
    inner = body.get("error", body) if isinstance(body, dict) else body
    found = inner if isinstance(inner, dict) else {"message": inner}
    hide = {name: str(value).replace(key, "***") for name, value in found.items() if key and key in str(value)}
    return found | hide


def fault_of(
    spec: ModelSpec, keyed: bool, status: int, error: dict[str, Any], headers: Mapping[str, str], body: dict[str, Any]
) -> Exception:
    """What to make of an answer with an HTTP status that is an error. `keyed`: a key was sent."""
    where, variable = spec.base_url, spec.key_variable
    if status in (400, 413, 422):
        return Refused(status, error)
    if status in (401, 403):
        key = f"the key in {variable}" if keyed else f"requests without a key (see key_variable, now {variable})"
        return EngineError(f"{where} does not accept {key} for {spec.path} (HTTP {status})")
    if status == 404:
        return EngineError(f"{where} knows no model {spec.path} (HTTP 404): mend path, or base_url (most end in /v1)")
    if error.get("code") == "insufficient_quota":
        return EngineError(f"the account of {variable} at {where} has no credit left (insufficient_quota)")
    wait = seconds_asked(headers)
    if wait is not None and wait > LONGEST_ASKED:
        return EngineError(f"{where} asks to come back in {wait / 60:.0f} minutes (HTTP {status})")
    if status in (408, 409, 425, 429) or status >= 500:
        return Trouble(f"{where} answered HTTP {status}", wait, busy=status == 429 and not _too_large(error))
    return EngineError(f"{where} answered HTTP {status}: {said(error, body)}")


def _too_large(error: dict[str, Any]) -> bool:
    """A 429 that no waiting mends: the request alone is above the account's tokens a minute."""
    return "request too large" in str(error.get("message")).lower()


def seconds_asked(headers: Mapping[str, str]) -> float | None:
    """How long the server asks to wait: Retry-After in seconds or as a date; None if it does not say."""
    value, short = headers.get("retry-after"), headers.get("retry-after-ms")
    try:
        if short is not None:
            return max(float(short) / 1000, 0.0)
        return None if value is None else max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return None if value is None else max(parsedate_to_datetime(value).timestamp() - time(), 0.0)
    except (ValueError, TypeError):
        return None
