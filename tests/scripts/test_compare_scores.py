from __future__ import annotations

import json
from pathlib import Path

import compare_scores
import score_benchmark
from benchmark_data import always_a, answers, motive_file, oracle, run
from humanllm.benchmarks import build
from humanllm.files import read_json
from humanllm.stats import Tally
from humanllm.tables import ITEM, RESPONSE, write_rows


def scored(folder: Path, system: str, golds: list[str]) -> Path:
    folder = folder / system
    items, _ = build("motivebench", [motive_file(folder, golds)], {"orders": 1}, Tally("b"))
    write_rows(folder / "items.parquet", items, ITEM)
    given = answers(items, always_a if system == "tiny-base" else oracle, system)
    write_rows(folder / "r.parquet", given, RESPONSE)
    done = run(
        score_benchmark.main,
        benchmark="motivebench",
        system=system,
        items=folder / "items.parquet",
        responses=folder / "r.parquet",
        resamples=100,
        seed=1,
        output=folder / "motivebench.json",
        cells=folder / "motivebench.cells.parquet",
        stats=folder / "motivebench.stats.json",
    )
    assert done.exit_code == 0, done.output
    return folder / "motivebench.json"


def test_systems_side_by_side(tmp_path: Path) -> None:
    files = [scored(tmp_path, system, ["ABC", "DEF"] * 4) for system in ("tiny-base", "tiny-full-merged")]
    output, table = tmp_path / "c.json", tmp_path / "c.csv"
    pairs = json.dumps([["tiny-full-merged", "tiny-base", "base"], ["absent-full-merged", "absent-base", "base"]])
    done = run(compare_scores.main, *files, pairs=pairs, resamples=200, seed=1, output=output, table=table)
    assert done.exit_code == 0, done.output
    assert done.output == "motivebench: 2 systems, 2 paired tests\n"
    made = read_json(output)
    assert made["pairs"][0]["columns"]["average"]["difference"] == 0.833333
    assert table.read_text().splitlines()[0].startswith("system,column,accuracy,low,high,chance,base,why,difference")


def test_different_items_are_refused_in_one_line(tmp_path: Path) -> None:
    files = [scored(tmp_path, "tiny-base", ["ABC"]), scored(tmp_path, "tiny-full-merged", ["ABD"])]
    output, table = tmp_path / "c.json", tmp_path / "c.csv"
    done = run(compare_scores.main, *files, pairs="[]", resamples=200, seed=1, output=output, table=table)
    assert done.exit_code == 1
    assert "were scored on different items" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not output.exists()
    assert not table.exists()
