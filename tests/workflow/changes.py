"""What a change runs again: one table for the test (test_invalidation.py) and for the page (docs/reruns.md).

    python tests/workflow/changes.py        # plans every change and prints the page's table

The run is the whole paper's with two small sources, one student and two variants, made of empty files that Snakemake
takes for its own; nothing is computed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from project import Project, copy_project, jobs

EMPTY = ["blogs.zip", "reviews.jsonl.gz", "meta.jsonl.gz", "a_questions.json", "b.jsonl"]  # in dumps/
RUN: dict[str, Any] = {
    "active_sources": ["blogger", "amazon"],
    "sources": {
        "blogger": {"buckets": 2, "dumps": {"blogs": ["dumps/blogs*.zip"]}},
        "amazon": {"buckets": 1, "dumps": {"reviews": ["dumps/reviews.jsonl.gz"], "meta": ["dumps/meta.jsonl.gz"]}},
    },
    "students": ["qwen2.5-3b"],
    "variants": ["full", "t1"],
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
    reruns: tuple[int, ...]  # jobs of FIRST and COLUMNS
    overlay: Mapping[str, Any] = field(default_factory=dict)
    edit: Callable[[Path], None] = lambda folder: None
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


ALL = ()
CHANGES = [
    Change("everything, for comparison", ALL, options=("--forceall",)),
    Change("nothing", ALL),
    Change("a dump added to one of two sources", ALL, edit=append("dumps/blogs-more.zip", "more")),
    Change("that source's dump changed", ALL, edit=append("dumps/blogs.zip", "more")),
    Change("a dump touched, its bytes the same (up to 1 MB)", ALL, edit=touch("dumps/blogs.zip")),
    Change("`filters.blogger.min_characters`", ALL, {"filters": {"blogger": {"min_characters": 400}}}),
    Change("another number of buckets of one source", ALL, {"sources": {"blogger": {"buckets": 3}}}),
    Change("`cleaning.order`", ALL, {"cleaning": {"order": "score_first"}}),
    Change("the prompt of rewriting", ALL, edit=append("scripts/prompts/rewrite/blogger.md", "\nWrite plainly.\n")),
    Change("the prompt of the persona", ALL, edit=append("scripts/prompts/synthesis/persona.md", "\nWrite plainly.\n")),
    Change("the judge's prompt of the persona", ALL, edit=append("scripts/prompts/judge/persona.md", "\nBe strict.\n")),
    Change("all prompts touched, their words the same", ALL, edit=touch("scripts/prompts/*/*.md")),
    Change("`select.quality` of one source", ALL, {"select": {"quality": {"blogger": ["high", "medium"]}}}),
    Change("`judging.cuts` of the persona", ALL, {"judging": {"cuts": {"persona": {"overall": 8}}}}),
    Change("`judging.sampling`", ALL, {"judging": {"sampling": {"max_tokens": 500}}}),
    Change("`seed`", ALL, {"seed": 2026}),
    Change("the teacher's `revision`", ALL, model("llama-3.3-70b", revision="v2")),
    Change("the judge's `revision`", ALL, model("qwen2.5-72b", revision="v2")),
    Change("the student's `revision`", ALL, model("qwen2.5-3b", revision="v2")),
    Change("the teacher's `gpus`, `max_num_seqs`", ALL, model("llama-3.3-70b", gpus=4, max_num_seqs=64)),
    Change("`asking.attempts`, `asking.max_dead_share`", ALL, {"asking": {"attempts": 5, "max_dead_share": 0.1}}),
    Change("`hub.cache`, `hub.offline`", ALL, {"hub": {"cache": "hub", "offline": True}}),
    Change("`sft.caps`", ALL, {"sft": {"caps": {"social_qa": 1000}}}),
    Change("`training.learning_rate`", ALL, {"training": {"learning_rate": 1e-5}}),
    Change("`training.save_minutes`, `training.slices`", ALL, {"training": {"save_minutes": 10, "slices": 4}}),
    Change("`merging.weights`", ALL, {"merging": {"weights": {"base": 0.4, "tuned": 0.6}}}),
    Change("`answering.sampling`", ALL, {"answering": {"sampling": {"temperature": 0.0}}}),
    Change("`scoring.resamples`", ALL, {"scoring": {"resamples": 1000}}),
    Change("a student added", ALL, {"students": ["qwen2.5-3b", "qwen3-8b"]}),
    Change("a variant added", ALL, {"variants": ["full", "t1", "t2"]}),
    Change("a system added", ALL, {"systems": ["gpt-4o"]}),
    Change("a benchmark's file changed", ALL, edit=append("dumps/b.jsonl", "{}\n")),
    Change("a comment or docstring in a script", ALL, edit=append("scripts/score_quality.py", "\n# a remark\n")),
    Change("code of a script", ALL, edit=append("scripts/score_quality.py", "\nREMARK = 1\n")),
    Change("code of a module: tasks", ALL, edit=append("scripts/humanllm/tasks/history.py", "\nREMARK = 1\n")),
    Change("memory, time or partition of a rule", ALL, options=("--set-resources", "train_sft:runtime=99")),
    Change("a package's version in `envs/`", ALL, edit=replace("envs/train.yaml", "deepspeed==", "deepspeed>=")),
    Change("an intermediate table deleted", ALL, edit=delete("results/paper/clean/blogger/0.parquet")),
    Change("a final table deleted", ALL, edit=delete("results/paper/comparison/tombench.csv")),
]


def finished_run(folder: Path) -> Project:
    """A project whose every output is there, an empty file known to Snakemake as made by the rules as they are."""
    project = copy_project(folder)
    (folder / "dumps").mkdir()
    for name in EMPTY:
        (folder / "dumps" / name).touch()
    (folder / "run.yaml").write_text(yaml.safe_dump(RUN), encoding="utf-8")
    for line in project.snakemake("--configfile", "run.yaml", "--summary").stdout.splitlines()[1:]:
        path = folder / line.split("\t")[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch() if path.suffix else path.mkdir(exist_ok=True)
    done = project.snakemake("--configfile", "run.yaml", "--touch", "--forceall", "--quiet", "all")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def planned(finished: Project, change: Change, folder: Path) -> tuple[int, ...]:
    """The jobs of each column that the change runs again."""
    shutil.copytree(finished.folder, folder, symlinks=True)
    change.edit(folder)
    (folder / "change.yaml").write_text(yaml.safe_dump(dict(change.overlay)), encoding="utf-8")
    files = ["--configfile", "run.yaml", "change.yaml"]
    done = Project(folder).snakemake("--dry-run", "--quiet", "rules", *files, *change.options)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(folder)
    found = jobs(done.stdout)
    counts = [sum(found.pop(rule, 0) for rule in rules) for rules in COLUMNS.values()]
    return (sum(found.values()), *counts)


def planned_all(folder: Path) -> dict[str, tuple[int, ...]]:
    """{change: jobs of each column}."""
    finished = finished_run(folder / "finished")
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda change: planned(finished, change, folder / str(CHANGES.index(change))), CHANGES)
        return {change.what: counts for change, counts in zip(CHANGES, found, strict=True)}


def page_table(found: Mapping[str, tuple[int, ...]]) -> str:
    """The table of docs/reruns.md."""
    heads = ["change", FIRST, *COLUMNS]
    rows = [[what, *(str(count) if count else "" for count in counts)] for what, counts in found.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *rows])


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        sys.stdout.write(page_table(planned_all(Path(name))) + "\n")
