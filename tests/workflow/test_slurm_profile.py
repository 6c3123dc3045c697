"""The Slurm profile against the rules: no rule that runs a model is forgotten in it, and none is named that is gone."""

from __future__ import annotations

import re

import yaml

from project import ROOT

PROFILE = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())


def rules() -> dict[str, str]:
    """{rule: its text}."""
    text = "\n".join(path.read_text() for path in sorted((ROOT / "rules").glob("*.smk")))
    return dict(re.findall(r"^ *rule (\w+):\n((?:(?! *rule \w+:).*\n)+)", text, flags=re.MULTILINE))


def test_every_rule_with_gpus_has_their_model() -> None:
    wanted = {name for name, text in rules().items() if re.search(r"^ +gpu=", text, flags=re.MULTILINE)}
    assert {rule for rule, asked in PROFILE["set-resources"].items() if "gpu_model" in asked} == wanted


def test_it_names_no_rule_that_is_gone() -> None:
    named = {*PROFILE["set-resources"], *PROFILE["groups"]}
    assert named <= rules().keys()


def test_what_is_bundled_is_bundled_by_slots() -> None:
    assert PROFILE["groups"].keys() == PROFILE["group-components"].keys()
    assert {rule for rule, asked in PROFILE["set-resources"].items() if "slots" in asked} == PROFILE["groups"].keys()
