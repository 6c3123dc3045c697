from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

import merge_linear
from humanllm.modelfiles import weight_hashes


def run(folder: Path, weights: dict[str, Any], *more: str, dtype: str = "bfloat16", engine: str = "blocks") -> Result:
    """Merge the folders of these names in `folder` into `full`."""
    models = {name: {"path": str(folder / name), "revision": "made"} for name in weights}
    options = [f"--models={json.dumps(models)}", f"--weights={json.dumps(weights)}", f"--dtype={dtype}"]
    options += [f"--engine={engine}", f"--output={folder / 'full'}", f"--plan={folder / 'full.mergekit.yaml'}"]
    options += [f"--manifest={folder / 'full.manifest.json'}", f"--stats={folder / 'full.stats.json'}"]
    return CliRunner().invoke(merge_linear.main, [*options, "--donor=base", "--no-normalize", *more])


def tensors(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return {name: tensor for shard in sorted(folder.glob("*.safetensors")) for name, tensor in load_file(shard).items()}


def split(folder: Path, size: str) -> None:
    """Save a model again, in shards of at most `size`."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size=size)


@pytest.mark.parametrize("engine", ["blocks", pytest.param("mergekit", marks=pytest.mark.slow)])
@pytest.mark.parametrize("tied", [False, True])
def test_every_tensor_is_the_mean_within_the_rounding(
    tmp_path: Path, pico_model: Callable[..., Path], tied: bool, engine: str
) -> None:
    import torch

    base, tuned = pico_model(tmp_path / "base", seed=1, tied=tied), pico_model(tmp_path / "tuned", seed=2, tied=tied)
    split(tuned, "20KB")  # its shards are not those of base
    (tuned / "chat_template.jinja").write_text("another")
    done = run(tmp_path, {"base": 0.5, "tuned": 0.5}, engine=engine)
    assert done.exit_code == 0, done.stderr
    parts = [tensors(folder) for folder in (base, tuned, tmp_path / "full")]
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
    assert manifest["merged"]["sha256"] == weight_hashes(tmp_path / "full")
    assert manifest["models"]["tuned"]["sha256"] == weight_hashes(tuned)
    for name in ("chat_template.jinja", "generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "full" / name).read_bytes() == (base / name).read_bytes(), name
    check_it_loads(tmp_path / "full")


def check_it_loads(folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder)
    assert model(input_ids=torch.arange(4).unsqueeze(0)).logits.shape == (1, 4, 64)


def test_three_models_by_normalised_weights_in_shards_of_the_donor(
    tmp_path: Path, pico_model: Callable[..., Path]
) -> None:
    import torch

    weights = {"base": 1, "tuned": 2, "other": 1}
    for seed, name in enumerate(weights):
        pico_model(tmp_path / name, seed=seed)
    split(tmp_path / "base", "20KB")
    assert "sum to 4, not to 1" in run(tmp_path, weights).stderr
    done = run(tmp_path, weights, "--normalize", dtype="float32")
    assert done.exit_code == 0, done.stderr
    one, two, three, merged = (tensors(tmp_path / name) for name in (*weights, "full"))
    for name in merged:
        mean = one[name].float() * 0.25 + two[name].float() * 0.5 + three[name].float() * 0.25
        assert merged[name].dtype == torch.float32
        assert (merged[name] - mean).abs().max() < 1e-8
    shards = [sorted(path.name for path in (tmp_path / name).glob("model*")) for name in ("base", "full")]
    assert shards[0] == shards[1]
    assert len(shards[0]) > 2
    check_it_loads(tmp_path / "full")


@pytest.mark.slow
def test_the_plan_beside_it_makes_mergekit_write_the_same_numbers(
    tmp_path: Path, pico_model: Callable[..., Path]
) -> None:
    import torch
    from mergekit.config import MergeConfiguration
    from mergekit.merge import run_merge
    from mergekit.options import MergeOptions

    weights = {"base": 0.375, "tuned": 0.5, "other": 0.125}  # sums of these are exact in any order
    for seed, name in enumerate(weights):
        pico_model(tmp_path / name, seed=seed)
    assert run(tmp_path, weights).exit_code == 0
    plan = yaml.safe_load((tmp_path / "full.mergekit.yaml").read_text())
    assert [model["parameters"]["weight"] for model in plan["models"]] == [0.375, 0.5, 0.125]
    options = MergeOptions(write_model_card=False, quiet=True)
    run_merge(MergeConfiguration.model_validate(plan), str(tmp_path / "theirs"), options)
    ours, theirs = tensors(tmp_path / "full"), tensors(tmp_path / "theirs")
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_derived_weights_stand_in_the_place_of_the_given_ones(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    for seed, name in enumerate(("base", "tuned")):
        pico_model(tmp_path / name, seed=seed)
    (tmp_path / "weights.json").write_text('{"weights": {"base": 0.25, "tuned": 0.75}, "losses": {}}')
    done = run(tmp_path, {"base": "derived", "tuned": "derived"}, f"--derived={tmp_path / 'weights.json'}")
    assert done.exit_code == 0, done.stderr
    assert json.loads((tmp_path / "full.manifest.json").read_text())["weights"] == {"base": 0.25, "tuned": 0.75}


def test_bad_input_is_one_line_and_leaves_nothing(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    pico_model(tmp_path / "base")
    pico_model(tmp_path / "wider", hidden=64)
    renamed = pico_model(tmp_path / "renamed")
    words = (renamed / "tokenizer.json").read_text()
    (renamed / "tokenizer.json").write_text(words.replace('"w7"', '"w700"'))
    (tmp_path / "empty").mkdir()
    (tmp_path / "again").symlink_to(tmp_path / "base")
    for tuned, complaint in (
        ("wider", "lm_head.weight is 64x32 in the base model"),
        ("renamed", "the tokenizer of renamed has 64 tokens, that of the donor base 64, and 2 stand in one alone"),
        ("empty", "has no config"),
        ("none", "no model folder at"),
        ("again", "base and again of merging.weights are the same folder"),
    ):
        done = run(tmp_path, {"base": 0.5, tuned: 0.5})
        assert done.exit_code == 1
        assert complaint in done.stderr
        assert done.stderr.count("\n") == 1
    done = run(tmp_path, {"base": 0, "wider": 0})
    assert "sum to nothing" in done.stderr
    assert not (tmp_path / "full").exists()
