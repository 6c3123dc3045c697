from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from humanllm.engines.adapters import adapter_folder, rank
from humanllm.engines.base import ModelSpec
from humanllm.errors import InputError
from humanllm.modelfiles import local_folder


def adapter(folder: Path, weights: str = "adapter_model.safetensors", **config: Any) -> Path:
    folder.mkdir(exist_ok=True)
    known = {"peft_type": "LORA", "r": 12, "base_model_name_or_path": "/home/somebody/llama"}
    (folder / "adapter_config.json").write_text(json.dumps(known | config))
    (folder / weights).write_bytes(b"")
    return folder


def spec(folder: Path | str | None) -> ModelSpec:
    return ModelSpec("m", "vllm", "owner/base", "main", adapter=None if folder is None else str(folder))


def test_a_model_without_adapter_has_no_folder_of_one() -> None:
    assert adapter_folder(spec(None)) is None


def test_the_rank_is_the_next_one_that_vllm_takes(tmp_path: Path) -> None:
    folder = adapter(tmp_path / "a")
    assert adapter_folder(spec(folder)) == folder
    assert rank(folder) == 16
    assert rank(adapter(tmp_path / "a", rank_pattern={"q_proj": 64})) == 64
    with pytest.raises(InputError, match="has rank 600: vLLM takes at most 512"):
        rank(adapter(tmp_path / "a", r=600))


def test_what_is_no_adapter_with_safetensors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no adapter_model\.safetensors"):
        adapter_folder(spec(adapter(tmp_path / "bin", weights="adapter_model.bin")))
    with pytest.raises(InputError, match=r"no LoRA adapter \(peft_type 'IA3'\)"):
        adapter_folder(spec(adapter(tmp_path / "ia3", peft_type="IA3")))
    with pytest.raises(InputError, match="no model folder at nowhere"):
        adapter_folder(spec("nowhere"))


def test_an_adapter_in_the_place_of_a_model_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a LoRA adapter: write it as the model's adapter, and its base model as"):
        local_folder(str(adapter(tmp_path / "a")), "main")


def test_an_adapter_made_again_is_another_model(tmp_path: Path) -> None:
    model = spec(adapter(tmp_path / "a"))
    before, revision = model.identity(), model.pinned().adapter_revision
    (tmp_path / "a/adapter_model.safetensors").write_bytes(b"other")
    assert model.identity() != before
    assert model.pinned().adapter_revision != revision
    assert model.pinned().revision == "main"
    tuned = ModelSpec("m", "vllm", "owner/base", "main", adapter="owner/a", adapter_revision="7f")
    assert tuned.weights() == ("owner/base + owner/a", "main + 7f")
    assert spec(None).weights() == ("owner/base", "main")
