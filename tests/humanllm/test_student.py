from __future__ import annotations

import json
from pathlib import Path

from humanllm.modelfiles import local_folder
from humanllm.student import write_student

TEXTS = ["What did you do? I watered the dry bed.", "A café at 10 o'clock: 🙂"] * 5


def make(folder: Path, seed: int = 1) -> dict[str, bytes]:
    write_student(folder, TEXTS, vocabulary=400, layers=1, hidden=32, seed=seed)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_texts_and_seed_give_the_same_model(tmp_path: Path) -> None:
    first = make(tmp_path / "a")
    assert make(tmp_path / "b") == first
    other = make(tmp_path / "c", seed=2)
    assert [name for name in first if other[name] != first[name]] == ["model.safetensors"]


def test_the_folder_is_a_whole_model_that_knows_its_end(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    make(tmp_path / "model")
    folder = local_folder(str(tmp_path / "model"), "made")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.decode(tokenizer(TEXTS[1]).input_ids) == TEXTS[1]
    assert (tokenizer.eos_token, tokenizer.pad_token) == ("<|im_end|>", "<|endoftext|>")
    config = json.loads((folder / "config.json").read_text())
    assert (config["model_type"], config["dtype"], config["eos_token_id"]) == ("qwen2", "bfloat16", 2)
    assert json.loads((folder / "generation_config.json").read_text())["eos_token_id"] == 2
    model = AutoModelForCausalLM.from_pretrained(folder)
    assert model(**tokenizer("dry", return_tensors="pt")).logits.shape[-1] == len(tokenizer)
