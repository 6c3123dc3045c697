"""The vLLM engine with a two-layer model made on the spot: forms hold, long prompts fail alone, replies are kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from humanllm import asking
from humanllm.asking import Rules, ask
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.errors import InputError
from humanllm.replies import MODELS, schema_of

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tiny_model(folder: Path) -> Path:
    """A Qwen2 of two layers that can write every byte."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(["hello user assistant system"] * 5, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=special[2], pad_token=special[0])
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(fast),
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=1024,
        bos_token_id=None,
        eos_token_id=2,
        pad_token_id=0,
    )
    Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    return folder


def spec(folder: Path) -> ModelSpec:
    return ModelSpec("tiny", "vllm", str(folder), "made", max_model_len=512)


def parse(request: Request, text: str) -> str:
    if request.schema is not None:
        MODELS["score"].model_validate_json(text)
    return text


@pytest.mark.slow
def test_vllm_answers_in_form_and_the_journal_replays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vllm")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
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
    asked = ask(requests, model, journal, dead, parse, Rules(max_dead_share=0.2))
    assert asked.dead == {"long": "overflow"}
    assert asked.answers["c"].value in ("A", "B")
    assert all(" " not in asked.answers[f"s{place}"].value for place in range(8))
    prompt = asked.answers["c"].reply.prompt_tokens
    assert prompt < 40, "the chat template stands in the prompt once"
    assert os.environ["VLLM_NO_USAGE_STATS"] == "1"

    monkeypatch.setattr(asking, "open_engine", None)
    again = ask(requests, model, journal, dead, parse, Rules(max_dead_share=0.2))
    assert {name: answer.value for name, answer in again.answers.items()} == {
        name: answer.value for name, answer in asked.answers.items()
    }
    assert (again.asked, again.replayed, len(dead.read_text().splitlines())) == (0, 10, 1)


def test_a_folder_without_tokenizer_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    (tmp_path / "model.safetensors").write_bytes(b"")
    request = Request("a", [{"role": "user", "content": "x"}], Sampling(0.0, 1))
    with pytest.raises(InputError, match=f"{tmp_path} has no tokenizer"):
        ask([request], spec(tmp_path), tmp_path / "j.jsonl", None, parse)
