"""The Slurm profile against what Slurm says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from humanllm.cluster import (
    RUNTIMES,
    Partition,
    parse_sinfo,
    wrong_account,
    wrong_partitions,
    wrong_polling,
    wrong_profile,
    wrong_requests,
)

SINFO = """cpu*|2-00:00:00|128000|32|(null)
a100|1-00:00:00|1000000|128|gpu:a100:8(S:0-1)
a100|1-00:00:00|500000+|64|gpu:a100:4,gpu:a40:2
debug|30:00|8000|4|(null)
long|infinite|8000|4|gpu:2
"""
LIMITS: dict[str, Any] = {
    "cpu": {"max_runtime": "2d", "max_mem_mb": 128000, "max_threads": 32},
    "a100": {"max_runtime": "1d", "max_mem_mb": 1000000, "max_gpu": 8, "available_gpu_models": ["a100"]},
}


def test_sinfo_is_read() -> None:
    assert parse_sinfo(SINFO) == {
        "cpu": Partition(2880, 128000, 32),
        "a100": Partition(1440, 1000000, 128, {"a100": 8, "a40": 2}),
        "debug": Partition(30, 8000, 4),
        "long": Partition(float("inf"), 8000, 4, {"": 2}),
    }


@pytest.mark.parametrize(
    ("name", "limits", "said"),
    [
        ("gpu", {}, "gpu: Slurm has no such partition; it has a100, cpu, debug, long"),
        ("debug", {"max_runtime": "1h"}, "debug.max_runtime: 1h, but its jobs may take 30 minutes"),
        ("debug", {"max_runtime": 31}, "debug.max_runtime: 31, but its jobs may take 30 minutes"),
        ("cpu", {"max_mem_mb": 256000}, "cpu.max_mem_mb: 256000, but its largest node has 128000"),
        ("cpu", {"max_threads": 64}, "cpu.max_threads: 64, but its largest node has 32 cores"),
        (
            "cpu",
            {"available_gpu_models": ["a100"]},
            "cpu.available_gpu_models: a100, but the GPUs of its nodes are: none",
        ),
        (
            "a100",
            {"max_gpu": 8, "available_gpu_models": ["a40", "h100"]},
            "a100.max_gpu: 8, but the GPUs of its largest node are: 8 a100, 2 a40\n"
            "a100.available_gpu_models: h100, but the GPUs of its nodes are: 8 a100, 2 a40",
        ),
        ("long", {"max_runtime": "9w", "max_threads": 4}, ""),
    ],
)
def test_a_wrong_partition_is_named(name: str, limits: dict[str, Any], said: str) -> None:
    assert "\n".join(wrong_partitions({name: limits}, parse_sinfo(SINFO))) == said


def test_the_projects_own_names_fit_a_cluster_that_has_them() -> None:
    assert list(wrong_partitions(LIMITS, parse_sinfo(SINFO))) == []


def test_gpus_that_no_partition_gives_are_named() -> None:
    profile = {"set-resources": {"rewrite_text": {"gpu_model": "h100"}, "build_task": {"slots": 1}}}
    models = {"big": {"gpus": 16}, "small": {"gpus": 1}, "unused": {"gpus": 99}}
    config = {"models": models, "training": {"ranks": 16}, "students": ["small"]}
    assert list(wrong_profile(profile, LIMITS, config, {"big", "small"})) == [
        "gpu_model: h100, but partitions.yaml offers a100",
        "models.big.gpus: 16, but no partition gives a job more than 8",
        "training.ranks: 16, but no partition gives a job more than 8 GPUs",
    ]


MODELS = {"small": {"gpus": 1}, "big": {"gpus": 8}}
CONFIG: dict[str, Any] = {"models": MODELS, "training": {"ranks": 8}, "students": ["small"]}


def too_much(profile: dict[str, Any], **limits: dict[str, Any]) -> list[str]:
    """What of the rules' requests does not fit, without where to read on."""
    return [line.split(": docs/")[0] for line in wrong_requests(profile, LIMITS | limits, CONFIG, {*MODELS})]


def test_requests_that_fit_no_partition_are_named() -> None:
    assert too_much({}) == []
    small = {"max_runtime": "12h", "max_threads": 48, "max_mem_mb": 256000, "max_gpu": 8}
    asking = ["rewrite_text", "score_quality", "synthesize_product", "judge_product", "train_sft"]
    assert too_much({}, a100=small) == [
        *(f"{rule} asks for 1440 minutes, but max_runtime is 720" for rule in asking),
        "a job that asks a model asks for 64 cores, but max_threads is 48",
        "train_sft asks for 64 cores, but max_threads is 48",
        "train_sft asks for 400000 MB, but max_mem_mb is 256000",
    ]
    assert too_much({}, cpu={"max_runtime": "1d", "max_mem_mb": 64000}) == [
        "a job without GPUs, sent a third time, asks for 2160 minutes, but max_runtime is 1440",
        "a job without GPUs, sent a third time, asks for 96000 MB, but max_mem_mb is 64000",
    ]


def test_what_the_profile_sets_for_a_rule_goes_first() -> None:
    small = {"max_runtime": "12h", "max_mem_mb": 256000, "max_gpu": 8}
    shorter = {rule: {"runtime": 700} for rule, minutes in RUNTIMES.items() if minutes > 720}
    shorter["train_sft"] |= {"mem_mb": 250000}
    assert too_much({"set-resources": shorter}, a100=small) == []


@pytest.mark.parametrize(
    ("default", "said"),
    [
        ({}, ["jobs: 200, but you may have 100 in the queue: set a little less"]),
        (
            {"slurm_account": "theirs", "qos": "gold"},
            [
                "slurm_account: theirs, but yours are lab, research",
                "qos: gold, but yours are normal, preemptible",
                "jobs: 200, but you may have 100 in the queue: set a little less",
            ],
        ),
    ],
)
def test_an_account_that_is_not_yours_is_named(default: dict[str, str], said: list[str]) -> None:
    rows = "research|normal,preemptible|100\nlab|normal|\n"
    assert list(wrong_account({"jobs": 200, "default-resources": default}, rows, "")) == said
    assert list(wrong_account({"jobs": 200, "default-resources": default}, "", "")) == [], "no database, nothing known"


def test_a_qos_that_holds_fewer_jobs_is_named() -> None:
    profile = {"jobs": 200, "default-resources": {"qos": "normal"}, "set-resources": {"train_sft": {"qos": "long"}}}
    said = ["jobs: 200, but qos long lets you have 8 in the queue: set a little less"]
    assert list(wrong_account(profile, "lab|normal,long|\n", "normal|\nlong|8\ndebug|1\n")) == said


def test_polling_that_would_miss_a_jobs_end_is_named() -> None:
    squeue = {"slurm-status-command": "squeue"}
    assert list(wrong_polling(squeue, "MinJobAge               = 300 sec", False)) == []
    assert "after 60 s (MinJobAge): take sacct" in next(wrong_polling(squeue, "MinJobAge = 60 sec", False))
    assert list(wrong_polling({}, "", True)) == []
    assert "take squeue" in next(wrong_polling({}, "", False))
