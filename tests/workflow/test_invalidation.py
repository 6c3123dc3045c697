"""What a change reruns: thresholds rerun no model, a prompt its own stage, a touched file nothing."""

from __future__ import annotations

import os

import yaml

from project import Project

MODEL_STAGES = {"rewrite_text", "score_quality", "synthesize_product", "judge_product"}
AFTER_SELECTION = {"build_task", "sample_sft"}


def set_knob(project: Project, **knobs: object) -> None:
    overlay = project.folder / "small.yaml"
    overlay.write_text(yaml.safe_dump(yaml.safe_load(overlay.read_text()) | knobs), encoding="utf-8")


def test_a_finished_run_has_nothing_to_do(changed: Project) -> None:
    assert changed.planned("sft") == {}


def test_a_changed_judge_cut_reruns_the_selection_and_no_model(changed: Project) -> None:
    set_knob(changed, judging={"cut": {"overall": 8}})
    planned = changed.planned("sft")
    assert planned.keys() >= {"select_product"} | AFTER_SELECTION
    assert not planned.keys() & MODEL_STAGES


def test_a_changed_quality_cut_reruns_the_selection_and_what_follows(changed: Project) -> None:
    set_knob(changed, select={"quality": ["high", "medium"]})
    planned = changed.planned("sft")
    assert "select_records" in planned
    assert not planned.keys() & {"ingest_dump", "gather_users", "rewrite_text", "score_quality"}


def test_an_edited_prompt_reruns_its_stage_and_what_follows(changed: Project) -> None:
    changed.edit("scripts/prompts/synthesis/persona.md", lambda text: text + "\nWrite plainly.\n")
    planned = changed.planned("sft")
    assert planned["synthesize_product"] == 1
    assert planned.keys() >= {"judge_product", "select_product"} | AFTER_SELECTION
    assert not planned.keys() & {"ingest_dump", "gather_users", "rewrite_text", "score_quality", "select_records"}


def test_a_touched_prompt_reruns_nothing(changed: Project) -> None:
    for prompt in (changed.folder / "scripts/prompts").rglob("*.md"):
        os.utime(prompt)
    assert changed.planned("sft") == {}


def test_a_comment_in_a_script_reruns_nothing_and_an_edit_its_rule(changed: Project) -> None:
    changed.edit("scripts/score_quality.py", lambda text: text + "\n# a remark\n")
    assert changed.planned("sft") == {}
    changed.edit("scripts/score_quality.py", lambda text: text + "\nREMARK = 1\n")
    planned = changed.planned("sft")
    assert "score_quality" in planned
    assert "rewrite_text" not in planned


def test_a_deleted_intermediate_is_made_again_only_when_it_is_needed(changed: Project) -> None:
    (changed.folder / "results/demo/clean/blogger/0.parquet").unlink()
    assert changed.planned("sft") == {}
    (changed.folder / "results/demo/sft/full/train.jsonl").unlink()
    assert changed.planned("sft") == {"sample_sft": 1}


def test_a_rerun_of_a_model_stage_asks_no_model_again(changed: Project) -> None:
    """The journal holds every reply, so a rerun after a code change starts no engine."""
    journals = sorted((changed.folder / "state/demo/replies").rglob("*.jsonl"))
    before = [(path, path.stat().st_size) for path in journals]
    assert before
    assert changed.demo("sft", "--forcerun", "score_quality", "judge_product").returncode == 0
    assert [(path, path.stat().st_size) for path in journals] == before


def test_a_rerun_gives_the_same_bytes(changed: Project) -> None:
    tables = [path for path in (changed.folder / "results/demo").rglob("*") if path.suffix in {".parquet", ".jsonl"}]
    before = {path: path.read_bytes() for path in tables}
    assert changed.demo("sft", "--forceall").returncode == 0
    different = [str(path) for path in tables if path.read_bytes() != before[path]]
    assert different == []
