"""The config against its schema: every message names the knob, what is wrong with it and what it may be."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError


class ConfigError(ValueError):
    """The config cannot be used; the text lists every wrong knob."""


def _unknown(error: ValidationError) -> list[str]:
    """A line for each key that the schema does not know, with the nearest one that it does."""
    place = ".".join(str(part) for part in error.absolute_path)
    known = sorted(error.schema.get("properties", {}))
    lines = []
    for key in sorted(set(error.instance) - set(known)):
        near = difflib.get_close_matches(str(key), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        lines.append(f"{place + '.' if place else ''}{key}: unknown knob; {hint}")
    return lines


def _fits(error: ValidationError) -> bool:
    """Whether the text, read as YAML, is what the knob wants."""
    try:
        return bool(Draft202012Validator({"type": error.validator_value}).is_valid(yaml.safe_load(error.instance)))
    except yaml.YAMLError:
        return False


def _say(error: ValidationError) -> str:
    knob = ".".join(str(part) for part in error.absolute_path) or "the config"
    if error.validator == "additionalProperties":
        return "; ".join(_unknown(error))
    if error.validator == "type" and isinstance(error.instance, str) and _fits(error):
        return f"{knob}: {error.instance!r} is text: --config makes text of what stands in braces; use a --configfile"
    meaning = error.schema.get("description") if isinstance(error.schema, dict) else None
    return f"{knob}: {error.message}" + (f" ({meaning})" if meaning else "")


OF_ENGINE = {  # fields of a model that one engine alone reads
    "vllm": (
        *("adapter", "adapter_revision", "gpus"),
        *("quantization", "ngram_tokens", "memory_share", "max_num_seqs"),
    ),
    "openai": ("base_url", "key_variable", "concurrency", "requests_a_minute", "tokens_a_minute", "timeout"),
}


def _foreign_fields(models: dict[str, Any]) -> list[str]:
    """A line for each field that a model's engine does not read."""
    return [
        f"models.{name}.{field}: only engine {engine} has it, and this model's is {model['engine']}: take it out"
        for name, model in models.items()
        for engine, fields in OF_ENGINE.items()
        for field in fields
        if engine != model["engine"] and field in model
    ]


INSTRUCTIONS = 2000  # tokens of the longest prompt around a history, and of a chat template


def _unfit_models(config: dict[str, Any]) -> list[str]:
    """A line for each model that cannot do what its role asks of it. Models that `models` lacks are told elsewhere."""
    models = config["models"]
    wrong = [
        f"students: {name} has the engine {models[name]['engine']}: only models of engine vllm can be trained"
        for name in config["students"]
        if name in models and models[name]["engine"] != "vllm"
    ]
    wrong += [
        f"students: {name} has an adapter: only whole models can be trained; take it out, or merge it into its base"
        for name in config["students"]
        if "adapter" in models.get(name, {})
    ]
    teacher = models.get(config["teacher"])
    if teacher is None or teacher["engine"] == "extractive":  # it reads any length, and leaves texts in their language
        return wrong
    synthesis, window = config["synthesis"], teacher.get("max_model_len")
    history, reply = synthesis["max_history_tokens"], synthesis["sampling"]["max_tokens"]
    if window is not None and history + reply + INSTRUCTIONS > window:
        wrong.append(
            f"synthesis.max_history_tokens: {history} of history, {reply} of reply (synthesis.sampling.max_tokens) and"
            f" {INSTRUCTIONS} of instructions are more than models.{config['teacher']}.max_model_len {window}:"
            f" at most {max(0, window - reply - INSTRUCTIONS)} fit"
        )
    if (language := config["filters"]["language"]) not in (None, "en"):
        wrong.append(
            f"filters.language: {language}: the prompts in scripts/prompts have the teacher write English, so all its"
            " rewritings would be dead for their language: use en, or null (any language in, no language checked)"
        )
    return wrong


def _unfit_weights(config: dict[str, Any]) -> list[str]:
    """A line for each thing that is wrong with the weights of the merge."""
    weights, models = config["merging"]["weights"], config["models"]
    wrong = [
        f"merging.weights: no {name} to merge; known: base, tuned (the student before and after training) and the"
        f" models of engine vllm, {', '.join(sorted(known for known in models if models[known]['engine'] == 'vllm'))}"
        for name in weights
        if name not in ("base", "tuned") and models.get(name, {}).get("engine") != "vllm"
    ]
    wrong += [
        f"merging.weights: {name} has an adapter: only whole models can be merged"
        for name in weights
        if "adapter" in models.get(name, {})
    ]
    if "tuned" not in weights:
        wrong.append("merging.weights: tuned is missing: without it the merge would not hold what was trained")
    if (donor := config["merging"]["donor"]) not in weights:
        wrong.append(f"merging.donor: {donor} is none of merging.weights: {', '.join(weights)}")
    numbers = [weight for weight in weights.values() if weight != "derived"]
    total, derived = sum(numbers), len(weights) - len(numbers)
    if derived == 1:
        wrong.append("merging.weights: one derived weight alone is what the others leave: give the number")
    if derived and not total < 1:
        wrong.append(
            f"merging.weights: the numbers sum to {total:g}: they must leave something of 1 for the derived ones"
        )
    if not derived and not total:
        wrong.append("merging.weights: one of them must be above 0")
    elif not derived and not config["merging"]["normalize"] and abs(total - 1) > 1e-6:
        wrong.append(f"merging.weights: they sum to {total:g}, not to 1: change them, or set merging.normalize to true")
    return wrong


def _contradictions(config: dict[str, Any]) -> list[str]:
    """What the schema cannot say: names of no model or source, and values that rule each other out."""
    roles = {"teacher": [config["teacher"]], "judge": [config["judge"]]}
    roles |= {"students": config["students"], "systems": config["systems"]}
    roles["distractors.systems"] = config["distractors"]["systems"]
    roles["training.overrides"] = list(config["training"]["overrides"])
    roles["grading.judge"] = [name for name in [config["grading"]["judge"]] if name is not None]
    known = ", ".join(sorted(config["models"]))
    wrong = [
        f"active_sources: {name} has no entry under sources"
        for name in config["active_sources"]
        if name not in config["sources"]
    ]
    wrong += [
        f"tasks.target_tokens.{task}: min {tokens['min']} is above max {tokens['max']}: no text fits"
        for task, tokens in config["tasks"]["target_tokens"].items()
        if tokens["min"] > tokens["max"]
    ]
    general = sum(one["share"] for one in config["ablations"]["gen"].values())
    if general >= 1:
        wrong.append(f"ablations.gen: the shares sum to {general:g}: they must leave something for ours, so below 1")
    wrong += [*_foreign_fields(config["models"]), *_unfit_models(config), *_unfit_weights(config)]
    return wrong + [
        f"{knob}: no model {name!r} under models; known: {known}"
        for knob, names in roles.items()
        for name in names
        if name not in config["models"]
    ]


def _uncapped(config: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """A line for each task that may give any number of samples."""
    capped = config["sft"]["caps"]
    return [f"sft.caps: no cap of {task}" for task in schema["$defs"]["task_name"]["enum"] if task not in capped]


def check_config(config: dict[str, Any], schema_path: Path) -> None:
    """Raise one ConfigError that lists every wrong knob."""
    schema = yaml.safe_load(schema_path.read_text(encoding="utf-8"))
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda error: list(map(str, error.path)))
    wrong = [_say(error) for error in errors] or _uncapped(config, schema) + _contradictions(config)
    if wrong:
        raise ConfigError("The config cannot be used:\n" + "\n".join(f"  {line}" for line in wrong))
