"""The vLLM engine with a two-layer model made on the spot: forms hold, long prompts fail alone, replies are kept."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from humanllm import sessions
from humanllm.asking import Asked, Rules
from humanllm.engines import vllm as engine
from humanllm.engines.base import ModelSpec, Reply, Request, Sampling
from humanllm.errors import InputError
from humanllm.language import in_language
from humanllm.prompts import load_prompt
from humanllm.replies import MODELS, schema_of
from humanllm.sessions import Session
from tiny_model import likelihoods_by_transformers, tiny_model


def spec(folder: Path) -> ModelSpec:
    return ModelSpec("tiny", "vllm", str(folder), "made", max_model_len=512)


def parse(request: Request, text: str) -> str:
    if request.schema is not None:
        MODELS["score"].model_validate_json(text)
    return text


def ask(requests: list[Request], model: ModelSpec, journal: Path, dead: Path | None = None) -> Asked[str]:
    with Session(model, journal, Rules(max_dead_share=0.2), 0, len(requests), dead) as session:
        return session.ask(requests, parse)


@pytest.mark.slow
def test_vllm_answers_in_form_and_the_journal_replays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vllm")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    # Replies from the journal are checked before an engine starts: the kernels that tell languages are there then.
    assert in_language(pl.Series(["I was there with them."]), "en").to_list() == [True]
    model, sampling = spec(tiny_model(tmp_path / "tiny")), Sampling(0.7, 60)
    shared = [{"role": "system", "content": "hello " * 40}]
    requests = [
        Request(
            f"s{place}", [*shared, {"role": "user", "content": f"{place}"}], sampling, schema=schema_of(MODELS["score"])
        )
        for place in range(8)
    ]
    requests.append(Request("c", [{"role": "user", "content": "A or B?"}], sampling, choice=["A", "B"]))
    requests.append(Request("long", [{"role": "user", "content": "zq" * 600}], sampling))
    journal, dead = tmp_path / "j.jsonl", tmp_path / "dead.jsonl"
    asked = ask(requests, model, journal, dead)
    assert asked.dead == {"long": "overflow"}
    assert asked.answers["c"].value in ("A", "B")
    assert all(" " not in asked.answers[f"s{place}"].value for place in range(8))
    prompt = asked.answers["c"].reply.prompt_tokens
    assert prompt < 40, "the chat template stands in the prompt once"
    assert os.environ["VLLM_NO_USAGE_STATS"] == "1"

    monkeypatch.setattr(sessions, "open_engine", None)
    again = ask(requests, model, journal, dead)
    assert {name: answer.value for name, answer in again.answers.items()} == {
        name: answer.value for name, answer in asked.answers.items()
    }
    assert (again.asked, again.replayed, len(dead.read_text().splitlines())) == (0, 10, 1)


@pytest.mark.slow
def test_a_reply_that_the_context_cut_off_is_paid_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vllm")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    model = replace(spec(tiny_model(tmp_path / "tiny")), max_model_len=64)
    free = Request("b", [{"role": "user", "content": "hello"}], Sampling(0.0, 512))
    with Session(model, tmp_path / "j.jsonl", Rules(accept_length=True), 0, 2) as session:
        asked = session.ask([free], lambda _, text: text)
    reply = asked.answers["b"].reply
    assert (asked.asked, reply.finish_reason, reply.prompt_tokens + reply.output_tokens) == (1, "length", 64)
    with Session(model, tmp_path / "j.jsonl", Rules(max_dead_share=1.0), 0, 1) as session:
        asked = session.ask([free], lambda _, text: text)
    assert (asked.asked, asked.dead) == (0, {"b": "overflow"})


@pytest.mark.slow
def test_tokens_guessed_from_the_prompt_keep_the_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vllm")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    model = replace(spec(tiny_model(tmp_path / "tiny")), ngram_tokens=3, max_num_seqs=4)
    text = '{"quality":"high","harmful":false} ' * 5
    requests = [
        Request(f"s{place}", [{"role": "user", "content": text}], Sampling(0.0, 60), schema=schema_of(MODELS["score"]))
        for place in range(8)
    ]
    # In a process of its own: numba, which guesses, leaves modules behind that vLLM cannot start a second time beside.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        asked = pool.submit(ask, requests, model, tmp_path / "j.jsonl").result()
    assert (len(asked.answers), asked.dead) == (8, {})


@pytest.mark.parametrize(
    ("said", "output", "reason"),
    [("length", 12, "overflow"), ("length", 11, "length"), ("stop", 12, "stop"), (None, 3, "stop")],
)
def test_a_reply_is_too_long_for_the_model_only_where_its_context_is_full(
    said: str | None, output: int, reason: str
) -> None:
    one = SimpleNamespace(text="and", finish_reason=said, token_ids=[5] * output)
    done = SimpleNamespace(request_id="a", prompt_token_ids=[4] * 20, num_cached_tokens=16, outputs=[one])
    assert engine.reply_of(done, 32) == Reply("a", "and", reason, 20, 16, output)


def test_options_follow_from_the_spec() -> None:
    plain = engine.options(ModelSpec("m", "vllm", "owner/m", "main", gpus=8, max_model_len=4096))
    assert (plain["tensor_parallel_size"], plain["max_model_len"], plain["enable_prefix_caching"]) == (8, 4096, True)
    assert plain["gpu_memory_utilization"] == 0.92
    assert plain["quantization"] is None
    assert not plain.keys() & {"max_num_seqs", "speculative_config", "enforce_eager"}
    knobs = {"quantization": "fp8", "ngram_tokens": 4, "memory_share": 0.8, "max_num_seqs": 64}
    tuned = engine.options(ModelSpec("m", "vllm", "owner/m", "main", gpus=1, **knobs))
    assert (tuned["quantization"], tuned["gpu_memory_utilization"], tuned["max_num_seqs"]) == ("fp8", 0.8, 64)
    assert tuned["speculative_config"] == {
        **{"method": "ngram", "prompt_lookup_min": 2, "prompt_lookup_max": 5, "num_speculative_tokens": 4},
    }
    cpu = engine.options(ModelSpec("m", "vllm", "owner/m", "main", max_model_len=512))
    assert (cpu["enforce_eager"], cpu["max_num_batched_tokens"], cpu["tensor_parallel_size"]) == (True, 512, 1)
    assert "gpu_memory_utilization" not in cpu


KILLED = """
import multiprocessing, os, signal, time
from humanllm.engines.vllm import guard
child = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
if __name__ == "__main__":
    child.start()
    assert guard() is not None
    print(child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_engines_processes_end_with_a_killed_job(tmp_path: Path) -> None:
    assert engine.guard() is None
    (tmp_path / "job.py").write_text(KILLED)
    path = os.pathsep.join(sys.path)
    job = subprocess.run(
        [sys.executable, tmp_path / "job.py"], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path}
    )
    child = Path(f"/proc/{int(job.stdout)}/stat")
    for _ in range(200):
        if not child.exists() or child.read_text().rpartition(") ")[2][0] == "Z":
            return
        time.sleep(0.05)
    os.kill(int(job.stdout), signal.SIGKILL)
    raise AssertionError("it outlived the job")


