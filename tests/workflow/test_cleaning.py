"""The two orders of work: which table each stage reads, what a looser cut reruns, and that both keep the same posts."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from humanllm.journal import entries
from humanllm.tables import CLEAN, DROPPED, read_rows
from project import Project

TABLE, DROPPED_TABLE = "results/demo/clean/reddit/0.parquet", "results/demo/clean/reddit/0.dropped.parquet"
LABELS = {"reddit": ["high"]}


def with_order(project: Project, order: str, labels: dict[str, list[str]] = LABELS) -> None:
    knobs = {"active_sources": ["reddit"], "sources": {"reddit": {"buckets": 1}}, "sample": {"people": 20}}
    knobs |= {"cleaning": {"order": order}, "select": {"quality": labels}}
    (project.folder / "small.yaml").write_text(yaml.safe_dump(knobs), encoding="utf-8")


def clean(project: Project, order: str, labels: dict[str, list[str]] = LABELS) -> dict[str, tuple[str, str | None]]:
    """Run up to the clean records: {id: (text, post answered)}."""
    with_order(project, order, labels)
    done = project.demo(TABLE)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    rows = read_rows(project.folder / TABLE, CLEAN)
    return {row["id"]: (row["clean_text"], row["clean_parent"]) for row in rows}


def stats(project: Project, folder: str) -> Any:
    return json.loads((project.folder / f"results/demo/{folder}/reddit/0.stats.json").read_text())


def lines(project: Project, stage: str) -> int:
    """How many replies its journal holds."""
    return len(list(entries(project.folder / f"state/demo/replies/{stage}/reddit/0.jsonl")))


@pytest.mark.parametrize("order", ["rewrite_first", "score_first"])
def test_the_stages_stand_in_their_order(project: Project, order: str) -> None:
    with_order(project, order)
    done = project.demo(TABLE, "--dry-run", "--printshellcmds")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (done.stdout + done.stderr).splitlines()
    (rewrite,) = [line for line in lines if "scripts/rewrite_text.py" in line]
    (score,) = [line for line in lines if "scripts/score_quality.py" in line]
    (select,) = [line for line in lines if "scripts/select_records.py" in line]
    records, rewritten, scored = (
        f"--records results/demo/{name}/reddit/0.parquet" for name in ("records", "rewritten", "scored")
    )
    if order == "rewrite_first":
        assert (records in rewrite, rewritten in score, scored in select) == (True, True, True)
        assert "--quality" not in rewrite
        assert "--text-column rewrite_text" in score
    else:
        assert (records in score, scored in rewrite, rewritten in select) == (True, True, True)
        assert "--quality=high" in rewrite
        assert "--text-column text" in score
    assert "--quality=high" in select


def failing(project: Project) -> list[str]:
    """The reasons of the records that the cut on labels dropped."""
    reasons = [row["drop_reason"] for row in read_rows(project.folder / DROPPED_TABLE, DROPPED)]
    return [reason for reason in reasons if reason.startswith(("harmful", "quality_"))]


def test_scored_first_only_the_survivors_are_rewritten_and_kept_as_ever(project: Project) -> None:
    made = clean(project, "score_first")
    tight, reasons = stats(project, "rewritten"), failing(project)
    assert tight["not_asked"] == len(reasons) > reasons.count("quality_medium") > 0
    assert tight["in"] == tight["kept"] == stats(project, "records")["kept"]
    assert tight["parents"]["asked"] > 0
    asked = lines(project, "rewrite_text")

    # a looser cut asks for the new survivors alone
    clean(project, "score_first", {"reddit": ["high", "medium"]})
    loose = stats(project, "rewritten")
    assert tight["not_asked"] - loose["not_asked"] == reasons.count("quality_medium")
    more = reasons.count("quality_medium") + loose["parents"]["asked"] - tight["parents"]["asked"]
    assert lines(project, "rewrite_text") - asked == more

    # the paper's order keeps the same texts, but for posts whose label is another one once they are rewritten
    first = clean(project, "rewrite_first")
    assert stats(project, "rewritten")["not_asked"] == 0
    both = made.keys() & first.keys()
    assert len(both) >= 0.9 * max(len(made), len(first)) > 0
    assert all(made[name] == first[name] for name in both)
