"""A training that is killed again and again gives the losses and the weights of one that is not, to the last bit.

    KILLS=5 python -m pytest tests/scripts/test_kill_training.py    # as many SIGKILL and SIGUSR1 for each ZeRO stage
Without KILLS the suite strikes once in each way, shared among the stages: the starts take the time, not the training.
ZeRO-2 is killed at a random step; ZeRO-3 by SIGUSR1 as it loads, by SIGKILL as it saves and as it writes the model.
The head of ZeRO-2's model is its table of words, ZeRO-3's model has one of its own.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from humanllm.merging import check_models
from training_runs import Training, pack, random_strikes

STEPS = 90
KILLS = int(os.environ.get("KILLS", "0"))
OFTEN = 0.003  # minutes between two saves: about five a second


@pytest.mark.slow
@pytest.mark.parametrize("zero_stage", [2, 3])
def test_a_killed_training_is_bitwise_the_whole_one(
    tmp_path: Path, pico_model: Callable[..., Path], zero_stage: int
) -> None:
    tied = zero_stage == 2
    base = pico_model(tmp_path / "base", tied=tied)
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
        pack(tmp_path / name / "packed.parquet", sequences=120)
    whole = Training(tmp_path / "whole", base, {"zero_stage": zero_stage}).end()
    assert [row["step"] for row in whole[0]] == [*range(1, STEPS + 1)]

    killed = Training(tmp_path / "killed", base, {"zero_stage": zero_stage, "save_minutes": OFTEN})
    seed = random.randrange(10**6)
    ways = [signal.SIGKILL, signal.SIGUSR1] * KILLS or [signal.SIGKILL] * (zero_stage == 2)
    if KILLS or zero_stage == 3:
        killed.strike(signal.SIGUSR1, pause=3, while_="is_starting")
        assert "told to end at step" in killed.said, "a signal that comes while the model is loading is not lost"
    for way, step, pause in random_strikes(random.Random(seed), ways, STEPS):
        killed.strike(way, step, pause)
    if KILLS or zero_stage == 3:
        while not killed.is_saving():  # one that was written faster than the kill came proves nothing
            killed.strike(signal.SIGKILL, while_="is_saving")
        killed.strike(signal.SIGKILL, while_="is_ending")
    assert not (killed.folder / "out").exists()
    assert killed.end() == whole, f"seed {seed}"
    assert not [*killed.state.glob("checkpoint-*"), *killed.state.glob("final")]
    check_what_it_left(killed.folder / "out", base, tied)
    check_it_is_given_out_again(killed)


def check_it_is_given_out_again(ended: Training) -> None:
    """Snakemake deletes what a job has published that fails in its last second: the next one starts no rank."""
    out, said = ended.folder / "out", len(ended.said)
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    shutil.rmtree(out)
    ended.end(ranks=1)
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert "nothing is trained, its kept model is given out" in ended.said[said:]
    assert "ZeRO" not in ended.said[said:]


def check_what_it_left(out: Path, base: Path, tied: bool) -> None:
    record, stats = (json.loads((out / f"full.{kind}.json").read_text()) for kind in ("training", "stats"))
    assert record["last_loss"] < 0.8 * record["first_loss"]
    assert record["manifest"]["batch"] == {"samples": 16.0, "sequences": 4, "updates": 30}
    assert record["batch_asked"] == 16
    assert (stats["in"], stats["kept"]) == (120, 120)
    assert len(record["slices"]) > 1
    names = check_models({"base": base, "tuned": out / "full"}, donor="base")  # or they could not be merged
    assert ("lm_head.weight" not in names) is tied, "the head is the table of words"
    check_it_counts(out / "full")


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
