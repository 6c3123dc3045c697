"""The config against its schema: nothing unknown, nothing unread, every message names the knob."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("jsonschema")
ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "rules/schemas/config.schema.yaml"


def load(*names: str) -> dict[str, Any]:
    """config.yaml with overlays laid over it, as Snakemake does."""

    def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
        for key, value in over.items():
            base[key] = (
                merge(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
            )
        return base

    config: dict[str, Any] = {}
    for name in ("config.yaml", *names):
        merge(config, yaml.safe_load((ROOT / name).read_text(encoding="utf-8")))
    return config


def wrong(config: dict[str, Any]) -> str:
    from configuration import ConfigError, check_config

    with pytest.raises(ConfigError) as caught:
        check_config(config, SCHEMA)
    return str(caught.value)


@pytest.mark.parametrize("overlay", [(), *[(f"presets/{path.name}",) for path in sorted((ROOT / "presets").iterdir())]])
def test_config_and_presets_fit_the_schema(overlay: tuple[str, ...]) -> None:
    from configuration import check_config

    check_config(load(*overlay), SCHEMA)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("traning", {}, "traning: unknown knob; did you mean training?"),
        ("training.zero_stage", 4, "training.zero_stage: 4 is not one of [0, 1, 2, 3, 'auto'] (0 to 3, or auto: by"),
        (
            "training.micro_batch",
            "all",
            "training.micro_batch: 'all' is not valid under any of the given schemas (a whole",
        ),
        ("training.overrides", {"qwen9": {"zero_stage": 3}}, "training.overrides"),
        ("training.epoch", 3, "training.epoch: unknown knob; did you mean epochs?"),
        ("training.epochs", "three", "training.epochs: 'three' is not of type 'integer' (a whole number, 1 or more)"),
        ("sft.test_share", 1.5, "sft.test_share: 1.5 is greater than or equal to the maximum of 1"),
        ("teacher", "gpt-9", "teacher: no model 'gpt-9' under models; known: centaur, extractive"),
        ("students", ["nobody"], "students: no model 'nobody' under models"),
        (
            "models.qwen3-8b.adapter",
            "owner/lora",
            "students: qwen3-8b has an adapter: only whole models can be trained",
        ),
        ("models.gpt-4o.adapter", "owner/lora", "models.gpt-4o.adapter: only engine vllm has it"),
        ("sft.caps.social_q", 9, "sft.caps: 'social_q' is not one of"),
        ("active_sources", ["myspace"], "active_sources.0: 'myspace' is not one of"),
        ("training.epochs", "3", "training.epochs: '3' is text: --config makes text of what stands in braces"),
        (
            "tasks.target_tokens.writing_imitation.min",
            1001,
            "target_tokens.writing_imitation: min 1001 is above max 1000",
        ),
        ("merging.weights", {"base": 0, "tuned": 0}, "merging.weights: one of them must be above 0"),
        ("merging.weights", {"base": 0.5, "tuned": 0.6}, "merging.weights: they sum to 1.1, not to 1: change them, or"),
        ("merging.weights", {"base": 0.5, "mine": 0.5}, "merging.weights: no mine to merge; known: base, tuned ("),
        ("merging.weights", {"base": 0.5, "gpt-4o": 0.5}, "merging.weights: no gpt-4o to merge"),
        ("merging.weights", {"base": 0.5, "qwen3-8b": 0.5}, "merging.weights: tuned is missing"),
        ("merging.weights", {"base": "derived", "tuned": 0.5}, "merging.weights: one derived weight alone"),
        (
            "merging.weights",
            {"tuned": 1, "base": "derived", "qwen3-8b": "derived"},
            "merging.weights: the numbers sum to 1: they must leave something of 1 for the derived ones",
        ),
        ("merging.weights", {"base": "half", "tuned": 0.5}, "merging.weights.base: 'half' is not valid"),
        ("merging.donor", "qwen3-8b", "merging.donor: qwen3-8b is none of merging.weights: base, tuned"),
        (
            "synthesis.max_history_tokens",
            124_977,
            "synthesis.max_history_tokens: 124977 of history, 4096 of reply (synthesis.sampling.max_tokens) and 2000 of"
            " instructions are more than models.llama-3.3-70b.max_model_len 131072: at most 124976 fit",
        ),
        ("teacher", "qwen2.5-72b", "models.qwen2.5-72b.max_model_len 32768: at most 26672 fit"),
        ("filters.language", "de", "filters.language: de: the prompts in scripts/prompts have the teacher write"),
        ("students", ["gpt-4o"], "students: gpt-4o has the engine openai: only models of engine vllm can be trained"),
        (
            "models.extractive.gpus",
            1,
            "models.extractive.gpus: only engine vllm has it, and this model's is extractive",
        ),
        ("models.qwen3-8b.timeout", 9, "models.qwen3-8b.timeout: only engine openai has it, and this model's is vllm"),
        (
            "models.qwen3-8b.memory_share",
            0,
            "models.qwen3-8b.memory_share: 0 is less than or equal to the minimum of 0",
        ),
        ("judging.cuts.style.overall", 11, "judging.cuts.style.overall: 11 is greater than the maximum of 10"),
    ],
)
def test_a_wrong_knob_is_named(path: str, value: Any, said: str) -> None:
    config = copy.deepcopy(load())
    place = config
    *folders, last = path.split(".")
    for folder in folders:
        place = place[folder]
    place[last] = value
    assert said in wrong(config)


@pytest.mark.parametrize(
    ("teacher", "language", "history"),
    [("llama-3.3-70b", None, 124_976), ("extractive", "de", 10**6), ("gpt-4o", "en", 10**6)],  # gpt-4o: length unknown
)
def test_what_a_teacher_can_do_is_not_refused(teacher: str, language: str | None, history: int) -> None:
    from configuration import check_config

    config = load()
    config["teacher"], config["filters"]["language"] = teacher, language
    config["synthesis"]["max_history_tokens"] = history
    check_config(config, SCHEMA)


def test_all_wrong_knobs_are_listed_at_once() -> None:
    config = load()
    config["seed"] = -1
    config["users"]["min_records"]["reddit"] = 0
    assert wrong(config).count("\n") == 2


def knobs(schema: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of the schema's fixed properties."""
    found = []
    for name, inner in schema.get("properties", {}).items():
        found += [(*path, name), *knobs(inner, (*path, name))]
    return found


def test_every_object_of_the_schema_refuses_unknown_keys() -> None:
    def visit(schema: Any) -> None:
        if isinstance(schema, dict):
            if schema.get("type") == "object":
                assert "additionalProperties" in schema, f"{schema}: say additionalProperties"
            for inner in schema.values():
                visit(inner)

    visit(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))


def test_no_knob_is_unread() -> None:
    """Every top-level part and its direct knobs are named in a rule file or in the code beside the rules."""
    files = [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk"), *(ROOT / "rules").glob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    words = set(re.findall(r"[a-z_0-9]+", text))
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    whole = {
        ("filters", "reddit"),
        ("filters", "twitter"),
        ("filters", "blogger"),
        ("filters", "amazon"),
        ("asking", "attempts"),
        ("asking", "max_dead_share"),
        ("applications", "human_explainer"),
        ("applications", "personalized_writing"),
    }  # passed on as JSON, or read by the name in a wildcard
    for path in knobs(schema):
        if len(path) <= 2 and path[:2] not in whole:
            assert path[-1] in words, f"config knob {'.'.join(path)} is read by no rule: use it or delete it"
