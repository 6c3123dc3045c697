"""What profiles/slurm says of a cluster, held against what Slurm says: wrong names and limits, before a job is sent.

parse_sinfo("a100*|1-00:00:00|1000000|128|gpu:a100:8(S:0-1)")
    {"a100": Partition(minutes=1440, mem_mb=1000000, cores=128, gpus={"a100": 8})}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

SINFO = "%P|%l|%m|%c|%G"
MINUTES = {"s": 1 / 60, "m": 1, "h": 60, "d": 1440, "w": 10080}
# The most that rules ask for, at the third attempt; a test holds them against rules/.
RUNTIMES = {  # minutes
    **dict.fromkeys(["rewrite_text", "score_quality", "synthesize_product", "judge_product", "train_sft"], 1440),
    **dict.fromkeys(["generate_distractors", "answer_benchmark", "write_application", "judge_application"], 720),
    "derive_weights": 360,
}
CORES = 8  # a GPU
TRAINING_MB = 400000
CPU_MINUTES, CPU_MB = 2160, 96000
FORGETS = 300  # seconds: with squeue as status command Slurm must remember ended jobs longer than polling takes


@dataclass
class Partition:
    """The largest that a job can ask for on one node."""

    minutes: float = 0
    mem_mb: int = 0
    cores: int = 0
    gpus: dict[str, int] = field(default_factory=dict)  # model -> GPUs of a node


def parse_sinfo(text: str) -> dict[str, Partition]:
    """The partitions in what `sinfo -h -o SINFO` prints: a line for each kind of node."""
    found: dict[str, Partition] = {}
    for line in text.split():
        name, limit, memory, cores, gres = line.split("|")
        one = found.setdefault(name.rstrip("*"), Partition())
        one.minutes = max(one.minutes, _slurm_minutes(limit))
        one.mem_mb = max(one.mem_mb, int(memory.rstrip("+")))
        one.cores = max(one.cores, int(cores.rstrip("+")))
        for model, count in re.findall(r"gpu:(?:([\w.-]+):)?(\d+)", gres):
            one.gpus[model] = max(one.gpus.get(model, 0), int(count))
    return found


def _slurm_minutes(text: str) -> float:
    """1-00:00:00, 12:00:00, 30:00 (minutes), infinite."""
    if text in ("infinite", "n/a"):
        return float("inf")
    days, _, rest = text.rpartition("-")
    parts = [int(part) for part in rest.split(":")]
    hours, minutes, seconds = [0] * (3 - len(parts)) + parts
    return int(days or 0) * 1440 + hours * 60 + minutes + seconds / 60


def _minutes(value: int | str) -> float:
    """Of partitions.yaml: 90, 12h, 1d."""
    found = re.fullmatch(r"(\d+) *([smhdw]?)", str(value))
    return int(found[1]) * MINUTES[found[2] or "m"] if found else float("inf")


def wrong_partitions(limits: Mapping[str, Mapping[str, Any]], there: Mapping[str, Partition]) -> Iterator[str]:
    """A line for each name and limit of partitions.yaml that Slurm does not have."""
    for name, limit in limits.items():
        if name not in there:
            yield f"{name}: Slurm has no such partition; it has {', '.join(sorted(there))}"
            continue
        one = there[name]
        if _minutes(limit.get("max_runtime", 0)) > one.minutes:
            yield f"{name}.max_runtime: {limit['max_runtime']}, but its jobs may take {one.minutes:.0f} minutes"
        if limit.get("max_mem_mb", 0) > one.mem_mb:
            yield f"{name}.max_mem_mb: {limit['max_mem_mb']}, but its largest node has {one.mem_mb}"
        if limit.get("max_threads", 0) > one.cores:
            yield f"{name}.max_threads: {limit['max_threads']}, but its largest node has {one.cores} cores"
        has = ", ".join(f"{count} {model or 'of no named model'}" for model, count in one.gpus.items()) or "none"
        for model in limit.get("available_gpu_models", []):
            if model not in one.gpus:
                yield f"{name}.available_gpu_models: {model}, but the GPUs of its nodes are: {has}"
            elif limit.get("max_gpu", 0) > one.gpus[model]:
                yield f"{name}.max_gpu: {limit['max_gpu']}, but the GPUs of its largest node are: {has}"


def wrong_profile(
    profile: Mapping[str, Any], limits: Mapping[str, Mapping[str, Any]], config: Mapping[str, Any], names: set[str]
) -> Iterator[str]:
    """A line for each GPU model that no partition offers, and for models of the run that no partition can hold."""
    offered = {model for limit in limits.values() for model in limit.get("available_gpu_models", [])}
    asked = {one.get("gpu_model") for one in profile.get("set-resources", {}).values()} - {None}
    for model in sorted(asked - offered):
        yield f"gpu_model: {model}, but partitions.yaml offers {', '.join(sorted(offered)) or 'no GPU model'}"
    most = max((limit.get("max_gpu", 0) for limit in limits.values()), default=0)
    for name in sorted(names):
        if config["models"][name].get("gpus", 0) > most:
            yield f"models.{name}.gpus: {config['models'][name]['gpus']}, but no partition gives a job more than {most}"
    if config["training"]["ranks"] > most and any(config["models"][name].get("gpus", 0) for name in config["students"]):
        yield f"training.ranks: {config['training']['ranks']}, but no partition gives a job more than {most} GPUs"


def wrong_requests(
    profile: Mapping[str, Any], limits: Mapping[str, Mapping[str, Any]], config: Mapping[str, Any], names: set[str]
) -> Iterator[str]:
    """A line for each thing of which jobs ask more than a partition gives: such a job goes to the default partition.

    What the profile's set-resources and set-threads say of a rule goes before what the rule says.
    """
    own, ranks = profile.get("set-resources", {}), config["training"]["ranks"]
    with_gpus = [limit for limit in limits.values() if limit.get("max_gpu")]
    without = [limit for limit in limits.values() if not limit.get("max_gpu")]
    yield from _too_much(without, "a job without GPUs, sent a third time,", CPU_MINUTES, 0, CPU_MB)
    if not with_gpus:
        return
    for rule, minutes in RUNTIMES.items():
        yield from _too_much(with_gpus, rule, own.get(rule, {}).get("runtime", minutes), 0, 0)
    most = max((config["models"][name].get("gpus", 0) for name in names), default=0)
    yield from _too_much(with_gpus, "a job that asks a model", 0, CORES * most, 0)
    if any(config["models"][name].get("gpus", 0) for name in config["students"]):
        cores = profile.get("set-threads", {}).get("train_sft", CORES * ranks)
        memory = own.get("train_sft", {}).get("mem_mb", TRAINING_MB)
        yield from _too_much(with_gpus, "train_sft", 0, cores, memory)


def _too_much(
    limits: Iterable[Mapping[str, Any]], who: str, minutes: int | str, cores: int, memory: int | str
) -> Iterator[str]:
    """Values that are expressions are not looked at."""
    rows = (
        ("max_runtime", minutes, "minutes"),
        ("max_threads", cores, "cores"),
        ("max_mem_mb", memory, "MB"),
    )
    for name, asked, unit in rows:
        given = max(_minutes(limit[name]) if name in limit else float("inf") for limit in limits)
        if isinstance(asked, int) and asked > given:
            yield f"{who} asks for {asked} {unit}, but {name} is {given:.0f}: docs/cluster.md, 'Smaller partitions'"


def wrong_account(profile: Mapping[str, Any], associations: str, qualities: str) -> Iterator[str]:
    """A line if the account, QOS or number of jobs is none that the user has.

    `associations`: lines of account|qos,qos|maxsubmit, the user's; `qualities`: of qos|maxsubmit a user, all there are.
    """
    rows = [line.split("|") for line in associations.split()]
    if not rows:
        return
    default = profile.get("default-resources", {})
    accounts = {row[0] for row in rows}
    if (account := default.get("slurm_account")) and account not in accounts:
        yield f"slurm_account: {account}, but yours are {', '.join(sorted(accounts))}"
    levels = {level for row in rows for level in row[1].split(",") if level}
    if (level := default.get("qos")) and levels and level not in levels:
        yield f"qos: {level}, but yours are {', '.join(sorted(levels))}"
    submits = [int(row[2]) for row in rows if row[2].isdigit()]
    if submits and profile.get("jobs", 0) > max(submits):
        yield f"jobs: {profile['jobs']}, but you may have {max(submits)} in the queue: set a little less"
    named = {one.get("qos") for one in (default, *profile.get("set-resources", {}).values())}
    for name, most in (line.split("|") for line in qualities.split()):
        if name in named and most.isdigit() and profile.get("jobs", 0) > int(most):
            yield f"jobs: {profile['jobs']}, but qos {name} lets you have {most} in the queue: set a little less"


def wrong_polling(profile: Mapping[str, Any], scontrol: str, sacct_answers: bool) -> Iterator[str]:
    """A line if Snakemake would not learn of a job's end: `scontrol show config`, and whether sacct answers."""
    command = profile.get("slurm-status-command", "sacct")
    age = re.search(r"^MinJobAge\s*=\s*(\d+)", scontrol, flags=re.MULTILINE)
    if command == "squeue" and age and int(age[1]) < FORGETS:
        yield f"slurm-status-command: squeue, but Slurm forgets an ended job after {age[1]} s (MinJobAge): take sacct"
    if command == "sacct" and not sacct_answers:
        yield "slurm-status-command: sacct, but sacct does not answer: there is no accounting database; take squeue"
