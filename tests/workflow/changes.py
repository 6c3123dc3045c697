"""What a change runs again, by Snakemake's own plan: the table of docs/reruns.md, which test_invalidation.py holds.

    PYTHONPATH=tests python tests/workflow/changes.py        # plans every change and prints the page's table

The run is the paper's with two small sources, one student and two variants, on a cluster with conda. All its files are
empty; `--touch` makes Snakemake take them for its own, so nothing is computed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from project import ROOT, Project, copy_project, jobs

EMPTY = ["blogs.zip", "reviews.jsonl.gz", "meta.jsonl.gz", "a_questions.json", "b.jsonl"]  # in dumps/
RUN: dict[str, Any] = {
    "active_sources": ["blogger", "amazon"],
    "sources": {
        "blogger": {"buckets": 2, "dumps": {"blogs": ["dumps/blogs*.zip"]}},
        "amazon": {"buckets": 1, "dumps": {"reviews": ["dumps/reviews.jsonl.gz"], "meta": ["dumps/meta.jsonl.gz"]}},
    },
    "students": ["qwen2.5-3b"],
    "variants": ["full", "t1"],
    "systems": ["centaur"],
    "distractors": {"systems": ["qwen2.5-7b"]},
    "benchmarks": {"motivebench": {"files": ["dumps/a_questions.json"]}, "tombench": {"files": ["dumps/b.jsonl"]}},
}
COLUMNS = {  # the page's columns, of rules; the last one has all others
    "`rewrite_text`": ["rewrite_text"],
    "`score_quality`": ["score_quality"],
    "`select_records`": ["select_records"],
    "`synthesize_product`": ["synthesize_product"],
    "`judge_product`": ["judge_product"],
    "`select_product`": ["select_product"],
    "tasks, sets": ["list_items", "build_task", "sample_sft", "derive_variant"],
    "`train_sft`, packing and merging": ["pack_tokens", "train_sft", "merge_linear"],
    "answers": ["generate_distractors", "answer_benchmark", "write_application", "judge_application"],
    "benchmarks, scores, report": [
        *("build_benchmark", "write_harness", "build_application", "score_benchmark", "score_application"),
        *("lay_out_sheet", "compare_scores", "count_funnel", "build_report", "write_cards"),
    ],
}
FIRST = "dumps to records"


@dataclass(frozen=True)
class Change:
    what: str
    overlay: Mapping[str, Any] = field(default_factory=dict)
    edit: Callable[[Path], None] | None = None
    options: tuple[str, ...] = ()


def append(path: str, text: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text, f"{path} has no {old}"
        (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def touch(pattern: str) -> Callable[[Path], None]:
    return lambda folder: [path.touch() for path in folder.glob(pattern)] and None


def delete(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def model(name: str, **knobs: Any) -> dict[str, Any]:
    return {"models": {name: knobs}}


CHANGES = [
    Change("everything, for comparison", options=("--forceall",)),
    Change("nothing"),
    Change("a dump added to one of two sources", edit=append("dumps/blogs-more.zip", "more")),
    Change("that source's dump changed", edit=append("dumps/blogs.zip", "more")),
    Change("a dump touched, its bytes the same (up to 1 MB)", edit=touch("dumps/blogs.zip")),
    Change("`filters.blogger.min_characters`", {"filters": {"blogger": {"min_characters": 400}}}),
    Change("another number of buckets of one source", {"sources": {"blogger": {"buckets": 3}}}),
    Change("`cleaning.order`", {"cleaning": {"order": "score_first"}}),
    Change("the prompt of rewriting", edit=append("scripts/prompts/rewrite/blogger.md", "\nWrite plainly.\n")),
    Change("the prompt of the persona", edit=append("scripts/prompts/synthesis/persona.md", "\nWrite plainly.\n")),
    Change("the judge's prompt of the persona", edit=append("scripts/prompts/judge/persona.md", "\nBe strict.\n")),
    Change("all prompts touched, their words the same", edit=touch("scripts/prompts/*/*.md")),
    Change("`select.quality` of one source", {"select": {"quality": {"blogger": ["high", "medium"]}}}),
    Change("`judging.cuts` of the persona", {"judging": {"cuts": {"persona": {"overall": 8}}}}),
    Change("`judging.sampling`", {"judging": {"sampling": {"max_tokens": 500}}}),
    Change("`seed`", {"seed": 2026}),
    Change("the teacher's `revision`", model("llama-3.3-70b", revision="v2")),
    Change("the judge's `revision`", model("qwen2.5-72b", revision="v2")),
    Change("the student's `revision`", model("qwen2.5-3b", revision="v2")),
    Change("the teacher's `gpus`, `max_num_seqs`", model("llama-3.3-70b", gpus=4, max_num_seqs=64)),
    Change("`asking.attempts`, `asking.max_dead_share`", {"asking": {"attempts": 5, "max_dead_share": 0.1}}),
    Change("`hub.cache`, `hub.offline`", {"hub": {"cache": "hub", "offline": True}}),
    Change("`sft.caps`", {"sft": {"caps": {"social_qa": 1000}}}),
    Change("`training.learning_rate`", {"training": {"learning_rate": 1e-5}}),
    Change("`training.save_minutes`, `training.slices`", {"training": {"save_minutes": 10, "slices": 4}}),
    Change("`merging.weights`", {"merging": {"weights": {"base": 0.4, "tuned": 0.6}}}),
    Change("`answering.sampling`", {"answering": {"sampling": {"temperature": 0.0}}}),
    Change("`scoring.resamples`", {"scoring": {"resamples": 1000}}),
    Change("a student added", {"students": ["qwen2.5-3b", "qwen3-8b"]}),
    Change("a variant added", {"variants": ["full", "t1", "t2"]}),
    Change("a system added", {"systems": ["centaur", "gpt-4o"]}),
    Change("a benchmark's file changed", edit=append("dumps/b.jsonl", "{}\n")),
    Change("a comment or docstring in a script", edit=append("scripts/score_quality.py", "\n# a remark\n")),
    Change("code of a script", edit=append("scripts/score_quality.py", "\nREMARK = 1\n")),
    Change("code of a module: tasks", edit=append("scripts/humanllm/tasks/history.py", "\nREMARK = 1\n")),
    Change("code of a module of all: files", edit=append("scripts/humanllm/files.py", "\nREMARK = 1\n")),
    Change("memory, time or partition of a rule", options=("--set-resources", "train_sft:runtime=99")),
    Change("a package's version in `envs/`", edit=replace("envs/train.yaml", "deepspeed==", "deepspeed>=")),
    Change("an intermediate table deleted", edit=delete("results/paper/clean/blogger/0.parquet")),
    Change("the report deleted", edit=delete("results/paper/report/index.html")),
]


# A conda that only says that it is there.
CONDA = """#!/bin/sh
case "$*" in
  --version) echo "conda 25.9.0" ;;
  "info --json") echo '{"conda_prefix": "/nowhere", "root_prefix": "/nowhere", "platform": "linux-64"}' ;;
  *) echo '{"get": {"channel_priority": "strict"}}' ;;
