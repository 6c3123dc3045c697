"""The Slurm profile against the rules: no rule that runs a model is forgotten in it, and none is named that is gone."""

from __future__ import annotations

import re

import yaml

from humanllm import cluster
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
    assert PROFILE["set-resources"].keys() <= rules().keys()


def test_a_retry_asks_for_more() -> None:
    """Of memory and of time; but for the training, whose retries are slices, and the time of what has a journal."""
    fixed = {
        (name, what)
        for name, text in rules().items()
        for what, value in re.findall(r"^ +(mem_mb|runtime)=((?:.|\n)*?),\n", text, flags=re.MULTILINE)
        if "attempt" not in value
    }
    asking = {name for name, text in rules().items() if "--journal" in text}
    assert fixed == {("train_sft", "mem_mb"), ("train_sft", "runtime"), *((name, "runtime") for name in asking)}


def most(text: str, what: str) -> int:
    """The most that a rule asks for of `what` in three attempts."""
    found = re.findall(rf"^ +{what}=((?:.|\n)*?),\n", text, flags=re.MULTILINE)
    value = found[0] if found else ""
    return max(map(int, re.findall(r"\d+", value)), default=0) * (3 if "attempt" in value else 1)


def test_the_check_of_a_cluster_knows_what_rules_ask_for() -> None:
    found = rules()
    assert {name: most(found[name], "runtime") for name in cluster.RUNTIMES} == cluster.RUNTIMES
    without = [text for name, text in found.items() if name not in cluster.RUNTIMES]
    assert max(most(text, "runtime") for text in without) == cluster.CPU_MINUTES
    assert max(most(text, "mem_mb") for text in without) == cluster.CPU_MB
    assert most(found["train_sft"], "mem_mb") == cluster.TRAINING_MB
    assert f"threads: {cluster.CORES} * config" in found["train_sft"]
