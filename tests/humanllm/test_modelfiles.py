"""A model's folder is used only if it is whole."""

from __future__ import annotations

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


@pytest.mark.parametrize("name", ["nowhere", "/tmp/nowhere", "a/b/c"])
def test_what_is_no_folder_and_no_hub_name_is_refused_at_once(name: str) -> None:
    with pytest.raises(InputError, match="no model folder at"):
        local_folder(name, "main")
