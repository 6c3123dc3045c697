from __future__ import annotations

from pathlib import Path

from humanllm.training.code import code_facts
from humanllm.training.record import manifest, training_record
from humanllm.training.sequences import Facts
from humanllm.training.settings import Batches, Settings

SETTINGS = Settings(
    learning_rate=5e-6,
    batch_size=64,
    epochs=3,
    warmup_ratio=0.5,
    precision="bf16",
    gradient_checkpointing=True,
    zero_stage=3,
    micro_batch=1,
    ranks=8,
    seed=2025,
    device="cuda",
    save_minutes=30,
)
FACTS = Facts("1a", parts=1, sequences=1000, samples=4000, tokens=96000, answer_tokens=9600)
MADE = manifest(SETTINGS, FACTS, Batches(2, 16, 64.0, 63), "models/a", {"model.safetensors": "5e"})


def test_the_manifest_has_what_is_trained_and_neither_packages_nor_how_an_update_is_shared_out() -> None:
    assert MADE["code"] == code_facts()
    assert {name: facts for name, facts in MADE.items() if name != "code"} == {
        "data": {
            "digest": "1a",
            "parts": 1,
            "sequences": 1000,
            "samples": 4000,
            "tokens": 96000,
            "answer_tokens": 9600,
        },
        "base": {"name": "models/a", "sha256": {"model.safetensors": "5e"}},
        "settings": {
            "learning_rate": 5e-6,
            "batch_size": 64,
            "epochs": 3,
            "warmup_ratio": 0.5,
            "precision": "bf16",
            "zero_stage": 3,
            "seed": 2025,
            "device": "cuda",
        },
        "batch": {"sequences": 16, "samples": 64.0, "updates": 63},
    }


def test_the_record_adds_up_the_seconds_of_all_jobs(tmp_path: Path) -> None:
    jobs = [{"seconds": 80.5, "ranks": 8}, {"seconds": 30.0, "ranks": 4}]
    log = [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1.5}]
    record = training_record(MADE, SETTINGS, jobs, log, tmp_path)
    assert (record["slices"], record["seconds_all_slices"]) == (jobs, 110.5)
    assert (record["first_loss"], record["last_loss"], record["steps"]) == (2.0, 1.5, 2)
