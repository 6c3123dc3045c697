from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from humanllm.answering import Questions, requests, responses
from humanllm.asking import Asked, Rules
from humanllm.engines.base import ModelSpec, Reply, Request, Sampling
from humanllm.engines.letters import of_server, spellings, together
from humanllm.engines.openai_forms import body_of, read_reply, withheld
from humanllm.journal import Journal, key_of
from humanllm.sessions import Session
from humanllm.stats import Tally
from openai_server import serve

PROMPTS = Path(__file__).parents[2] / "scripts/prompts/benchmarks"
ITEM = {"id": "x", "question": "Why?", "options": ["to rest", "to eat", "to go"], "gold": 2, "orders": [[2, 0, 1]]}
LETTERS = Request("x", [{"role": "user", "content": "Why?"}], Sampling(1.0, 1), letters=["A", "B", "C"])
SERVED = ModelSpec("s", "openai", "m", "1", base_url="http://127.0.0.1:1/v1")
PLAIN = ModelSpec("s", "openai", "m", "1", base_url="http://127.0.0.1:1/v1", chat=False)
LOGS = {"content": [{"token": "B", "top_logprobs": [{"token": t, "logprob": v} for t, v in (("B", -0.5), (" B", -2))]}]}


def test_a_letter_is_all_the_tokens_that_spell_it() -> None:
    vocabulary = {"A": 1, "ĠA": 2, "▁B": 3, "BA": 4, " A": 5}
    tokens = spellings(vocabulary, ["A", "B", "C"])
    assert tokens == {"A": [1, 2, 5], "B": [3], "C": []}
    half = math.log(0.25)
    assert together({1: half, 2: half, 3: -1.0, 9: 0.0}, tokens) == [pytest.approx(math.log(0.5)), -1.0, None]
    assert together({1: -math.inf}, tokens) == [None, None, None]


@pytest.mark.parametrize("logs", [None, {}, {"content": []}, {"content": [{}]}, {"top_logprobs": [None]}, "none"])
def test_a_server_that_gives_no_log_probabilities(logs: Any) -> None:
    assert of_server(["A"], {"logprobs": logs}) is None


def test_log_probabilities_of_chats_and_of_plain_completions() -> None:
    both = math.log(math.exp(-0.5) + math.exp(-2))
    assert of_server(["A", "B"], {"logprobs": LOGS}) == [None, pytest.approx(both)]
    plain = {"logprobs": {"top_logprobs": [{" A": -1.5, "B": -3.0, "the": -0.1}]}}
    assert of_server(["A", "B"], plain) == [-1.5, -3.0]


def test_what_a_server_is_asked() -> None:
    body = body_of(SERVED, LETTERS)
    assert (body["logprobs"], body["top_logprobs"], body["max_tokens"], body["temperature"]) == (True, 20, 1, 1.0)
    assert body_of(PLAIN, LETTERS)["logprobs"] == 20
    assert body_of(ModelSpec("s", "openai", "m", "1", chat=False), LETTERS)["logprobs"] == 5  # OpenAI's own limit
    assert "logprobs" not in body_of(SERVED, Request("x", LETTERS.messages, LETTERS.sampling))
    reply = read_reply(
        LETTERS, {"choices": [{"message": {"content": "B"}, "finish_reason": "length", "logprobs": LOGS}]}
    )
    assert reply.log_likelihoods == [None, pytest.approx(math.log(math.exp(-0.5) + math.exp(-2))), None]


def test_a_refusal_of_log_probabilities_is_no_dead_request() -> None:
    refused = {"message": "logprobs are not supported by this model", "param": "logprobs"}
    assert withheld(LETTERS, refused) == Reply("x", "", "stop")
    assert withheld(Request("x", [], Sampling(0.7, 9)), refused) is None
    assert withheld(LETTERS, {"message": "context", "param": "messages"}) is None


def test_the_journal_keeps_them_and_older_keys_stay(tmp_path: Path) -> None:
    free = Request("x", LETTERS.messages, LETTERS.sampling)
    assert key_of(free, "i") != key_of(LETTERS, "i")
    assert key_of(free, "i") == "18fef647d833ba5b1bc17ec029628c5f"  # of a journal written before there were letters
    with Journal(tmp_path / "j.jsonl", SERVED) as journal:
        journal.add(LETTERS, Reply("x", "B", "length", 9, 0, 1, [-1.5, None, -2.0]))
    with Journal(tmp_path / "j.jsonl", SERVED) as journal:
        kept = journal.get(LETTERS)
    assert kept is not None
    assert kept.log_likelihoods == [-1.5, None, -2.0]


class Server:
    """Adds log-probabilities to what the pretend server answers: the letter after the options' first word."""

    def __call__(self, answer: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        if "logprobs" in body:
            listed = [("B", -0.2), (" C", -2.0), ("the", -4.0)]
            place = answer["choices"][0]
            if "messages" in body:
                place["logprobs"] = {"content": [{"top_logprobs": [{"token": t, "logprob": v} for t, v in listed]}]}
            else:
                place["logprobs"] = {"top_logprobs": [dict(listed)]}
        return answer


@pytest.mark.parametrize("chat", [True, False])
def test_asked_once_and_read_by_the_options_own_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chat: bool
) -> None:
    import openai_server

    plain, add = openai_server.completion, Server()
    monkeypatch.setattr(openai_server, "completion", lambda body, wrong=None: add(plain(body, wrong), body))
    rows = []
    with serve() as server:
        spec = ModelSpec("s", "openai", "m", "1", base_url=server.url, chat=chat)
        questions = Questions(PROMPTS / "tombench.md", chat)
        for _ in range(2):
            with Session(spec, tmp_path / "j.jsonl", Rules(accept_length=True), 0, 2) as session:
                wanted = requests([ITEM], questions, Sampling(0.7, 16), False, True)
                asked: Asked[str] = session.ask(wanted, lambda _, text: text)
            rows.append(list(responses([ITEM], asked, spec, "s", "p", Tally("t"))))
    assert rows[0] == rows[1]
    assert len(server.bodies) == 2, "the second run is answered by the journal"
    assert server.paths == [f"/v1/{'chat/' if chat else ''}completions"] * 2
    (row,) = rows[0]
    assert row["log_likelihoods"] == [-0.2, -2.0, None]  # shown as B, C, A
    assert row["likeliest"] == 0
    said = [json.dumps(body) for body in server.bodies]
    assert ["[[A]]" in one for one in sorted(said, key=lambda one: "logprobs" in one)] == [True, False]
    if not chat:
        assert all(body["prompt"].endswith("\n\nAnswer:") for body in server.bodies)
