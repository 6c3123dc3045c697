"""The protocol's own types: specs, sampling, and which changes make another model of it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from humanllm.engines.base import ENGINES, OF_ADAPTER, OF_REPLIES, ModelSpec, Sampling, fingerprint
from humanllm.errors import InputError

ROOT = Path(__file__).resolve().parents[2]

SPEC = {"name": "m", "engine": "vllm", "path": "owner/m", "revision": "main"}


def spec(**more: object) -> ModelSpec:
    return ModelSpec.of(SPEC | more)


def test_a_spec_is_read() -> None:
    assert spec(gpus=8, thinking=False) == ModelSpec("m", "vllm", "owner/m", "main", gpus=8, thinking=False)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("m", "--asking: model: unknown m"),
        (SPEC | {"gpu": 1}, "--asking: model: unknown ['gpu']"),
        ({"name": "m"}, "missing 3 required positional arguments"),
        (SPEC | {"engine": "magic"}, "no engine 'magic'; known: vllm, openai, extractive"),
    ],
)
def test_a_wrong_spec_says_what_is_wrong(values: object, said: str) -> None:
    with pytest.raises(InputError) as caught:
        ModelSpec.of(values)
    assert said in str(caught.value)


def test_every_field_is_a_knob_of_the_config() -> None:
    schema = yaml.safe_load((ROOT / "rules/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    knobs = schema["$defs"]["model"]["properties"]
    assert {field.name for field in fields(ModelSpec)} == {"name", *knobs}
    assert tuple(knobs["engine"]["enum"]) == ENGINES


def test_the_workflow_runs_a_stage_again_for_all_that_shapes_replies_and_for_no_knob_of_speed() -> None:
    lines = (ROOT / "rules/systems.smk").read_text(encoding="utf-8").splitlines()
    found: dict[str, set[str]] = {}
    exec("\n".join(line for line in lines if line.startswith("SPEED")), found)
    others = {"name", "max_model_len", *OF_REPLIES, *OF_ADAPTER}
    assert {field.name for field in fields(ModelSpec)} - found["SPEED"] == others


def test_sampling_takes_no_seed_from_outside() -> None:
    assert Sampling.of({"temperature": 0.3, "max_tokens": 5}) == Sampling(0.3, 5)
    with pytest.raises(InputError):
        Sampling.of({"temperature": 0.3, "max_tokens": 5, "seed": 1})


def test_identity_follows_from_what_shapes_replies_and_nothing_else() -> None:
    same = spec().identity()
    assert spec(name="other", gpus=4, max_model_len=9).identity() == same
    assert len({same, spec(revision="abc").identity(), spec(chat=False).identity(), spec(path="o/n").identity()}) == 4
    assert len({same, spec(adapter="o/a").identity(), spec(adapter="o/a", adapter_revision="b").identity()}) == 3
    assert spec(adapter_revision="b").identity() == same  # without an adapter it says nothing


def test_a_folder_by_the_name_of_a_served_model_is_not_its_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = spec(engine="openai").identity()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "owner/m").mkdir(parents=True)
    assert spec(engine="openai").identity() == before
    assert spec(engine="openai").pinned().revision == "main"


def test_a_model_made_again_is_another_one(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(bytes(10_000_000))
    before, identity = fingerprint(tmp_path), spec(path=str(tmp_path)).identity()
    assert fingerprint(tmp_path) == before
    weights.write_bytes(bytes(9_999_999) + b"1")
    (tmp_path / "config.json").write_text("{}")
    assert spec(path=str(tmp_path)).identity() != identity
