"""The training's benchmark: repeatable samples, the same in both ways, and options that the command takes."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from statistics import mean

import pyarrow.parquet as pq
import pytest
from benchmarks.train_sft import LINE, command, draw_lengths, pad, write_packed


def test_lengths_are_repeatable_and_of_the_mean_asked() -> None:
    lengths = draw_lengths(4000, mean=500, most=8192)
    assert lengths == draw_lengths(4000, mean=500, most=8192)
    assert mean(lengths) == pytest.approx(500, rel=0.05)


def test_the_packed_table_holds_every_sample(tmp_path: Path) -> None:
    lengths = draw_lengths(50, mean=30, most=128)
    write_packed(tmp_path / "packed.parquet", lengths, tokens=128, words=64)
    table = pq.read_table(tmp_path / "packed.parquet").to_pylist()
    assert sorted(length for row in table for length in row["segments"]) == sorted(lengths)
    assert all(len(row["input_ids"]) == len(row["labels"]) == sum(row["segments"]) <= 128 for row in table)


def test_padding_fills_up_and_is_masked() -> None:
    pytest.importorskip("torch")
    batch = pad([{"input_ids": [5, 6, 7], "labels": [-100, 6, 7]}, {"input_ids": [8], "labels": [8]}])
    assert {name: tensor.tolist() for name, tensor in batch.items()} == {
        "input_ids": [[5, 6, 7], [8, 0, 0]],
        "labels": [[-100, 6, 7], [8, -100, -100]],
        "attention_mask": [[1, 1, 1], [1, 0, 0]],
    }


def test_the_training_gets_the_options_of_its_command(tmp_path: Path) -> None:
    from train_sft import main

    knobs = {"ranks": 1, "zero_stage": "auto", "micro_batch": "1", "device": "cpu", "precision": "bf16"}
    arguments = command("packed", tmp_path, Namespace(batch_size=64, **knobs), run=0)[2:]
    with main.make_context("train_sft", arguments) as context:
        assert context.params["zero_stage"] == "auto"
        assert context.params["micro_batch"] == 1


def test_the_speed_is_read_from_a_progress_line() -> None:
    line = "step 40/600  loss 2.3145  23,096 tokens/s  MFU 49 %  1 h 52 min left"
    assert LINE.findall(line) == [("40", "2.3145", "23,096", "49")]
    assert LINE.findall("step 4/9  loss 2.1000  96 tokens/s  4 s left") == [("4", "2.1000", "96", "")]