def test_a_folder_without_tokenizer_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    (tmp_path / "model.safetensors").write_bytes(b"")
    request = Request("a", [{"role": "user", "content": "x"}], Sampling(0.0, 1))
    with pytest.raises(InputError, match=f"{tmp_path} has no tokenizer"):
        ask([request], spec(tmp_path), tmp_path / "j.jsonl")


@pytest.mark.slow
def test_every_prompt_is_answered_in_form_or_dead(tmp_path: Path) -> None:
    """Of every stage that asks a model, and of every product."""
    folder = Path(__file__).resolve().parents[2] / "scripts/prompts"
    kinds = ("rewrite", "score", "synthesis", "judge")
    prompts = [load_prompt(path) for kind in kinds for path in sorted((folder / kind).glob("*.md"))]
    by_name = {prompt.name: prompt for prompt in prompts}
    requests = [
        prompt.request(prompt.name, Sampling(0.7, 300), **dict.fromkeys(prompt.fields, "I sold the bed."))
        for prompt in prompts
    ]
    spec = ModelSpec("tiny", "vllm", str(tiny_model(tmp_path / "tiny", 8192)), "made", max_model_len=8192)
    rules = Rules(attempts=2, max_dead_share=1.0)
    with Session(spec, tmp_path / "j.jsonl", rules, 1) as opened:
        asked = opened.ask(requests, lambda request, text: by_name[request.template].parse(text))
    assert len(asked.answers) + len(asked.dead) == len(prompts) >= 24
    assert set(asked.dead.values()) <= {"length", "form"}
    judged = [prompt.name for prompt in prompts if prompt.name.startswith(("judge", "score"))]
    assert set(judged) <= set(asked.answers)


LETTERS = ["A", "B", "C"]


