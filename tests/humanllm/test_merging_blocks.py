"""Blocks of numbers from safetensors files and back into one that safetensors reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from humanllm import merging_blocks
from humanllm.errors import InputError
from humanllm.merging_blocks import stored_tensors, write_mean
from humanllm.modelfiles import weight_hashes


def save(folder: Path, **tensors: list[float]) -> Path:
    import torch
    from safetensors.torch import save_file

    folder.mkdir()
    save_file({name: torch.tensor(values) for name, values in tensors.items()}, folder / "model.safetensors")
    return folder


def test_tensors_are_found_where_they_lie(tmp_path: Path) -> None:
    folder = save(tmp_path / "a", one=[1.0, 2.0], two=[3.0])
    found = stored_tensors(folder)
    assert {name: (one.dtype, one.shape, one.count) for name, one in found.items()} == {
        "one": ("F32", (2,), 2),
        "two": ("F32", (1,), 1),
    }
    assert found["two"].start == found["one"].start + 8 == (folder / "model.safetensors").stat().st_size - 4


@pytest.mark.parametrize("block", [1, 3, 100])
def test_the_mean_does_not_depend_on_the_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    from safetensors.torch import load_file

    monkeypatch.setattr(merging_blocks, "BLOCK", block)
    models = {
        "base": save(tmp_path / "a", one=[1.0, -2.0, 8.0, 0.5, 3.0], two=[]),
        "tuned": save(tmp_path / "b", one=[2.0, 6.0, 0.0, 0.5, -3.0], two=[]),
    }
    (tmp_path / "merged").mkdir()
    hashes = write_mean(models, {"base": 0.25, "tuned": 0.75}, "float16", "base", tmp_path / "merged")
    merged = load_file(tmp_path / "merged/model.safetensors")
    assert merged["one"].tolist() == [1.75, 4.0, 2.0, 0.5, -1.5]
    assert merged["two"].tolist() == []
    assert hashes == weight_hashes(tmp_path / "merged")


def test_a_file_that_is_cut_while_it_is_read_is_named(tmp_path: Path) -> None:
    models = {"base": save(tmp_path / "a", one=[1.0, 2.0]), "tuned": save(tmp_path / "b", one=[1.0, 2.0])}
    weights = models["tuned"] / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-3])
    (tmp_path / "merged").mkdir()
    with pytest.raises(InputError, match=r"the weights .*b/model\.safetensors end too early"):
        write_mean(models, {"base": 0.5, "tuned": 0.5}, "bfloat16", "base", tmp_path / "merged")
