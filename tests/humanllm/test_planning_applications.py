"""The plan counts what the applications ask: every system writes once to each item, the judge grades each answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from application_data import answer, item, write_answers, write_items
from humanllm.planning.evaluation import GRADES, graded, unmeasured, written
from humanllm.planning.rates import read_rates
from humanllm.planning.sample import Sample
from humanllm.preview import model_of, stage_requests, systems
from humanllm.replies import APPLICATIONS
from humanllm.settings import read_config
from planning_data import SCHEMA, overlay
from post_data import ROOT

PROMPTS = ROOT / "scripts/prompts"
SYSTEM = "qwen2.5-3b-base"


def config_of(folder: Path, **more: Any) -> dict[str, Any]:
    return read_config([ROOT / "config.yaml", overlay(folder, students=["qwen2.5-3b"], **more)], SCHEMA)


def finished(folder: Path) -> Sample:
    """A sample with an item an application, and a system's answers to them."""
    (folder / "applications").mkdir()
    items = [item(0, name) for name in APPLICATIONS]
    for one in items:
        write_items(folder / "applications", [one])
    write_answers(folder / "written", [answer(one, "I was cold.", "any") for one in items])
    return Sample(folder)


def test_every_system_writes_to_all_items_and_the_judge_grades_all_of_it(tmp_path: Path) -> None:
    sample, config, rates = finished(tmp_path), config_of(tmp_path), read_rates(ROOT / "scripts/rates.yaml")
    wrote, judged = written(sample, config, PROMPTS, rates), graded(sample, config, PROMPTS, rates)
    assert [work.source for work in wrote] == [work.source for work in judged] == list(systems(config))
    assert {work.calls for work in (*wrote, *judged)} == {4800}
    assert {work.jobs for work in wrote} == {1}, "one load of the weights for all applications"
    assert {work.model for work in judged} == {"extractive"}
    assert judged[0].output == 4800 * GRADES
    assert judged[0].prompt > wrote[0].prompt > 0
    notes = " ".join(unmeasured(sample, config))
    assert "applications are not planned" not in notes
    assert "applications are not planned" in " ".join(unmeasured(Sample(tmp_path / "other"), config))


def test_the_judge_of_applications_may_be_another_model(tmp_path: Path) -> None:
    sampling = {"temperature": 0.3, "max_tokens": 128}
    config = config_of(tmp_path, grading={"judge": "gpt-4o", "sampling": sampling})
    assert model_of("judge_application", config).engine == "openai"


def test_the_requests_are_those_of_the_stages(tmp_path: Path) -> None:
    folder, config = finished(tmp_path).folder, config_of(tmp_path)
    table = folder / "applications/human_explainer.parquet"
    (asked,) = stage_requests("write_application", table, config, PROMPTS, system=SYSTEM)
    assert (asked.id, asked.sampling.max_tokens) == (f"{SYSTEM}:human_explainer:0", 1024)
    judged = stage_requests(
        "judge_application", folder / "written/any.parquet", config, PROMPTS, records=folder / "applications"
    )
    assert {request.template for request in judged} == {f"applications/{name}" for name in APPLICATIONS}
    with pytest.raises(ValueError, match="give the folder of the items with --records"):
        list(stage_requests("judge_application", folder / "written/any.parquet", config, PROMPTS))
