"""pack_tokens as a command, on the student's own tokenizer."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from humanllm.student import make_tokenizer
from humanllm.training.sequences import unpack
from task_data import words


def line(number: int, answer: str) -> str:
    turns = [{"from": "human", "value": f"Question {number}?"}, {"from": "gpt", "value": answer}]
    return json.dumps({"id": f"s{number}", "system": "Be kind.", "conversations": turns}) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    make_tokenizer([words(50), "Question? Be kind. system user assistant"], 500).save_pretrained(folder / "model")
    lines = [line(number, words(number % 20 + 1)) for number in range(30)]
    lines += [line(30, words(200)), line(31, "No <|im_end|> here")]
    (folder / "train.jsonl").write_text("".join(lines))
    return folder


def run(folder: Path, base: str = "model", max_tokens: int = 256) -> Result:
    options = [
        f"--train={folder / 'train.jsonl'}",
        f"--base={folder / base}",
        f"--max-tokens={max_tokens}",
        "--max-dropped=0.1",
    ]
    options += [f"--output={folder / 'out/full.parquet'}", f"--stats={folder / 'out/full.stats.json'}"]
    return CliRunner().invoke(importlib.import_module("pack_tokens").main, options)


def test_samples_are_packed_and_counted(folder: Path) -> None:
    done = run(folder)
    assert done.exit_code == 0, done.output
    stats = json.loads((folder / "out/full.stats.json").read_text())
    assert (stats["in"], stats["kept"], stats["dropped"]) == (32, 30, {"special_token": 1, "too_long": 1})
    facts = unpack(folder / "out/full.parquet", folder / "packed.arrow")
    assert (facts.samples, facts.sequences) == (30, stats["sequences"])
    assert (facts.tokens, facts.answer_tokens) == (stats["tokens"], stats["answer_tokens"])
    assert stats["lengths"] == {"64": 30}
    assert stats["fill_rate"] == round(facts.tokens / (facts.sequences * 256), 4) > 0.8
    assert (stats["padding"], stats["truncated"]) == (facts.sequences * 256 - facts.tokens, 0)
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["full.parquet", "full.stats.json"]


def test_the_same_samples_give_the_same_bytes(folder: Path) -> None:
    run(folder)
    first = (folder / "out/full.parquet").read_bytes()
    run(folder)
    assert (folder / "out/full.parquet").read_bytes() == first


@pytest.mark.parametrize(
    ("base", "max_tokens", "said"),
    [("nowhere", 256, "Error: no model folder at "), ("model", 8, "Error: no sample of ")],
)
def test_what_cannot_be_packed_is_refused_in_one_line(folder: Path, base: str, max_tokens: int, said: str) -> None:
    done = run(folder, base, max_tokens)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(said)


def test_too_many_left_out_are_an_error_that_names_the_knob(folder: Path) -> None:
    done = run(folder, max_tokens=40)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "more than training.max_dropped 0.1: raise training.max_tokens" in done.stderr
