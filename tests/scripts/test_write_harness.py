from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

import write_harness
from benchmark_data import make_test_set, run, tom_file, tom_line
from humanllm.benchmarks import build
from humanllm.stats import Tally
from humanllm.tables import DISTRACTOR, ITEM, Row, write_rows
from tiny_model import tiny_model

PROMPTS = Path(__file__).parents[2] / "scripts/prompts/benchmarks"
TASKS = ["social_qa", "item_selection"]


def in_domain(folder: Path) -> list[Row]:
    test = make_test_set(folder, TASKS, each=4)
    rows = [
        {
            "id": f"social_qa:form:{number}",
            "system": "s",
            "text": f"Another answer {number} {place}.",
            "finish_reason": "stop",
        }
        for number in range(4)
        for place in "xyz"
    ]
    write_rows(folder / "d.parquet", rows, DISTRACTOR)
    knobs = {"tasks": TASKS, "items_per_task": 4, "options": 4, "orders": 1, "seed": 1}
    items, _ = build("in_domain", [test, folder / "d.parquet"], knobs, Tally("b"))
    write_rows(folder / "items.parquet", items, ITEM)
    return items


def write(folder: Path, benchmark: str = "in_domain") -> Path:
    options = {"items": folder / "items.parquet", "prompt": PROMPTS / f"{benchmark}.md", "output": folder / "harness"}
    done = run(write_harness.main, benchmark=benchmark, **options)
    assert done.exit_code == 0, done.output
    return folder / "harness"


def test_a_task_a_column_and_a_group(tmp_path: Path) -> None:
    items = in_domain(tmp_path)
    folder = write(tmp_path)
    names = ["humanllm_item_selection", "humanllm_social_qa"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["humanllm_in_domain.yaml", *[f"{name}.{ending}" for name in names for ending in ("jsonl", "yaml")]]
    )
    group = yaml.safe_load((folder / "humanllm_in_domain.yaml").read_text())
    assert (group["group"], group["task"]) == ("humanllm_in_domain", names)
    task = yaml.safe_load((folder / "humanllm_social_qa.yaml").read_text())
    assert task["dataset_kwargs"] == {"data_files": {"test": "humanllm_social_qa.jsonl"}}
    assert task["metadata"]["items"] == 4
    lines = [json.loads(line) for line in (folder / "humanllm_social_qa.jsonl").read_text().splitlines()]
    own = [item for item in items if item["column"] == "social_qa"]
    assert [line["id"] for line in lines] == [item["id"] for item in own]
    for line, item in zip(lines, own, strict=True):
        letter = line["choices"][line["gold"]]
        assert f"\n{letter}. {item['options'][item['gold']]}\n" in line["prompt"]
        assert line["prompt"].endswith("\n\nAnswer:")


def test_odd_columns_have_plain_names(tmp_path: Path) -> None:
    path = tom_file(tmp_path, [tom_line("Non-literal communication: Humor", "A", ["a", "b"])])
    items, _ = build("tombench", [path], {"language": "en", "orders": 2}, Tally("b"))
    write_rows(tmp_path / "items.parquet", items, ITEM)
    folder = write(tmp_path, "tombench")
    lines = (folder / "humanllm_non_literal_communication.jsonl").read_text().splitlines()
    assert [json.loads(line)["order"] for line in lines] == [0, 1]


def test_a_prompt_ends_with_its_own_last_words(tmp_path: Path) -> None:
    path = tom_file(tmp_path, [tom_line("Emotion", "A", ["a", "b"])])
    items, _ = build("tombench", [path], {"language": "en", "orders": 1}, Tally("b"))
    write_rows(tmp_path / "items.parquet", items, ITEM)
    (line,) = (write(tmp_path, "tombench_zh") / "humanllm_emotion.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["prompt"].endswith("\n\n答案：")  # noqa: RUF001


@pytest.mark.slow
@pytest.mark.skipif("HUMANLLM_LM_EVAL" not in os.environ, reason="HUMANLLM_LM_EVAL=<path of lm_eval> runs it")
def test_the_harness_itself_scores_them(tmp_path: Path) -> None:
    """lm_eval gives the accuracy that our likelihood reading gives for the same model."""
    in_domain(tmp_path)
    folder, model = write(tmp_path), tiny_model(tmp_path / "tiny", 4096)
    command = [os.environ["HUMANLLM_LM_EVAL"], "--include_path", ".", "--tasks", "humanllm_in_domain", "--model", "hf"]
    options = [
        "--model_args",
        f"pretrained={model},dtype=float32",
        "--device",
        "cpu",
        "--output_path",
        tmp_path / "out",
    ]
    offline = os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    done = subprocess.run([*command, *options], cwd=folder, env=offline, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    (report,) = (tmp_path / "out").rglob("results_*.json")
    results = json.loads(report.read_text())["results"]
    for name in ("humanllm_social_qa", "humanllm_item_selection"):
        assert results[name]["acc,none"] == by_transformers(folder / f"{name}.jsonl", model)
    assert 0 <= results["humanllm_in_domain"]["acc,none"] <= 1


def by_transformers(path: Path, model: Path) -> float:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    right = 0
    for line in lines:
        scores = []
        for letter in line["choices"]:
            prompt, whole = (tokenizer.encode(line["prompt"] + end) for end in ("", f" {letter}"))
            with torch.no_grad():
                logits = network(torch.tensor([whole])).logits[0].log_softmax(-1)
            scores.append(sum(float(logits[place - 1, whole[place]]) for place in range(len(prompt), len(whole))))
        right += scores.index(max(scores)) == line["gold"]
    return right / len(lines)
