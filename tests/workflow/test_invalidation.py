"""What a change runs again: the table of docs/reruns.md by Snakemake's plan, and what a rerun then does."""

from __future__ import annotations

import pytest
from changes import CHANGES, HEAD, Change, planned_each, row

from project import ROOT, Project

PAGE = (ROOT / "docs/reruns.md").read_text(encoding="utf-8")
MODEL_STAGES = {"rewrite_text", "score_quality", "synthesize_product", "judge_product"}
MEND = "if that is meant, print the page's new table: PYTHONPATH=tests python tests/workflow/changes.py"


def runs_nothing(change: Change) -> bool:
    return row(change.what, [0] * (HEAD.count("|") - 2)) in PAGE


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, ...]]:
    """{change: jobs of each column}; those that the page says run nothing are planned in one, which is quicker."""
    together = [change for change in CHANGES if runs_nothing(change)]
    groups = [together, *([change] for change in CHANGES if change not in together)]
    found = planned_each(tmp_path_factory.mktemp("changes"), groups)
    return {change.what: counts for group, counts in zip(groups, found, strict=True) for change in group}


def test_the_page_has_every_change_and_no_other() -> None:
    assert HEAD in PAGE, MEND
    rows = PAGE.split(HEAD)[1].split("\n\n")[0].splitlines()[2:]
    assert [one.split(" | ")[0].removeprefix("| ") for one in rows] == [change.what for change in CHANGES], MEND


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.what)
def test_a_change_runs_again_what_the_page_says(change: Change, plans: dict[str, tuple[int, ...]]) -> None:
    assert row(change.what, plans[change.what]) in PAGE, MEND


def test_a_finished_run_has_nothing_to_do(changed: Project) -> None:
    """A real one: not touched, but computed."""
    assert changed.planned("sft") == {}


def replies(project: Project) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (project.folder / "state/demo/replies").rglob("*.jsonl*")}


def test_a_rerun_of_a_model_stage_asks_no_model_again(changed: Project) -> None:
    """The journal holds every reply, so a rerun after a code change starts no engine."""
    logs = [path for stage in MODEL_STAGES for path in (changed.folder / "logs/demo" / stage).rglob("*.log")]
    assert all("starting the engine" in path.read_text(encoding="utf-8") for path in logs)
    before = replies(changed)
    assert sum(map(len, before.values())) > 1000
    assert changed.demo("sft", "--forcerun", *MODEL_STAGES).returncode == 0
    assert replies(changed) == before
    assert len(logs) == 10
    assert not [str(path) for path in logs if "starting the engine" in path.read_text(encoding="utf-8")]


def test_a_rerun_gives_the_same_bytes(changed: Project) -> None:
    tables = [path for path in (changed.folder / "results/demo").rglob("*") if path.suffix in {".parquet", ".jsonl"}]
    before = {path: path.read_bytes() for path in tables}
    assert changed.demo("sft", "--forceall").returncode == 0
    different = [str(path) for path in tables if path.read_bytes() != before[path]]
    assert different == []
