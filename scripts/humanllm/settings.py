"""The run's config for commands that are no rules: config.yaml with overlays laid over it, as Snakemake does.

read_config([Path("config.yaml"), Path("presets/demo.yaml")], Path("rules/schemas/config.schema.yaml"))
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from humanllm.errors import InputError

Config = dict[str, Any]


def merged(base: Config, overlay: Config) -> Config:
    """`base` with `overlay` over it: mappings are merged at every depth, all else is replaced."""
    found = dict(base)
    for key, value in overlay.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = merged(found[key], value) if both else value
    return found


def read_config(paths: Iterable[Path], schema: Path) -> Config:
    """The files' config, each laid over the one before. Raises InputError on a wrong file or knob."""
    config: Config = {}
    for path in paths:
        config = merged(config, read_yaml(path))
    _check(config, schema)
    return config


def read_yaml(path: Path) -> Config:
    """The mapping that a YAML file holds; an empty file holds none. Raises InputError."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read as YAML ({' '.join(str(error).split())[:200]})") from error
    if found is not None and not isinstance(found, dict):
        raise InputError(f"{path} holds no mapping of knobs to values: see config.yaml for the form")
    return found or {}


def _check(config: Config, schema: Path) -> None:
    """Snakemake says all that is wrong, and better; one line is enough to stop a command that is no rule."""
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(read_yaml(schema)).iter_errors(config)
    if first := min(errors, key=lambda error: list(map(str, error.path)), default=None):
        place = ".".join(map(str, first.absolute_path)) or "the config"
        raise InputError(f"{place}: {first.message}; `snakemake --dry-run` with the same config lists every wrong knob")
    names = [config["teacher"], config["judge"], *config["students"], *config["systems"]]
    for name in [*names, *config["distractors"]["systems"]]:
        if name not in config["models"]:
            raise InputError(f"no model {name!r} under models; known: {', '.join(sorted(config['models']))}")
