"""How fast models read, write and learn: what turns a plan's tokens into hours. The file says where each is from.

models:
  llama-3.3-70b: {parameters: 70.6e+9, prompt: 7000, output: 2500, load_minutes: 8}
  qwen2.5-7b: {parameters: 7.6e+9, prompt: 7000, output: 2500, load_minutes: 2, training: 2887}
prompt, output: tokens a second of one job of the model (on as many GPUs as the config gives it); prompt tokens are
those that the prefix cache does not have. training: tokens a second of one GPU.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from humanllm.errors import InputError
from humanllm.settings import read_yaml


@dataclass(frozen=True)
class Rate:
    """A model's size and speed. None: not known, so hours are not either."""

    parameters: float | None = None
    prompt: float | None = None
    output: float | None = None
    load_minutes: float = 0.0
    training: float | None = None


@dataclass(frozen=True)
class Rates:
    """The file of rates; `gpus_a_node` is what a node has, for wall times."""

    models: dict[str, Rate]
    gpus_a_node: int

    def of(self, model: str) -> Rate:
        return self.models.get(model, Rate())


def read_rates(path: Path) -> Rates:
    """Raises InputError on what is missing, unknown or no number above 0."""
    given = read_yaml(path)
    if given.keys() != {"models", "gpus_a_node"}:
        raise InputError(f"{path}: wants `gpus_a_node` and `models`, as scripts/rates.yaml has them")
    models, gpus = given["models"], given["gpus_a_node"]
    if not isinstance(models, dict):
        raise InputError(f"{path}: models is {models!r:.80}, and not a mapping of models to their rates")
    if type(gpus) is not int or gpus < 1:
        raise InputError(f"{path}: gpus_a_node is {gpus!r:.80}, and not a whole number from 1 up")
    return Rates({name: _rate(path, name, values) for name, values in models.items()}, gpus)


def _rate(path: Path, name: str, values: object) -> Rate:
    try:
        rate = Rate(**{knob: float(value) for knob, value in dict(values).items()})  # type: ignore[call-overload]
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: models.{name}: {error}".replace("Rate.__init__() ", "")) from error
    for knob, value in vars(rate).items():
        if value is not None and not (math.isfinite(value) and value >= 0 and (value or knob == "load_minutes")):
            raise InputError(f"{path}: models.{name}: every rate is a number above 0, and {knob} is {value:g}")
    return rate
