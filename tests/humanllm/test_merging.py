from __future__ import annotations

import errno
import math
from pathlib import Path

import pytest

from humanllm import merging
from humanllm.errors import InputError
from humanllm.merging import check_alike, merge_linear, probe, scaled

HALVES = {"base": 0.5, "tuned": 0.5}


def save(folder: Path, **tensors: list[float]) -> Path:
    import torch
    from safetensors.torch import save_file

    folder.mkdir()
    save_file({name: torch.tensor(values) for name, values in tensors.items()}, folder / "model.safetensors")
    return folder


def test_tensors_that_differ_in_shape_are_named(tmp_path: Path) -> None:
    models = {
        "base": save(tmp_path / "a", one=[1.0], two=[1.0]),
        "tuned": save(tmp_path / "b", one=[1.0, 2.0], two=[1.0]),
    }
    with pytest.raises(InputError, match=r"one is 1 in the base model .* but 2 in the tuned model"):
        check_alike(models)
    with pytest.raises(InputError, match=r"two is 1 in the base model .* but missing in the tuned model"):
        check_alike(models | {"tuned": save(tmp_path / "c", one=[1.0])})
    assert check_alike({"base": models["base"], "tuned": save(tmp_path / "d", one=[3.0], two=[4.0])}) == ["one", "two"]


def test_the_probe_measures_and_refuses(tmp_path: Path) -> None:
    models = {"base": save(tmp_path / "a", one=[1.0, -2.0]), "tuned": save(tmp_path / "b", one=[2.0, 6.0])}
    weights = {"base": 0.25, "tuned": 0.75}  # the mean is [1.75, 4.0]
    good = probe(models, weights, "bfloat16", save(tmp_path / "good", one=[1.755, 4.0]), ["one"])
    assert (good.tensors, round(good.max_difference, 4)) == (1, 0.005)
    with pytest.raises(InputError, match=r"one of the merge is off the weighted mean by 0.25"):
        probe(models, weights, "bfloat16", save(tmp_path / "off", one=[1.75, 4.25]), ["one"])


@pytest.mark.parametrize(
    ("base", "merged", "said"),
    [
        (1.0, math.nan, r"one of the merge holds values that are no numbers \(NaN\): do not use it"),
        (math.nan, math.nan, "one of a model to merge holds values that are no finite numbers"),
        (140000.0, math.inf, "one of the merge overflows: its mean goes up to 7e.04, more than float16 holds; choose"),
    ],
)
def test_the_probe_refuses_what_is_no_number(base: float, merged: float, said: str, tmp_path: Path) -> None:
    models = {"base": save(tmp_path / "a", one=[2.0, base]), "tuned": save(tmp_path / "b", one=[2.0, 0.0])}
    with pytest.raises(InputError, match=said):
        probe(models, HALVES, "float16", save(tmp_path / "c", one=[2.0, merged]), ["one"])


def test_the_probe_passes_over_a_tensor_without_values(tmp_path: Path) -> None:
    folders = [save(tmp_path / name, empty=[], one=[1.0]) for name in "abc"]
    models = dict(zip(HALVES, folders, strict=False))
    assert probe(models, HALVES, "bfloat16", folders[2], ["empty", "one"]).max_difference == 0


def test_the_smallest_numbers_of_float16_are_rounded_by_their_own_step(tmp_path: Path) -> None:
    tiny = 1.5e-7  # between two of its numbers, 2**-24 apart
    models = {name: save(tmp_path / name, one=[tiny]) for name in HALVES}
    rounded = save(tmp_path / "c", one=[3 * 2.0**-24])
    assert probe(models, HALVES, "float16", rounded, ["one"]).max_difference == pytest.approx(2.9e-8, rel=0.1)


def test_weights_sum_to_one_or_are_made_to() -> None:
    assert scaled({"base": 0.25, "tuned": 0.75}, False) == {"base": 0.25, "tuned": 0.75}
    assert scaled({"base": 1, "tuned": 3}, True) == {"base": 0.25, "tuned": 0.75}
    with pytest.raises(InputError, match=r"\(base 1, tuned 3\) sum to 4, not to 1: change them, or set merging.norm"):
        scaled({"base": 1, "tuned": 3}, False)
    with pytest.raises(InputError, match="sum to nothing"):
        scaled({"base": 0, "tuned": 0}, True)


def test_quantised_weights_have_no_mean(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    (tmp_path / "a").mkdir()
    save_file({"one": torch.ones(2, dtype=torch.int8)}, tmp_path / "a/model.safetensors")
    with pytest.raises(InputError, match=r"one of the base model .* is stored as I8, of which there is no mean"):
        check_alike({"base": tmp_path / "a"})


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(merging, "write_mean", full)
    with pytest.raises(InputError, match=r"does not fit into .* \(No space left on device\): make room"):
        merge_linear({}, {}, "bfloat16", "base", "blocks", tmp_path / "full")