esac
"""


def on_a_cluster() -> list[str]:
    """What profiles/slurm says of environments and of what counts as a change."""
    profile = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text(encoding="utf-8"))
    triggers = profile.get("rerun-triggers", [])
    method = ["--software-deployment-method", profile["software-deployment-method"]]
    return [*method, *(["--rerun-triggers", *triggers] if triggers else [])]


def finished_run(folder: Path) -> Project:
    """A project whose every output is there, an empty file known to Snakemake as made by the rules as they are."""
    copy_project(folder)
    for name in EMPTY:
        path = folder / "dumps" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (folder / "run.yaml").write_text(yaml.safe_dump(RUN), encoding="utf-8")
    conda = folder / "conda/conda"
    conda.parent.mkdir()
    conda.write_text(CONDA)
    conda.chmod(0o755)
    project = Project(folder, (conda.parent,))
    for line in project.snakemake("--configfile", "run.yaml", "--summary").stdout.splitlines()[1:]:
        path = folder / line.split("\t")[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix:
            path.touch()
        else:
            path.mkdir(exist_ok=True)
    options = [*on_a_cluster(), "--touch", "--forceall", "--quiet", "all"]
    done = project.snakemake("--configfile", "run.yaml", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def planned(finished: Project, changes: Sequence[Change], folder: Path) -> tuple[int, ...]:
    """The jobs of each column that the changes, all made at once, run again."""
    shutil.copytree(finished.folder, folder, symlinks=True)
    overlays = []
    for number, change in enumerate(changes):
        if change.edit:
            change.edit(folder)
        overlays.append(f"change{number}.yaml")
        (folder / overlays[-1]).write_text(yaml.safe_dump(dict(change.overlay)), encoding="utf-8")
    options = [option for change in changes for option in change.options]
    files = ["--configfile", "run.yaml", *overlays]
    project = Project(folder, finished.first_on_path)
    done = project.snakemake("--dry-run", "--quiet", "rules", *on_a_cluster(), *files, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(folder)
    found = jobs(done.stdout)
    counts = [sum(found.pop(rule, 0) for rule in rules) for rules in COLUMNS.values()]
    return (sum(found.values()), *counts)


def planned_each(folder: Path, groups: Sequence[Sequence[Change]]) -> list[tuple[int, ...]]:
    """The plans of the groups, two at a time."""
    finished = finished_run(folder / "finished")
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda at: planned(finished, groups[at], folder / str(at)), range(len(groups))))


def row(what: str, counts: Sequence[int]) -> str:
    return f"| {' | '.join([what, *(str(count) if count else '' for count in counts)])} |".replace("  ", " ")


HEAD = f"| {' | '.join(['change', FIRST, *COLUMNS])} |"


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        plans = planned_each(Path(name), [[change] for change in CHANGES])
    rows = [row(change.what, counts) for change, counts in zip(CHANGES, plans, strict=True)]
    sys.stdout.write("\n".join([HEAD, "|---" * (len(COLUMNS) + 2) + "|", *rows]) + "\n")
