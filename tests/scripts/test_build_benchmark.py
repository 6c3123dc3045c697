from __future__ import annotations

import json
from pathlib import Path

import build_benchmark
from benchmark_data import motive_file, run
from humanllm.files import read_json
from humanllm.tables import ITEM, read_rows


def test_items_and_counts_are_written(tmp_path: Path) -> None:
    output, stats = tmp_path / "m.parquet", tmp_path / "m.stats.json"
    path = motive_file(tmp_path, ["ABC", "D?F"], "Persona")
    options = {"benchmark": "motivebench", "knobs": json.dumps({"orders": 2}), "output": output, "stats": stats}
    options["clues"] = tmp_path / "m.clues.json"
    done = run(build_benchmark.main, path, **options)
    assert done.exit_code == 0, done.output
    assert done.output == "motivebench: 5 of 6 items kept, 2 clusters\n"
    items = read_rows(output, ITEM)
    assert items[0]["orders"] == [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]]
    counts = read_json(stats)
    assert counts.pop("items_digest")
    assert counts == {
        "stage": "build_benchmark",
        "in": 6,
        "kept": 5,
        "dropped": {"no_gold": 1},
        "dead": {},
        "columns": {"Persona": 5},
        "clusters": 2,
        "repeated_options": 0,
        "short_of_options": 0,
        "answers_left_out": {},
    }
    clues = read_json(tmp_path / "m.clues.json")
    assert (clues["columns"]["Persona"]["items"], clues["columns"]["Persona"]["options_only"]) == (5, None)
    before = output.read_bytes()
    assert run(build_benchmark.main, path, **options).exit_code == 0
    assert output.read_bytes() == before


def test_a_wrong_file_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "False Belief Task.jsonl"
    path.write_text("{\n")
    knobs = json.dumps({"language": "en", "orders": 5})
    output, stats = tmp_path / "t.parquet", tmp_path / "t.json"
    done = run(build_benchmark.main, path, benchmark="tombench", knobs=knobs, output=output, clues=output, stats=stats)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {path} line 1 is not JSON")
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == [path]
