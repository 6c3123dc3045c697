from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
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


def command(folder: Path, base: Path) -> list[str]:
    options = {
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
    return script + [part for name, value in options.items() for part in (f"--{name}", str(value))]


@pytest.mark.slow
def test_two_ranks_are_stopped_and_go_on_to_a_model_that_learned(
    tmp_path: Path, pico_model: Callable[..., Path]
) -> None:
    base = pico_model(tmp_path / "base", tied=True)
    pack(tmp_path / "packed.parquet", sequences=120)
    log = tmp_path / "log"
    with log.open("w") as file, subprocess.Popen(command(tmp_path, base), stderr=file, stdout=file) as job:
        while "step 1/" not in log.read_text() and job.poll() is None:
            time.sleep(0.1)
        job.send_signal(signal.SIGUSR1)
    assert job.returncode == 1, log.read_text()
    step = int(next((tmp_path / "state").glob("checkpoint-*/complete.json")).parent.name.split("-")[1])
    assert f"told to end at step {step} of 90; saved" in log.read_text()
    assert not (tmp_path / "out").exists()

    done = subprocess.run(command(tmp_path, base), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"step {step + 1}/90" in done.stderr
    record = json.loads((tmp_path / "out/full.training.json").read_text())
    assert [row["step"] for row in record["log"]] == list(range(1, 91))
    assert record["last_loss"] < 0.8 * record["first_loss"]
    assert record["manifest"]["batch"] == {"accumulation": 1, "samples": 16.0, "sequences": 4, "updates": 30}
    stats = json.loads((tmp_path / "out/full.stats.json").read_text())
    assert (stats["in"], stats["kept"]) == (120, 120)
    assert not list((tmp_path / "state").glob("checkpoint-*"))
    check_it_counts(tmp_path / "out/full")


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
