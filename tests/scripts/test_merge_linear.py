from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import merge_linear


def run(base: Path, tuned: Path, folder: Path, **more: Any) -> Result:
    options = {
        "base": base,
        "tuned": tuned,
        "base-weight": 0.5,
        "tuned-weight": 0.5,
        "dtype": "bfloat16",
        "output": folder / "full",
        "manifest": folder / "full.manifest.json",
        "stats": folder / "full.stats.json",
    }
    arguments = [part for name, value in (options | more).items() for part in (f"--{name}", str(value))]
    return CliRunner().invoke(merge_linear.main, arguments)


@pytest.mark.slow
@pytest.mark.parametrize("tied", [False, True])
def test_every_tensor_is_the_mean_within_the_rounding(
    tmp_path: Path, pico_model: Callable[..., Path], tied: bool
) -> None:
    import torch
    from safetensors.torch import load_file

    base, tuned = pico_model(tmp_path / "base", seed=1, tied=tied), pico_model(tmp_path / "tuned", seed=2, tied=tied)
    (tuned / "chat_template.jinja").write_text("another")
    done = run(base, tuned, tmp_path)
    assert done.exit_code == 0, done.stderr
    parts = [load_file(folder / "model.safetensors") for folder in (base, tuned, tmp_path / "full")]
    assert parts[0].keys() == parts[1].keys() == parts[2].keys()
    for name, merged in parts[2].items():
        assert merged.dtype == torch.bfloat16
        mean = (parts[0][name].float() + parts[1][name].float()) / 2
        assert torch.equal(merged, mean.to(torch.bfloat16)), name
    stats = json.loads((tmp_path / "full.stats.json").read_text())
    assert (stats["in"], stats["kept"]) == (len(parts[0]), len(parts[0]))
    manifest = json.loads((tmp_path / "full.manifest.json").read_text())
    assert manifest["weights"] == {"base": 0.5, "tuned": 0.5}
    assert manifest["probe"]["max_difference"] <= manifest["probe"]["max_allowed"]
    for name in ("chat_template.jinja", "generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "full" / name).read_bytes() == (base / name).read_bytes(), name
    check_it_loads(tmp_path / "full")


def check_it_loads(folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder)
    assert model(input_ids=torch.arange(4).unsqueeze(0)).logits.shape == (1, 4, 64)


@pytest.mark.slow
def test_unequal_weights_are_normalised(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    from safetensors.torch import load_file

    base, tuned = pico_model(tmp_path / "base", seed=1), pico_model(tmp_path / "tuned", seed=2)
    options = {"base-weight": 1, "tuned-weight": 3, "dtype": "float32"}
    assert run(base, tuned, tmp_path, **options).exit_code == 0
    name = "lm_head.weight"
    one, two, merged = (load_file(folder / "model.safetensors")[name] for folder in (base, tuned, tmp_path / "full"))
    assert (merged - (one.float() * 0.25 + two.float() * 0.75)).abs().max() < 1e-8


def test_bad_input_is_one_line_and_leaves_nothing(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    base, wider = pico_model(tmp_path / "base"), pico_model(tmp_path / "wider", hidden=64)
    (tmp_path / "empty").mkdir()
    for tuned, complaint in (
        (wider, "lm_head.weight is 64x32 in the base model"),
        (tmp_path / "empty", "has no config"),
        (tmp_path / "none", "no model folder at"),
    ):
        done = run(base, tuned, tmp_path)
        assert done.exit_code == 1
        assert complaint in done.stderr
        assert done.stderr.count("\n") == 1
    done = run(base, pico_model(tmp_path / "tuned"), tmp_path, **{"base-weight": 0, "tuned-weight": 0})
    assert "sum to nothing" in done.stderr
    assert not (tmp_path / "full").exists()
