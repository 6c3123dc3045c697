"""A model's folder is used only if it is whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from humanllm.errors import InputError
from humanllm.modelfiles import local_folder


def model(folder: Path) -> Path:
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_text("{}")
    save_file({"weight": np.zeros(64, np.float32)}, folder / "model.safetensors")
    return folder


def test_a_whole_folder_is_taken(tmp_path: Path) -> None:
    assert local_folder(str(model(tmp_path)), "made") == tmp_path


@pytest.mark.parametrize(
    ("name", "said"),
    [("config.json", "has no config"), ("tokenizer.json", "has no tokenizer"), ("model.safetensors", "has no safeten")],
)
def test_a_missing_part_is_named(name: str, said: str, tmp_path: Path) -> None:
    (model(tmp_path) / name).unlink()
    with pytest.raises(InputError, match=said):
        local_folder(str(tmp_path), "made")


def test_cut_weights_are_refused(tmp_path: Path) -> None:
    weights = model(tmp_path) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"model\.safetensors cannot be read .*: fetch or make the model again"):
        local_folder(str(tmp_path), "made")


@pytest.mark.parametrize("index", ["model.safetensors.index.json", "model.index.json", None])
def test_a_missing_shard_is_named_with_and_without_an_index(index: str | None, tmp_path: Path) -> None:
    names = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
    (model(tmp_path) / "model.safetensors").rename(tmp_path / names[0])
    for name in names[1:]:
        shutil.copy(tmp_path / names[0], tmp_path / name)
    if index:
        (tmp_path / index).write_text(json.dumps({"weight_map": dict(zip("abc", names, strict=True))}))
    assert local_folder(str(tmp_path), "made") == tmp_path
    (tmp_path / names[1]).unlink()
    with pytest.raises(InputError, match=r"lacks 1 of 3 weight files, model-00002-of-00003.safetensors first"):
        local_folder(str(tmp_path), "made")


def test_an_index_of_pickles_asks_for_none(tmp_path: Path) -> None:
    (model(tmp_path) / "pytorch_model.bin.index.json").write_text('{"weight_map": {"a": "pytorch_model.bin"}}')
    assert local_folder(str(tmp_path), "made") == tmp_path


@pytest.mark.parametrize("name", ["nowhere", "/tmp/nowhere", "a/b/c"])
def test_what_is_no_folder_and_no_hub_name_is_refused_at_once(name: str) -> None:
    with pytest.raises(InputError, match="no model folder at"):
        local_folder(name, "main")
