"""Any OpenAI-compatible server: many requests in flight at once, within the server's limits, tried again with patience.

The `openai` client sends; trying again is done here, since the client would not count its own tries against the rate
limits, would not wait longer than two minutes when it is told to, and would not try a broken reply again.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from humanllm.engines.base import OVERFLOW, SERVER, Feed, ModelSpec, Reply, Request, Sampling
from humanllm.engines.openai_faults import Over, Refused, Trouble, error_in, fault_of
from humanllm.engines.openai_forms import ROOM, body_of, known, read_reply, refusal, said, withheld
from humanllm.errors import EngineError, InputError
from humanllm.estimates import estimate

TRIES, TRIES_AT_START = 18, 7  # of a request: about ten minutes, so that a server can be started anew; half a minute
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds between two tries: each wait is twice the one before
PROBE = "Say yes."
OPENAI_KEY = "OPENAI_API_KEY"  # never sent to a server without https


class Pace:
    """Lets so much through a minute, evenly: no burst, so no minute sees more."""

    def __init__(self, a_minute: int | None) -> None:
        self._cost = 60 / a_minute if a_minute else 0.0
        self._free = 0.0

    def wait(self, amount: float, now: float) -> float:
        """Seconds until `amount` may go; its place in the row is taken."""
        start = max(now, self._free)
        self._free = start + amount * self._cost
        return start - now

    def give_back(self, amount: float) -> None:
        """What was reserved and not used."""
        self._free -= max(amount, 0) * self._cost


class OpenAiEngine:
    """`replies` streams, with `spec.concurrency` requests in flight. Raises InputError when there is no key."""

    def __init__(self, spec: ModelSpec) -> None:
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        self.spec, self._key = spec, _key(spec)
        kept = Limits(max_connections=None, max_keepalive_connections=None)  # the client's own: 1,000 and 100
        self._client = AsyncOpenAI(
            api_key=self._key or "none",
            base_url=spec.base_url,
            timeout=spec.timeout,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(limits=kept, timeout=spec.timeout),
        )
        self._requests, self._tokens = Pace(spec.requests_a_minute), Pace(spec.tokens_a_minute)
        self._answered = 0  # how often the server gave an answer
        self._held = 0.0  # until then the server takes nothing
        self._over = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def replies(self, feed: Feed) -> Iterator[Reply]:
        """A reply for each request as it comes. When the server is gone, what is in flight is waited for first."""
        ended: SimpleQueue[Future[Reply]] = SimpleQueue()
        flying: set[Future[Reply]] = set()
        fault: Exception | None = None
        try:
            while True:
                try:
                    while fault is None and len(flying) < self.spec.concurrency and (request := feed()) is not None:
                        future = asyncio.run_coroutine_threadsafe(self._answer(request), self._loop)
                        flying.add(future)
                        future.add_done_callback(ended.put)
                except Exception as broken:  # the feed: what is in flight is paid for, so it is waited for
                    fault = broken
                    self._give_up()
                if not flying:
                    break
                future = ended.get()
                flying.remove(future)
                error = future.exception()
                if error is None:
                    yield future.result()
                elif not isinstance(error, Over):
                    fault = fault or (error if isinstance(error, Exception) else RuntimeError(repr(error)))
                    self._give_up()
        finally:
            for future in flying:
                future.cancel()
        if fault is not None:
            raise fault

    def _give_up(self) -> None:
        """What waits for its next try ends; what is being answered goes on."""
        self._loop.call_soon_threadsafe(self._over.set)

    async def _answer(self, request: Request) -> Reply:
        """The reply, after as many tries as it takes. Raises EngineError when there is no use in going on."""
        body, failures = body_of(self.spec, request), 0
        for tries in itertools.count():
            before = self._answered
            try:
                reply = await self._try(request, body)
                full = reply.finish_reason == "length" and not any(room in body for room in ROOM)
                return replace(reply, finish_reason=OVERFLOW) if full else reply
            except Trouble as trouble:
                others = trouble.busy and self._answered > before  # it answers others: only the row is long
                failures = 1 if others else failures + 1
                if failures >= (TRIES if self._answered else TRIES_AT_START):
                    return await self._last_try(request, body, trouble, failures)
                await self._pause(trouble, tries)
            except Refused as refused:
                if (silent := withheld(request, refused.error)) is not None:
                    return silent
                if any(room in body for room in ROOM) and "messages" in body and self._lacks_room(refused, body):
                    body = {name: value for name, value in body.items() if name not in ROOM}
                    continue
                return await self._refused(request, refused, body)
        raise AssertionError("unreachable")

    async def _try(self, request: Request, body: dict[str, Any]) -> Reply:
        """Ask once, when it is our turn."""
        asked = body.get("prompt") or "".join(message["content"] for message in body["messages"])
        cost = estimate(asked) + request.sampling.max_tokens
        while (wait := self._held - self._loop.time()) > 0:
            await self._rest(wait)
        now = self._loop.time()
        if (wait := max(self._requests.wait(1, now), self._tokens.wait(cost, now))) > 0:
            await self._rest(wait)
        answer = await self._send(body)
        try:
            reply = read_reply(request, answer)
        except ValueError as error:
            raise Trouble(f"{self.spec.base_url} gave {error}") from None
        self._answered += 1
        if reply.prompt_tokens:
            self._tokens.give_back(cost - reply.prompt_tokens - reply.output_tokens)
        return reply

    async def _send(self, body: dict[str, Any]) -> Any:
        """The server's answer as JSON. Raises Trouble, Refused or EngineError."""
        import openai

        create: Any = self._client.chat.completions if self.spec.chat else self._client.completions
        place = "messages" if self.spec.chat else "prompt"
        rest = {name: value for name, value in body.items() if name not in ("model", place)}
        try:
            async with asyncio.timeout(self.spec.timeout):
                answer = await create.with_raw_response.create(
                    model=body["model"], **{place: body[place]}, extra_body=rest
                )
        except openai.APIStatusError as error:
            complaint, headers = error_in(error.body, self._key), error.response.headers
            raise fault_of(self.spec, bool(self._key), error.status_code, complaint, headers, body) from None
        except (openai.APITimeoutError, TimeoutError):
            raise Trouble(f"{self.spec.base_url} gave no answer in {self.spec.timeout:g} seconds") from None
        except openai.APIConnectionError as error:
            reason = type(error.__cause__ or error).__name__
            raise Trouble(f"{self.spec.base_url} broke off or cannot be reached ({reason})") from None
        try:
            return json.loads(answer.http_response.text)
        except ValueError:
            raise Trouble(f"{self.spec.base_url} gave an answer that is no JSON") from None

    async def _last_try(self, request: Request, body: dict[str, Any], trouble: Trouble, failures: int) -> Reply:
        """If the server answers something else, the request is at fault and dead, unless it is answered now."""
        if trouble.busy or not await self._answers_else(body):
            raise EngineError(f"{trouble}, {failures} times (at last for {request.id})") from None
        try:
            return await self._try(request, body)
        except Trouble:
            return Reply(request.id, "", SERVER)

    def _lacks_room(self, refused: Refused, body: dict[str, Any]) -> bool:
        """Whether the reply was given too many tokens: without a number it gets what there is."""
        return refused.error.get("param") in ROOM or refusal(refused.status, refused.error, body) not in (None, SERVER)

    async def _refused(self, request: Request, refused: Refused, body: dict[str, Any]) -> Reply:
        """The reply of a request that is dead for good; EngineError if the server refuses all that is like it."""
        kind = refusal(refused.status, refused.error, body)
        doubtful = kind == SERVER and not known(refused.error)
        if kind is None or (doubtful and not self._answered and not await self._answers_else(body)):
            reason = said(refused.error, body)
            raise EngineError(
                f"{self.spec.base_url} refuses what we ask (HTTP {refused.status}): {reason}: mend the model's entry"
                " under models, or the stage's sampling"
            )
        return Reply(request.id, "", kind)

    async def _answers_else(self, body: dict[str, Any]) -> bool:
        """Whether the server answers another question of this kind: then the request is at fault."""
        asked: dict[str, Any] = {"prompt": PROBE}
        if "messages" in body:  # with the system's message, which some chat templates refuse
            ours = [message for message in body["messages"] if message["role"] == "system"]
            asked = {"messages": [*ours, {"role": "user", "content": PROBE}]}
        try:
            read_reply(Request("probe", [], Sampling(0.0, 1)), await self._send(body | asked))
        except (Trouble, Refused, ValueError):
            return False
        self._answered += 1
        return True

    async def _pause(self, trouble: Trouble, tries: int) -> None:
        """Wait before the next try: longer each time, and as long as the server asks; then all wait."""
        wait = min(FIRST_WAIT * 2.0 ** min(tries, 30), LONGEST_WAIT) * random.uniform(0.75, 1.0)
        if trouble.wait is not None:
            self._held = max(self._held, self._loop.time() + trouble.wait)
            wait = max(wait, trouble.wait * random.uniform(1.0, 1.1))
        await self._rest(wait)

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
        if self._over.is_set():
            raise Over

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._client.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _key(spec: ModelSpec) -> str:
    """The key from the environment; none for a server of one's own. Raises InputError where one is needed."""
    key, safe = os.environ.get(spec.key_variable, "").strip(), spec.base_url.startswith("https://")
    if not safe and spec.key_variable == OPENAI_KEY:
        return ""
    if safe and not key:
        raise InputError(
            f"{spec.name} at {spec.base_url} needs a key: set the environment variable {spec.key_variable}"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InputError(f"the environment variable {spec.key_variable} does not hold a key: it has odd characters")
    return key
