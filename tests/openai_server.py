"""A small OpenAI-compatible server on loopback whose reply is a pure function of the request, and that can misbehave.

    with serve(lambda body, times: "429" if times == 1 else None) as server:
        server.url       # http://127.0.0.1:41234/v1
        server.bodies    # what was asked, in order
        server.peak      # the most requests at a time
As a process: python -m tests.openai_server --port-file P --delay 0.01 --log L    # L: a line of JSON for each request
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Misbehave = Callable[[dict[str, Any], int], str | None]  # (body, how often this very body came) -> what to do wrong
WORDS = ["the", "garden", "was", "wet", "and", "we", "sat", "near", "an", "old", "wall", "with", "tea", "until", "dark"]
ERRORS: dict[str, tuple[int, dict[str, Any]]] = {
    "429": (429, {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}),
    "quota": (
        429,
        {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"},
    ),
    "500": (500, {"message": "The server had an error", "type": "server_error", "code": None}),
    "401": (401, {"message": "Incorrect API key provided: sk-se****ret", "code": "invalid_api_key"}),
    "404": (404, {"message": "The model does not exist", "code": "model_not_found"}),
    "context": (
        400,
        {"message": "This model's maximum context length is 64 tokens.", "code": "context_length_exceeded"},
    ),
    "filter": (400, {"message": "The prompt was filtered", "code": "content_filter", "param": "prompt"}),
    "parameter": (
        400,
        {"message": "Unsupported value: 'temperature'", "code": "unsupported_value", "param": "temperature"},
    ),
    "system": (400, {"message": "System role not supported", "code": 400}),
    "quoting": (400, {"message": "", "code": None}),  # its message is the prompt itself
    "leaking": (402, {"message": "", "code": "no_credit"}),  # its message holds the key
    "large": (429, {"message": "Request too large for m on tokens per min", "code": "rate_limit_exceeded"}),
    "room": (400, {"message": "max_tokens is too large", "code": "invalid_value", "param": "max_tokens"}),
}


def fill(schema: dict[str, Any], draw: random.Random) -> Any:
    """A value that the schema allows, drawn by `draw`."""
    if "anyOf" in schema:
        return fill(draw.choice(schema["anyOf"]), draw)
    if "enum" in schema or "const" in schema:
        return draw.choice(schema.get("enum") or [schema["const"]])
    kind = schema["type"]
    if kind == "object":
        return {name: fill(part, draw) for name, part in schema["properties"].items()}
    if kind == "array":
        least = schema.get("minItems", 1)
        return [fill(schema["items"], draw) for _ in range(min(least + draw.randrange(2), schema.get("maxItems", 9)))]
    if kind == "integer":
        return draw.randint(schema.get("minimum", 0), schema.get("maximum", 10))
    values = {"null": None, "boolean": draw.random() < 0.5, "number": 0.5}
    return values[kind] if kind in values else " ".join(draw.choice(WORDS) for _ in range(draw.randint(3, 12)))


def text_of(body: dict[str, Any]) -> str:
    """The reply's text: it follows from the body alone."""
    canonical = json.dumps(body, sort_keys=True).encode()
    draw = random.Random(hashlib.sha256(canonical).hexdigest())
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        return json.dumps(fill(form["json_schema"]["schema"], draw), separators=(",", ":"))
    return " ".join(draw.choice(WORDS) for _ in range(8))


def completion(body: dict[str, Any], wrong: str | None = None) -> dict[str, Any]:
    """The whole answer to `body`, as the server and OpenAI's batch files give it."""
    chat, text = "messages" in body, text_of(body)
    reason = {"length": "length", "filtered": "content_filter"}.get(wrong or "", "stop")
    if reason != "stop":
        text = text[: len(text) // 2]
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if wrong == "refusal":
        message |= {"content": None, "refusal": "I'm sorry, I can't assist with that."}
    choice = {"index": 0, "finish_reason": reason} | ({"message": message} if chat else {"text": text})
    prompt = sum(len(one["content"]) for one in body["messages"]) if chat else len(body["prompt"])
    usage = {"prompt_tokens": prompt, "completion_tokens": len(text), "total_tokens": prompt + len(text)}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion" if chat else "text_completion",
        "created": 1,
        "model": body["model"],
        "choices": [] if wrong == "no_choices" else [choice],
        "usage": usage | {"prompt_tokens_details": {"cached_tokens": prompt // 2}},
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": []})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        times = self.server.come(body, self.headers.get("Authorization", ""), self.path)
        try:
            self._answer(body, self.server.misbehave(body, times))
        finally:
            self.server.go()

    def _answer(self, body: dict[str, Any], wrong: str | None) -> None:
        time.sleep(self.server.slow if wrong == "slow" else self.server.delay)
        if wrong in ERRORS:
            status, error = ERRORS[wrong]
            if wrong == "quoting":
                error = error | {"message": f"cannot read {body['messages'][-1]['content']}"}
            if wrong == "leaking":
                error = error | {"message": f"no credit for {self.headers['Authorization']}"}
            self._send(status, {"error": error}, {"Retry-After": self.server.retry_after} if wrong == "429" else {})
        elif wrong == "nothing":
            self._reset()
        elif wrong == "not_json":
            self._write(200, b"<html>Bad gateway</html>")
        else:
            self._send(200, completion(body, wrong), half=wrong == "half")

    def _send(self, status: int, value: Any, headers: dict[str, str] | None = None, half: bool = False) -> None:
        self._write(status, json.dumps(value).encode(), headers, half)

    def _write(self, status: int, body: bytes, headers: dict[str, str] | None = None, half: bool = False) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        if half:
            self.wfile.flush()
            self._reset()

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ValueError):  # the other side, or we ourselves, hung up
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """Counts what comes; `misbehave` says what goes wrong with it."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, misbehave: Misbehave | None = None, delay: float = 0.0, log: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.misbehave = misbehave or (lambda body, times: None)
        self.delay, self.slow, self.retry_after, self.log = delay, 5.0, "0.05", log
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.paths: list[str] = []
        self.times: list[float] = []
        self.running = self.peak = 0
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def come(self, body: dict[str, Any], key: str, path: str) -> int:
        name = json.dumps(body, sort_keys=True)
        with self._lock:
            self.bodies.append(body)
            self.keys.append(key)
            self.paths.append(path)
            self.times.append(time.monotonic())
            self.running += 1
            self.peak = max(self.peak, self.running)
            self._counts[name] += 1
            if self.log is not None:
                with self.log.open("a", encoding="utf-8") as file:
                    file.write(name + "\n")
            return self._counts[name]

    def go(self) -> None:
        with self._lock:
            self.running -= 1

    def handle_error(self, *_: Any) -> None:
        pass


@contextmanager
def serve(misbehave: Misbehave | None = None, delay: float = 0.0) -> Iterator[Server]:
    """The server in a thread of this process."""
    server = Server(misbehave, delay)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="A pretend OpenAI server on loopback; kill it by its process id.")
    parser.add_argument("--port-file", type=Path, required=True, help="gets the port, once it listens")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds a reply")
    parser.add_argument("--log", type=Path, help="gets every request's body, a line each")
    options = parser.parse_args()
    server = Server(delay=options.delay, log=options.log)
    temporary = options.port_file.with_suffix(".tmp")
    temporary.write_text(str(server.server_address[1]))
    temporary.rename(options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
