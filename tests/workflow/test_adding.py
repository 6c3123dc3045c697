"""docs/evaluation.md's worked examples, done exactly as written: a system, a benchmark and a task are added."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from humanllm.files import read_json
from humanllm.tables import CLEAN, ITEM, SAMPLE, read_rows, write_rows
from openai_server import serve
from project import ROOT, Project, copy_project
from task_data import record

BLOCK = re.compile(
    r"^```\w+\n(?:# |<!-- )(in )?([\w/.]+)(?:, (under|after) ([^\n]+?):?)?(?: -->)?\n(.*?)^```$", re.M | re.S
)
HEADING = re.compile(r"^## ", re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copy_project(tmp_path / "project")


def follow(project: Project, heading: str) -> list[str]:
    """Do what the section's blocks say; the files touched."""
    text = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    (section,) = (part for part in HEADING.split(text) if part.startswith(heading))
    touched = []
    for edit, name, how, where, content in BLOCK.findall(section):
        path = project.folder / name
        touched.append(name)
        if not edit:
            path.write_text(content, encoding="utf-8")
        elif how == "under":
            path.write_text(_under(path.read_text(encoding="utf-8"), where.split(": "), content), encoding="utf-8")
        elif how == "after":
            path.write_text(_after(path.read_text(encoding="utf-8"), where, content), encoding="utf-8")
        else:
            path.write_text(path.read_text(encoding="utf-8") + "\n\n" + content, encoding="utf-8")
    return touched


def _under(text: str, keys: list[str], content: str) -> str:
    """The lines put in right below the line of the last of the nested keys."""
    place = 0
    for key in keys:
        found = re.compile(rf"^ *{re.escape(key)}:$", re.MULTILINE).search(text, place)
        assert found, f"no {key}"
        place = found.end() + 1
    return text[:place] + content + text[place:]


def _after(text: str, name: str, content: str) -> str:
    """The lines put in after the closing brace of the table `name`."""
    place = text.index("\n}\n", text.index(f"{name} = {{")) + 3
    return text[:place] + content + text[place:]


def snakemake(project: Project, overlay: str, *targets: str) -> str:
    done = project.snakemake("--configfile", "presets/demo.yaml", overlay, "--", *targets)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


@pytest.mark.slow
def test_a_system_and_a_benchmark_are_added_by_the_lines_of_the_docs(project: Project) -> None:
    assert follow(project, "Adding a system") == ["mine.yaml"]
    assert follow(project, "Adding a benchmark") == [
        "scripts/humanllm/benchmarks/coins.py",
        "scripts/humanllm/benchmarks/__init__.py",
        "scripts/humanllm/scoring.py",
        "scripts/prompts/benchmarks/coins.md",
        "rules/schemas/config.schema.yaml",
        "coins.yaml",
    ]
    lines = [f"Which coin is worth most, {n}?\t{n + 9} cents\t{n} cents\t1 cent" for n in range(8)]
    (project.folder / "coins.tsv").write_text("\n".join([*lines, "What?\tonly one"]), encoding="utf-8")
    with serve() as server:
        mine = (
            (project.folder / "mine.yaml").read_text(encoding="utf-8").replace("http://127.0.0.1:8000/v1", server.url)
        )
        both = yaml.safe_load(mine) | yaml.safe_load((project.folder / "coins.yaml").read_text(encoding="utf-8"))
        (project.folder / "both.yaml").write_text(yaml.safe_dump(both), encoding="utf-8")
        snakemake(project, "both.yaml", "results/demo/scores/my-model/coins.json")
        assert len(server.bodies) == 8 * 2 * 2  # two orders, each with its likelihood
    results = project.folder / "results/demo"
    items = read_rows(results / "benchmarks/coins.parquet", ITEM)
    assert (len(items), items[0]["options"]) == (8, ["9 cents", "0 cents", "1 cent"])
    assert read_json(results / "benchmarks/coins.stats.json")["dropped"] == {"few_options": 1}
    scores = read_json(results / "scores/my-model/coins.json")
    assert (scores["answers"], scores["columns"]["Coins"]["items"]) == (16, 8)


def test_a_task_is_added_by_the_lines_of_the_docs(project: Project, tmp_path: Path) -> None:
    assert follow(project, "Adding a task") == [
        "scripts/humanllm/tasks/first_words.py",
        "scripts/humanllm/tasks/__init__.py",
        "scripts/prompts/tasks/first_words.md",
        "rules/common.smk",
        "rules/schemas/config.schema.yaml",
        "first_words.yaml",
    ]
    overlays = ("presets/demo.yaml", "first_words.yaml")
    done = project.snakemake("--dry-run", "--configfile", *overlays, "--", "results/demo/sample/blogger/blogs.zip")
    assert done.returncode == 0, done.stdout + done.stderr  # the config is taken
    write_rows(tmp_path / "clean/0.parquet", [record(day, f"Day {day} went well.") for day in range(1, 6)], CLEAN)
    knobs = {"seed": 1, "history-records": 2, "history-words": 9, "min-tokens": 1, "max-tokens": 99, "candidates": 2}
    files = {name: tmp_path / name for name in ("output", "dropped", "stats", "clean")}
    prompts = project.folder / "scripts/prompts/tasks/first_words.md"
    options = knobs | {"buckets": 1, "history-items": 2, "task": "first_words", "prompts": prompts} | files
    command = [sys.executable, project.folder / "scripts/build_task.py", *[f"--{k}={v}" for k, v in options.items()]]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    samples = read_rows(tmp_path / "output", SAMPLE)
    assert [sample["answer"] for sample in samples] == ["Day 4 went well.", "Day 5 went well."]
    assert samples[1]["prompt"].startswith("Day 3 went well.\n\nDay 4 went well.\n\nHow does")


def test_a_task_without_a_cap_is_named(project: Project) -> None:
    follow(project, "Adding a task")
    done = project.snakemake("--dry-run", "--configfile", "presets/demo.yaml", "--", "sft")
    assert done.returncode != 0
    assert "sft.caps: no cap of first_words" in done.stdout + done.stderr
