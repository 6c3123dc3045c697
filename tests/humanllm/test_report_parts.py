"""Parts of the report: which systems belong together, what jobs took, the paper's figures, many systems in one page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import finished_run
from humanllm.errors import InputError
from humanllm.report import costs, paper, scores
from humanllm.report.lineup import grouped, label, lineup, main_variant

RUN = {
    "students": {"a": {}, "b-full": {}},
    "variants": ["raw", "full"],
    "systems": ["gpt", "a-base", "a-full-merged", "a-raw-unmerged", "b-full-base"],
}


def test_systems_stand_with_their_student_the_others_first() -> None:
    assert [member["system"] for member in lineup(RUN)] == [
        "gpt",
        "a-base",
        "a-raw-unmerged",
        "a-full-merged",
        "b-full-base",
    ]
    assert main_variant(RUN) == "full"
    groups = grouped(RUN, ["a-full-merged", "gpt", "of an older config", "a-base"])
    assert [(student, [label(member) for member in members]) for student, members in groups] == [
        ("other systems", ["of an older config", "gpt"]),
        ("a", ["base", "full, merged"]),
    ]


def test_ablations_stand_apart_from_the_main_table() -> None:
    comparison = finished_run.comparison()
    run = finished_run.RUN | {"variants": ["raw", "full"], "systems": [*finished_run.RUN["systems"], "tiny-raw-merged"]}
    comparison["systems"]["tiny-raw-merged"] = comparison["systems"]["tiny-full-merged"]
    made = scores.tables("tombench", comparison, run, {})
    assert [row["label"] for group in made["main"] for row in group["rows"]] == [
        "base",
        "full, unmerged",
        "full, merged",
    ]
    assert [row["label"] for group in made["more"] for row in group["rows"]] == ["raw, merged"]
    assert made["more_count"] == 1
    assert [pairs["title"] for pairs in made["pairs"]] == ["Trained against the base", "Merged against unmerged"]


def test_hours_memory_and_gpu_hours_of_each_rule(tmp_path: Path) -> None:
    jobs = {"train_sft/a/full": {"s": 7200, "max_rss": 900.0}, "train_sft/b/full": {"s": 3600, "max_rss": "NA"}}
    for name, job in jobs.items():
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(job) + "\n")
    (tmp_path / "broken.jsonl").write_text('{"s": 1')
    assert costs.measure(tmp_path, {"train_sft/a": 8}) == [
        {"rule": "train_sft", "jobs": 2, "hours": 3.0, "gpu_hours": 16.0, "longest": 7200, "memory_mb": 900.0}
    ]
    (whole,) = costs.measure(tmp_path, {"train_sft/a": 8}, {"train_sft/a/full": 36000})
    assert (whole["hours"], whole["gpu_hours"], whole["longest"]) == (11.0, 80.0, 7200)
    assert costs.measure(tmp_path / "nowhere", {}) == []


def test_figures_are_read_once_each_and_empty_ones_left_out(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("table,system,column,value\ntombench,x,Belief, 0.5\n\ntombench,x,Emotion,\n", encoding="utf-8-sig")
    assert paper.read(file) == {"tombench": {"x": {"Belief": 0.5}}}
    file.write_text("table,system,column,value\ntombench,x,Belief,0.5\ntombench,x,Belief,0.6\n")
    with pytest.raises(InputError, match="line 3: tombench, x, Belief stands there twice"):
        paper.read(file)
    file.write_text("tombench,x,Belief,0.5\n")
    with pytest.raises(InputError, match="must begin with the line table,system,column,value"):
        paper.read(file)
    with pytest.raises(InputError, match="cannot be read"):
        paper.read(tmp_path / "absent.csv")
