"""Cards whose head the hub can read, and whose body says what ran and what did not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

import finished_run
from humanllm.report.facts import gather
from write_cards import main

TEMPLATES = Path(__file__).resolve().parents[2] / "scripts/templates"


def write(folder: Path, facts: dict[str, Any], model: str = "tiny-full") -> Result:
    (folder / "facts.json").write_text(json.dumps(facts))
    arguments = ["--dataset-template", str(TEMPLATES / "dataset_card.md.j2")]
    arguments += ["--model-template", str(TEMPLATES / "model_card.md.j2"), "--facts", str(folder / "facts.json")]
    return CliRunner().invoke(main, [*arguments, "--dataset", str(folder / "dataset.md"), str(folder / f"{model}.md")])


def gathered(folder: Path, without: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    files = finished_run.write(folder, without=without)
    return gather(finished_run.RUN | changes, files, None, None, folder / "index.html")


def parts(path: Path) -> tuple[dict[str, Any], str]:
    """The card's head, read as YAML, and its body."""
    empty, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert empty == ""
    return yaml.safe_load(head), body


def test_the_hubs_own_reader_takes_both_cards(tmp_path: Path) -> None:
    from huggingface_hub import DatasetCard, ModelCard

    assert write(tmp_path, gathered(tmp_path)).exit_code == 0
    model = ModelCard((tmp_path / "tiny-full.md").read_text(encoding="utf-8"), ignore_metadata_errors=False).data
    assert (model.base_model, model.base_model_relation, model.pipeline_tag) == (
        "owner/tiny",
        "merge",
        "text-generation",
    )
    average = next(result for result in model.eval_results if result.dataset_config == "average")
    assert (average.dataset_type, average.metric_type, average.metric_value) == ("tombench", "accuracy", 0.5)
    assert average.metric_args["low"] < 0.5 < average.metric_args["high"]
    data = DatasetCard((tmp_path / "dataset.md").read_text(encoding="utf-8"), ignore_metadata_errors=False).data
    assert data.license == "other"
    assert data.to_dict()["configs"][0]["data_files"][1] == {"split": "test", "path": "sft/full/test.jsonl"}


def test_a_model_card_says_what_its_bases_licence_asks_for(tmp_path: Path) -> None:
    spec = finished_run.RUN["students"]["tiny"] | {"path": "meta-llama/Llama-3.1-8B-Instruct"}
    facts = gathered(tmp_path, students={"tiny": spec})
    assert write(tmp_path, facts).exit_code == 0
    head, body = parts(tmp_path / "tiny-full.md")
    assert head["license"] == "llama3.1"
    assert "is under Llama 3.1 Community License." in body
    assert "- the name of a model that is passed on begins with Llama" in body
    facts["run"]["students"]["tiny"] = spec | {"path": "Qwen/Qwen2.5-3B-Instruct"}
    assert write(tmp_path, facts).exit_code == 0
    head, body = parts(tmp_path / "tiny-full.md")
    assert (head["license"], head["license_name"]) == ("other", "qwen-research")
    assert head["license_link"].startswith("https://huggingface.co/Qwen/Qwen2.5-3B-Instruct/")
    assert "non-commercial use only" in body


def test_the_dataset_card(tmp_path: Path) -> None:
    done = write(tmp_path, gathered(tmp_path))
    assert done.exit_code == 0, done.output
    head, body = parts(tmp_path / "dataset.md")
    assert head["size_categories"] == ["n<1K"]
    assert head["license"] == "other"
    assert "Made without a language model" in body
    assert "| step | blogger | reddit | all |\n|---|--:|--:|--:|\n| records in the dumps | 100 | 100 | 200 |" in body
    assert "| task | blogger | reddit |\n|---|--:|--:|\n| profile generation | 10 | 10 |" in body
    assert "Training set `full`: 17 samples to train on, 2 held out." in body
    assert "- 0 users on both sides." in body
    assert "Who labelled: fixed rules and models; no person did." in body
    assert "judge-7b (owner/judge-7b, revision abc, by vllm)" in body


def test_the_model_card(tmp_path: Path) -> None:
    done = write(tmp_path, gathered(tmp_path))
    assert done.exit_code == 0, done.output
    head, body = parts(tmp_path / "tiny-full.md")
    assert head["base_model"] == "owner/tiny"
    assert "- Loss 7.500 in the first update" in body
    assert "weighted mean 0.5 \u00d7 the base + 0.5 \u00d7 the trained model, in bfloat16." in body
    assert (
        "| system | realism | average |\n|---|--:|--:|\n| tiny-base | 4.90 (4.0 to 6.0) | 4.90 (4.0 to 6.0) |" in body
    )
    assert "| system | Belief | Emotion | average |\n|---|--:|--:|--:|\n| tiny-base | 0.000 (0.00 to 0.00) |" in body
    assert "| chance | 0.250 | 0.250 | 0.250 |" in body
    assert "commit c0ffee" in body


@pytest.mark.parametrize("path", ["/data/models/tiny", "models/mine/tiny", "{here}", "tiny"])
def test_a_base_in_a_folder_does_not_stand_in_the_head(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models/tiny").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    spec = finished_run.RUN["students"]["tiny"] | {"path": path.replace("{here}", "models/tiny"), "revision": "1"}
    assert write(tmp_path, gathered(tmp_path, students={"tiny": spec})).exit_code == 0
    assert "base_model" not in parts(tmp_path / "tiny-full.md")[0]


def test_a_third_model_of_the_merge_is_named(tmp_path: Path) -> None:
    facts = gathered(tmp_path)
    facts["models"][0]["merge"]["weights"] = {"base": 0.4, "tuned": 0.4, "gemma-2-9b": 0.2}
    assert write(tmp_path, facts).exit_code == 0
    said = "0.4 \u00d7 the base + 0.4 \u00d7 the trained model + 0.2 \u00d7 gemma-2-9b, in bfloat16."
    assert said in parts(tmp_path / "tiny-full.md")[1]


def test_missing_parts_are_said(tmp_path: Path) -> None:
    done = write(tmp_path, gathered(tmp_path, ("funnels", "sets", "models", "benchmarks", "applications")))
    assert done.exit_code == 0, done.output
    for card in ("dataset", "tiny-full"):
        _, body = parts(tmp_path / f"{card}.md")
        assert "no scores of tombench" in body
    assert "This run has no counts." in parts(tmp_path / "dataset.md")[1]
    assert "This run has no training of it." in parts(tmp_path / "tiny-full.md")[1]


def test_an_unknown_model_is_refused(tmp_path: Path) -> None:
    done = write(
        tmp_path,
        gathered(tmp_path),
        model="huge-full",
    )
    assert done.exit_code == 1
    assert "no model huge-full in the report's facts (known: tiny-full)" in done.output
    assert not (tmp_path / "dataset.md").exists()
