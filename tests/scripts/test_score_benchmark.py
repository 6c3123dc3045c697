from __future__ import annotations

from pathlib import Path
from typing import Any

import score_benchmark
from benchmark_data import always_a, answers, motive_file, run
from humanllm.benchmarks import build
from humanllm.files import read_json
from humanllm.stats import Tally
from humanllm.tables import CELL, ITEM, RESPONSE, read_rows, write_rows


def prepared(folder: Path, cut: int = 0) -> dict[str, Any]:
    items, _ = build("motivebench", [motive_file(folder, ["ABC", "AAF"])], {"orders": 1}, Tally("b"))
    write_rows(folder / "items.parquet", items, ITEM)
    write_rows(folder / "r.parquet", answers(items, always_a)[cut:], RESPONSE)
    return {
        "benchmark": "motivebench",
        "system": "tiny-base",
        "items": folder / "items.parquet",
        "responses": folder / "r.parquet",
        "resamples": 200,
        "seed": 7,
        "output": folder / "s.json",
        "cells": folder / "s.cells.parquet",
        "stats": folder / "s.stats.json",
    }


def test_scores_cells_and_counts_are_written(tmp_path: Path) -> None:
    done = run(score_benchmark.main, **prepared(tmp_path))
    assert done.exit_code == 0, done.output
    assert done.output == "tiny-base on motivebench: 0.5000 (chance 0.1667)\n"
    scores = read_json(tmp_path / "s.json")
    assert (scores["items"], scores["clusters"], scores["answers"]) == (6, 2, 6)
    digest = scores["provenance"].pop("items_digest")
    assert len(digest) == 32
    assert scores["provenance"] == {
        "model": "models/tiny",
        "revision": "made",
        "prompt": "p",
        "seed": 7,
        "resamples": 200,
        "interval": 0.95,
    }
    assert [row["correct"] for row in read_rows(tmp_path / "s.cells.parquet", CELL)] == [1.0, 2.0]
    assert read_json(tmp_path / "s.stats.json")["kept"] == 6


def test_responses_in_part_are_refused_in_one_line(tmp_path: Path) -> None:
    done = run(score_benchmark.main, **prepared(tmp_path, cut=2))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the responses do not cover the items: 2 of 6 missing, 0 unknown or doubled")
    assert not (tmp_path / "s.json").exists()
    assert not (tmp_path / "s.cells.parquet").exists()
