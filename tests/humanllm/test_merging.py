from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.errors import InputError
from humanllm.merging import check_alike, probe


def save(folder: Path, **tensors: list[float]) -> Path:
    import torch
    from safetensors.torch import save_file

    folder.mkdir()
    save_file({name: torch.tensor(values) for name, values in tensors.items()}, folder / "model.safetensors")
    return folder


def test_tensors_that_differ_in_shape_are_named(tmp_path: Path) -> None:
    models = {
        "base": save(tmp_path / "a", one=[1.0], two=[1.0]),
        "tuned": save(tmp_path / "b", one=[1.0, 2.0], two=[1]),
    }
    with pytest.raises(InputError, match=r"one is 1 in the base model .* but 2 in the tuned model"):
        check_alike(models)
    with pytest.raises(InputError, match=r"two is 1 in the base model .* but missing in the tuned model"):
        check_alike(models | {"tuned": save(tmp_path / "c", one=[1.0])})
    assert check_alike({"base": models["base"], "tuned": save(tmp_path / "d", one=[3.0], two=[4.0])}) == ["one", "two"]


def test_the_probe_measures_and_refuses(tmp_path: Path) -> None:
    models = {"base": save(tmp_path / "a", one=[1.0, -2.0]), "tuned": save(tmp_path / "b", one=[2.0, 6.0])}
    weights = {"base": 1.0, "tuned": 3.0}  # the mean is [1.75, 4.0]
    good = probe(models, weights, "bfloat16", save(tmp_path / "good", one=[1.755, 4.0]), ["one"])
    assert (good.tensors, round(good.max_difference, 4)) == (1, 0.005)
    with pytest.raises(InputError, match=r"one of the merge is off the weighted mean by 0.25"):
        probe(models, weights, "bfloat16", save(tmp_path / "off", one=[1.75, 4.25]), ["one"])
