from __future__ import annotations

import fcntl
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from safetensors.numpy import save_file

ROOT = Path(__file__).resolve().parents[2]
LISTS = pa.schema([(name, pa.list_(pa.int32())) for name in ("input_ids", "labels", "segments")])


def pack(path: Path, sequences: int) -> Path:
    """Sequences of four samples that count upwards, each from another number: easy to learn."""
    rows = []
    for start in range(sequences):
        samples = [[3 + (start + shift + step) % 61 for step in range(24)] for shift in (0, 15, 30, 45)]
        ids = [*chain.from_iterable(samples)]
        labels = [*chain.from_iterable([-100] * 4 + sample[4:] for sample in samples)]
        rows.append({"input_ids": ids, "labels": labels, "segments": [24] * 4})
    pq.write_table(pa.Table.from_pylist(rows, schema=LISTS), path)
    return path


def command(folder: Path, base: Path, **changed: object) -> list[str]:
    options: dict[str, object] = {
        "packed": folder / "packed.parquet",
        "base": base,
        "learning-rate": 0.01,
        "batch-size": 16,
        "epochs": 3,
        "warmup-ratio": 0.1,
        "precision": "bf16",
        "gradient-checkpointing": True,
        "zero-stage": 3,
        "micro-batch": 2,
        "ranks": 2,
        "device": "cpu",
        "seed": 2025,
        "save-minutes": 30,
        "state": folder / "state",
        "output": folder / "out/full",
        "record": folder / "out/full.training.json",
        "stats": folder / "out/full.stats.json",
    }
    script = [sys.executable, str(ROOT / "scripts/train_sft.py")]
    options |= {name.replace("_", "-"): value for name, value in changed.items()}
    return script + [part for name, value in options.items() for part in (f"--{name}", str(value))]


def stop_it(command: list[str], log: Path, after: str) -> int:
    """Start a training, send SIGUSR1 once its log says `after`, and wait; the step at which it saved."""
    with log.open("w") as file, subprocess.Popen(command, stderr=file, stdout=file) as job:
        while after not in log.read_text() and job.poll() is None:
            time.sleep(0.1)
        job.send_signal(signal.SIGUSR1)
    assert job.returncode == 1, log.read_text()
    return int(re.findall(r"told to end at step (\d+) of \d+; saved", log.read_text())[-1])


@pytest.mark.slow
def test_two_ranks_are_stopped_and_go_on_to_a_model_that_learned(
    tmp_path: Path, pico_model: Callable[..., Path]
) -> None:
    base = pico_model(tmp_path / "base", tied=True)
    pack(tmp_path / "packed.parquet", sequences=120)
    step = stop_it(command(tmp_path, base), tmp_path / "log", after="step 1/")
    assert not (tmp_path / "out").exists()

    done = subprocess.run(command(tmp_path, base), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"step {step + 1}/90" in done.stderr
    record = json.loads((tmp_path / "out/full.training.json").read_text())
    assert [row["step"] for row in record["log"]] == list(range(1, 91))
    assert record["last_loss"] < 0.8 * record["first_loss"]
    assert record["manifest"]["batch"] == {"samples": 16.0, "sequences": 4, "updates": 30}
    stats = json.loads((tmp_path / "out/full.stats.json").read_text())
    assert (stats["in"], stats["kept"]) == (120, 120)
    assert not list((tmp_path / "state").glob("checkpoint-*"))
    check_it_counts(tmp_path / "out/full")


@pytest.mark.slow
@pytest.mark.parametrize("zero_stage", [2, 3])
def test_one_rank_goes_on_where_two_stopped(tmp_path: Path, pico_model: Callable[..., Path], zero_stage: int) -> None:
    base = pico_model(tmp_path / "base", tied=True)
    pack(tmp_path / "packed.parquet", sequences=40)
    knobs = {"zero_stage": zero_stage, "precision": "fp32"}
    whole = command(tmp_path, base, **knobs, record=tmp_path / "whole.json", state=tmp_path / "whole")
    assert subprocess.run(whole, capture_output=True).returncode == 0
    step = stop_it(command(tmp_path, base, **knobs), tmp_path / "log", after="step 1/")

    done = subprocess.run(command(tmp_path, base, **knobs, ranks=1), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"checkpoint-{step} regrouped for 1 ranks" in done.stderr
    losses = [
        [row["loss"] for row in json.loads(path.read_text())["log"]]
        for path in (tmp_path / "whole.json", tmp_path / "out/full.training.json")
    ]
    assert losses[0] == pytest.approx(losses[1], abs=1e-3)  # the same batches, added up in another order


def check_it_counts(folder: Path) -> None:
    """The folder holds a model that goes on counting, with what belongs to it."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    made = model.generate(torch.arange(20, 30).unsqueeze(0), max_new_tokens=4, do_sample=False)
    assert made[0, -4:].tolist() == [30, 31, 32, 33]
    assert tokenizer.apply_chat_template([{"role": "user", "content": "hm"}], tokenize=False) == (
        "<|im_start|> hm <|im_end|>"
    )
    assert GenerationConfig.from_pretrained(folder).temperature == 0.7


def test_bad_input_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base/config.json").write_text("{}")
    save_file({"weight": np.zeros(1, dtype=np.float32)}, tmp_path / "base/model.safetensors")
    no_tokenizer = subprocess.run(command(tmp_path, tmp_path / "base"), capture_output=True, text=True)
    (tmp_path / "base/tokenizer.json").write_text("{}")
    pack(tmp_path / "packed.parquet", sequences=0)
    no_sequence = subprocess.run(command(tmp_path, tmp_path / "base"), capture_output=True, text=True)
    for done, complaint in ((no_tokenizer, "has no tokenizer"), (no_sequence, "the packed table holds no sequence")):
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1
        assert complaint in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_is_regrouped_alone_and_as_an_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not once the training has ended."""
    import train_sft
    from humanllm.training.state import State, mark_complete

    state, happened = State(tmp_path / "state"), list[str]()

    def is_free() -> bool:
        with (state.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def regroup(checkpoint: Path, ranks: int) -> bool:
        happened.append(f"{checkpoint.name} for {ranks}, free {is_free()}, attempt {state.attempts.exists()}")
        return True

    def launch(*_: object) -> None:
        happened.append(f"launch, free {is_free()}")

    for name, fake in {
        "local_folder": lambda base, revision: Path(base),
        "weight_hashes": lambda model: {},
        "manifest": lambda *_: {"data": 1},
        "unpack": lambda *_: SimpleNamespace(sequences=40, samples=160),
        "regroup": regroup,
        "launch": launch,
    }.items():
        monkeypatch.setattr(train_sft, name, fake)
    state.prepare({"data": 1})
    (state.folder / "checkpoint-5").mkdir()
    mark_complete(state.folder / "checkpoint-5", step=5, ranks=2)
    arguments = command(tmp_path, tmp_path, ranks=1)[2:]
    done = CliRunner().invoke(train_sft.main, arguments)
    assert "the training did not end" in done.output
    assert happened == ["checkpoint-5 for 1, free False, attempt True", "launch, free True"]
    state.final.mkdir()
    mark_complete(state.final, step=9)
    CliRunner().invoke(train_sft.main, arguments)
    assert len(happened) == 2
