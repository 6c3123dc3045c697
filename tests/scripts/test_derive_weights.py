"""derive_weights as a command, on models of two layers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import derive_weights
from humanllm.student import write_student


def line(number: int, answer: str) -> str:
    turns = [{"from": "human", "value": f"w{number}"}, {"from": "gpt", "value": answer}]
    task = "social_qa" if number % 2 else "scenario_generation"
    return json.dumps({"id": f"s{number}", "task": task, "system": "w1", "conversations": turns}) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, name in enumerate(("base", "tuned", "other")):
        write_student(tmp_path / name, ["system user assistant w1 w2"] * 3, 300, layers=1, hidden=32, seed=seed)
    lines = [line(number, "w3 w4 w5") for number in range(20)] + [line(21, " ".join(["w7"] * 50))]
    (tmp_path / "train.jsonl").write_text("".join(lines))
    return tmp_path


def run(folder: Path, weights: dict[str, float | str], *more: str) -> Result:
    models = {name: {"path": str(folder / name), "revision": "made"} for name in weights}
    options = [f"--models={json.dumps(models)}", f"--weights={json.dumps(weights)}", "--donor=base", "--samples=4"]
    options += [f"--train={folder / 'train.jsonl'}", "--max-tokens=90", "--temperature=5", "--device=cpu", "--seed=1"]
    options += [f"--output={folder / 'weights.json'}", f"--stats={folder / 'weights.stats.json'}"]
    return CliRunner().invoke(derive_weights.main, [*options, *more])


def test_derived_weights_share_what_the_fixed_one_leaves(folder: Path) -> None:
    done = run(folder, {"tuned": 0.5, "base": "derived", "other": "derived"})
    assert done.exit_code == 0, done.stderr
    found = json.loads((folder / "weights.json").read_text())
    weights, losses = found["weights"], found["losses"]
    assert weights["tuned"] == 0.5
    assert sum(weights.values()) == pytest.approx(1)
    assert losses.keys() == {"base", "other"}
    assert (weights["base"] < weights["other"]) == (losses["base"] > losses["other"])
    stats = json.loads((folder / "weights.stats.json").read_text())
    assert (stats["in"], stats["kept"]) == (8, len(found["samples"]))
    first = (folder / "weights.json").read_bytes()
    assert run(folder, {"tuned": 0.5, "base": "derived", "other": "derived"}).exit_code == 0
    assert (folder / "weights.json").read_bytes() == first


def test_no_sample_that_fits_is_one_line(folder: Path) -> None:
    done = run(folder, {"base": "derived", "tuned": "derived"}, "--max-tokens=8")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "raise merging.derived.max_tokens" in done.stderr
