"""What docs/cluster.md promises of a run: folders of one's choice, a link to the profile, jobs that ask no network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from environment import job_environment
from project import ROOT, Project

PAGE = (ROOT / "docs/cluster.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    """The block of the page whose first line is `# name`."""
    found = re.search(rf"^```yaml\n(# {name}\n.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found, f"docs/cluster.md has no example {name}"
    return found[1]


def test_the_pages_overlay_puts_everything_where_it_says(project: Project) -> None:
    """Nothing of the plan lies in the project's own folder but the dumps."""
    (project.folder / "mine.yaml").write_text(example("mine.yaml"))
    for name in ("blogger/blogs.zip", "motivebench/A/A_questions.json", "tombench/a.jsonl"):
        path = project.folder / "dumps" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    done = project.snakemake("--configfile", "mine.yaml", "--summary")
    assert done.returncode == 0, done.stderr[-3000:]
    made = [line.split("\t")[0] for line in done.stdout.splitlines()[1:]]
    assert len(made) > 500
    elsewhere = ("/scratch/me/humanllm/results/", "/project/me/humanllm/state/")
    assert [path for path in made if not path.startswith(elsewhere)] == []


def test_plain_slurm_names_the_profile() -> None:
    assert (ROOT / "slurm").is_symlink()
    assert (ROOT / "slurm").resolve() == ROOT / "profiles/slurm"


@pytest.mark.parametrize(
    ("hub", "said"),
    [
        ({"cache": None, "offline": False}, {}),
        (
            {"cache": "/scratch/hub", "offline": True},
            {"HF_HUB_CACHE": "/scratch/hub", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
        ),
    ],
)
def test_the_environment_of_the_jobs(hub: dict[str, object], said: dict[str, str]) -> None:
    always = {"HF_HUB_DISABLE_TELEMETRY": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    always |= {"PYTHONNOUSERSITE": "1", "PYTHONPATH": ""}
    assert job_environment(hub) == always | said


def test_a_job_has_this_environment(project: Project, tmp_path: Path) -> None:
    """A `python` that only writes down its environment stands in for the job's own."""
    spy = tmp_path / "bin/python"
    spy.parent.mkdir()
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\nexit 1\n")
    spy.chmod(0o755)
    overlay = {"hub": {"cache": "models", "offline": True}}
    (project.folder / "small.yaml").write_text(yaml.safe_dump(overlay))
    Project(project.folder, (spy.parent,)).demo("state/demo/keys/users.key", "results/demo/sample/blogger/blogs.zip")
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text().splitlines() if "=" in line)
    assert seen["HF_HUB_OFFLINE"] == "1"
    assert seen["HF_HUB_CACHE"] == str(project.folder / "models")
