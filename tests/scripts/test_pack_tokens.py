"""pack_tokens as a command, on the student's own tokenizer."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from humanllm.student import make_tokenizer
from humanllm.training.sequences import unpack
from post_data import ROOT
from task_data import words


def line(number: int, answer: str, task: str = "social_qa") -> str:
    turns = [{"from": "human", "value": f"Question {number}?"}, {"from": "gpt", "value": answer}]
    return json.dumps({"id": f"s{number}", "task": task, "system": "Be kind.", "conversations": turns}) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    make_tokenizer([words(50), "Question? Be kind. system user assistant"], 500).save_pretrained(folder / "model")
    lines = [line(number, words(number % 20 + 1)) for number in range(30)]
    lines += [line(30, words(200), "writing_imitation"), line(31, "No <|im_end|> here")]
    (folder / "train.jsonl").write_text("".join(lines))
    return folder


def options(folder: Path, base: str = "model", max_tokens: int = 256, max_dropped: float = 0.1) -> list[str]:
    return [
        *(f"--train={folder / 'train.jsonl'}", f"--base={folder / base}", f"--max-tokens={max_tokens}"),
        *(f"--max-dropped={max_dropped}", "--batch-size=4", "--seed=1", f"--state={folder / 'state'}"),
        *(f"--output={folder / 'out/full.parquet'}", f"--stats={folder / 'out/full.stats.json'}"),
    ]


def run(folder: Path, base: str = "model", max_tokens: int = 256, max_dropped: float = 0.1, lines: int = 7) -> Result:
    given = [*options(folder, base, max_tokens, max_dropped), f"--shard-lines={lines}"]
    return CliRunner().invoke(importlib.import_module("pack_tokens").main, given)


def test_samples_are_packed_and_counted(folder: Path) -> None:
    done = run(folder)
    assert done.exit_code == 0, done.output
    stats = json.loads((folder / "out/full.stats.json").read_text())
    assert (stats["in"], stats["kept"], stats["dropped"]) == (32, 30, {"special_token": 1, "too_long": 1})
    assert stats["by_task"] == {
        "social_qa": {"in": 31, "dropped": {"special_token": 1}},
        "writing_imitation": {"in": 1, "dropped": {"too_long": 1}},
    }
    facts = unpack(folder / "out/full.parquet", folder / "packed.arrow")
    assert (facts.samples, facts.sequences) == (30, stats["sequences"])
    assert (facts.tokens, facts.answer_tokens) == (stats["tokens"], stats["answer_tokens"])
    assert stats["lengths"] == {"64": 30}
    assert stats["fill_rate"] == round(facts.tokens / (facts.sequences * 256), 4) > 0.8
    assert (stats["padding"], stats["truncated"]) == (facts.sequences * 256 - facts.tokens, 0)
    assert stats["samples_an_update"].keys() == {"mean", "p1", "p99"}
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["full.parquet", "full.stats.json"]
    assert not (folder / "state").exists()


def test_the_same_samples_give_the_same_bytes_however_they_are_sharded(folder: Path) -> None:
    run(folder)
    first = (folder / "out/full.parquet").read_bytes()
    run(folder, lines=32)
    assert (folder / "out/full.parquet").read_bytes() == first


@pytest.mark.parametrize(
    ("base", "max_tokens", "said"),
    [("nowhere", 256, "Error: no model folder at "), ("model", 8, "Error: no sample of ")],
)
def test_what_cannot_be_packed_is_refused_in_one_line(folder: Path, base: str, max_tokens: int, said: str) -> None:
    done = run(folder, base, max_tokens)
    assert (done.exit_code, done.stderr.splitlines()[-1].startswith(said)) == (1, True)


def test_an_empty_training_set_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").touch()
    (tmp_path / "model").symlink_to(folder / "model")
    done = run(tmp_path)
    assert (done.exit_code, done.stderr.startswith("Error: no sample of ")) == (1, True)


def test_too_many_left_out_are_an_error_that_names_task_and_knob(folder: Path) -> None:
    done = run(folder, max_tokens=40)
    assert done.exit_code == 1
    assert re.search(
        r"social_qa \d+ of 31 \((too_long \d+|, |special_token 1)+\), writing_imitation 1 of 1", done.stderr
    )
    assert "(too_long 1), above training.max_dropped 0.1: raise training.max_tokens" in done.stderr


def test_one_task_alone_can_have_too_many_left_out(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model").symlink_to(folder / "model")
    few = [line(number, words(100), "writing_imitation") for number in range(6)]
    many = [line(number, "Yes.") for number in range(294)]
    (tmp_path / "train.jsonl").write_text("".join(few + many))
    assert run(tmp_path, max_dropped=0.06).exit_code == 0  # 6 of fewer than 100 are judged as of 100
    done = run(tmp_path, max_dropped=0.05)
    assert done.exit_code == 1
    assert "model: writing_imitation 6 of 6 (too_long 6), above training.max_dropped" in done.stderr
    assert "social_qa" not in done.stderr
    again = run(tmp_path, max_tokens=2048, max_dropped=0.05)  # as the message says
    assert (again.exit_code, again.stderr) == (0, "43 finished shards of 7 lines are taken up\n")


def strike(command: list[str], folder: Path, shards: int) -> None:
    """Start it and kill it as soon as it has finished so many shards."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (folder / f"state/{shards - 1:05}.arrow").exists():
        time.sleep(0.0005)
    process.kill()
    assert process.wait() != 0, "it ended before it was killed"


def test_a_killed_job_is_gone_on_with(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model").symlink_to(folder / "model")
    samples = [line(number, words(number % 90 + 1)) for number in range(2000)]
    (tmp_path / "train.jsonl").write_text("".join(samples))
    assert run(tmp_path, lines=2000).exit_code == 0
    expected = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    command = [sys.executable, f"{ROOT}/scripts/pack_tokens.py", *options(tmp_path), "--shard-lines=50"]
    strike(command, tmp_path, 5)
    kept = list((tmp_path / "state").glob("*.arrow"))
    assert 5 <= len(kept) < 40
    (tmp_path / "state/00001.arrow").write_bytes(b"")  # a machine that went down
    for left_over in ("state/.00020.arrow.1.tmp", "out/.full.parquet.1.tmp", "out/.full.stats.json.1.tmp"):
        (tmp_path / left_over).touch()
    for name in expected:
        (tmp_path / "out" / name).unlink()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == f"{len(kept) - 1} finished shards of 50 lines are taken up\n"
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == expected
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("change", ["train", "tokenizer", "shards"])
def test_shards_of_something_else_are_not_taken_up(folder: Path, tmp_path: Path, change: str) -> None:
    make_tokenizer([words(50), "Question? Be kind. system user assistant"], 500).save_pretrained(tmp_path / "model")
    (tmp_path / "train.jsonl").write_text((folder / "train.jsonl").read_text())
    assert run(tmp_path, max_tokens=40).exit_code == 1
    assert (tmp_path / "state/00004.arrow").exists()
    if change == "train":
        with (tmp_path / "train.jsonl").open("a") as file:
            file.write(line(32, "More."))
    if change == "tokenizer":
        template = tmp_path / "model/chat_template.jinja"
        template.write_text("{# another #}" + template.read_text())
    done = run(tmp_path, lines=32 if change == "shards" else 7)
    assert (done.exit_code, done.stderr) == (0, "")
