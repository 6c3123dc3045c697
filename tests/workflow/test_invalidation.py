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
    set_knob(changed, judging={"cuts": {"persona": {"overall": 8}}})
    planned = changed.planned("sft")
    assert planned.keys() >= {"select_product"} | AFTER_SELECTION
    assert planned["select_product"] == 1  # of user products; scenarios, questions and topics stay as they are
    assert not planned.keys() & MODEL_STAGES


def test_a_changed_quality_cut_reruns_the_selection_and_what_follows(changed: Project) -> None:
    set_knob(changed, select={"quality": {"blogger": ["high", "medium"]}})
    planned = changed.planned("sft")
    assert "select_records" in planned
    assert not planned.keys() & {"ingest_dump", "gather_users", "rewrite_text", "score_quality"}


def test_a_changed_cut_of_another_source_reruns_nothing(changed: Project) -> None:
    set_knob(changed, select={"quality": {"reddit": ["high", "medium"]}})
    assert changed.planned("sft") == {}


def test_another_order_of_work_reruns_both_stages_and_what_follows(changed: Project) -> None:
    set_knob(changed, cleaning={"order": "score_first"})
    planned = changed.planned("sft")
    assert planned.keys() >= {"score_quality", "rewrite_text", "select_records"} | AFTER_SELECTION
    assert not planned.keys() & {"ingest_dump", "gather_users"}


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


def test_a_knob_of_speed_or_patience_reruns_nothing_and_a_sampling_value_its_stage(changed: Project) -> None:
    set_knob(changed, asking={"attempts": 5, "max_dead_share": 0.5})
    assert changed.planned("sft") == {}
    set_knob(changed, models={"extractive": {"max_model_len": 4096}})
    assert changed.planned("sft").keys() >= MODEL_STAGES
    set_knob(changed, models={}, score={"sampling": {"max_tokens": 127}})
    planned = changed.planned("sft")
    assert "score_quality" in planned
    assert "rewrite_text" not in planned


def test_a_rerun_gives_the_same_bytes(changed: Project) -> None:
    tables = [path for path in (changed.folder / "results/demo").rglob("*") if path.suffix in {".parquet", ".jsonl"}]
    before = {path: path.read_bytes() for path in tables}
    assert changed.demo("sft", "--forceall").returncode == 0
    different = [str(path) for path in tables if path.read_bytes() != before[path]]
    assert different == []