def in_a_process(work: Callable[..., Any], *given: Any) -> Any:
    """Its end frees the model."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def likelihoods(model: ModelSpec, journal: Path, asked: list[str]) -> dict[str, list[float]]:
    """{question: log-probabilities of the letters}."""
    replies = in_a_process(_ask_letters, model, journal, asked)
    given = {name: reply.log_likelihoods or [] for name, reply in replies.items()}
    return {name: [value for value in values if value is not None] for name, values in given.items()}


def _ask_letters(model: ModelSpec, journal: Path, asked: list[str]) -> dict[str, Reply]:
    requests = [Request(text, [{"role": "user", "content": text}], Sampling(1.0, 1), letters=LETTERS) for text in asked]
    with Session(model, journal, Rules(accept_length=True), 0, len(requests)) as session:
        answered = session.ask(requests, lambda _, text: text)
    return {name: answer.reply for name, answer in answered.answers.items()}


@pytest.mark.slow
@pytest.mark.parametrize("chat", [True, False])
def test_log_probabilities_of_letters_are_the_models_own(tmp_path: Path, chat: bool) -> None:
    pytest.importorskip("vllm")
    asked = ["hello user", "A B or C?", "Who?\n\nAnswer:"]
    model = replace(spec(tiny_model(tmp_path / "tiny")), chat=chat)
    found, wanted = likelihoods(model, tmp_path / "j.jsonl", asked), likelihoods_by_transformers(model, asked, LETTERS)
    assert [len(values) for values in found.values()] == [3, 3, 3]
    for text in asked:
        assert found[text] == pytest.approx(wanted[text], abs=0.05)  # bfloat16 on one side
    assert '"likely":[' in gzip.decompress((tmp_path / "j.jsonl.gz").read_bytes()).decode()


@pytest.mark.slow
def test_a_lora_adapter_answers_on_a_base_that_the_config_names(tmp_path: Path) -> None:
    pytest.importorskip("vllm")
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base, adapter, asked = tiny_model(tmp_path / "tiny"), tmp_path / "adapter", ["hello user", "A B or C?"]
    torch.manual_seed(1)
    config = LoraConfig(r=4, lora_alpha=64, target_modules=["q_proj", "v_proj", "down_proj"], init_lora_weights=False)
    get_peft_model(AutoModelForCausalLM.from_pretrained(base), config).save_pretrained(adapter)
    written = json.loads((adapter / "adapter_config.json").read_text())
    written["base_model_name_or_path"] = "/home/somebody/else/llama"  # as Be.FM's: a place on its makers' machine
    (adapter / "adapter_config.json").write_text(json.dumps(written))
    model = spec(base)
    tuned = replace(model, adapter=str(adapter))
    before, after = (likelihoods(one, tmp_path / "j.jsonl", asked) for one in (model, tuned))
    wanted = likelihoods_by_transformers(tuned, asked, LETTERS, adapter)
    for text in asked:
        assert after[text] == pytest.approx(wanted[text], abs=0.1)
        assert before[text] != pytest.approx(wanted[text], abs=0.1)


@pytest.mark.slow
def test_a_model_without_template_goes_on_with_the_plain_text(tmp_path: Path) -> None:
    pytest.importorskip("vllm")
    folder = tiny_model(tmp_path / "tiny")
    (folder / "chat_template.jinja").unlink()
    messages = [{"role": "system", "content": "hello"}, {"role": "user", "content": "user"}]
    request = Request("p", [*messages, {"role": "assistant", "content": "Answer:"}], Sampling(0.0, 4))
    with pytest.raises(InputError, match=r"has no chat template: .* say chat: false for tiny"):
        in_a_process(ask, [request], spec(folder), tmp_path / "j.jsonl")
    plain = replace(spec(folder), chat=False)
    asked: Asked[str] = in_a_process(ask_freely, [request], plain, tmp_path / "k.jsonl")
    from transformers import AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(folder).encode("hello\n\nuser\n\nAnswer:")
    assert asked.answers["p"].reply.prompt_tokens == len(tokens)
    text = asked.answers["p"].reply.text
    stopped = replace(request, stop=(text[2:4],))
    asked = in_a_process(ask_freely, [stopped], plain, tmp_path / "k.jsonl")
    reply = asked.answers["p"].reply
    assert (reply.text, reply.finish_reason) == (text[: text.index(text[2:4])], "stop")


def ask_freely(requests: list[Request], model: ModelSpec, journal: Path) -> Asked[str]:
    with Session(model, journal, Rules(accept_length=True), 0, len(requests)) as session:
        return session.ask(requests, parse)


def test_an_adapter_starts_the_engine_with_its_rank(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": 24}))
    found = engine.options(ModelSpec("m", "vllm", "owner/m", "main", gpus=1), tmp_path)
    assert (found["enable_lora"], found["max_loras"], found["max_lora_rank"]) == (True, 1, 32)
    assert found["trust_remote_code"] is False
    assert found["load_format"] == "safetensors"
