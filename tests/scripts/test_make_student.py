from __future__ import annotations

import importlib
import json
from pathlib import Path

from click.testing import CliRunner

from task_data import record, words, write_records


def test_the_student_is_made_from_records(tmp_path: Path) -> None:
    tables = [write_records(tmp_path / f"{bucket}.parquet", [record(bucket, words(40))]) for bucket in range(3)]
    sizes = ["--vocabulary=320", "--layers=1", "--hidden=32", "--seed=1"]
    files = [f"--output={tmp_path / 'demo'}", f"--stats={tmp_path / 'demo.stats.json'}"]
    done = CliRunner().invoke(importlib.import_module("make_student").main, [*sizes, *files, *map(str, tables)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "demo").iterdir()} >= {
        *("chat_template.jinja", "config.json", "generation_config.json", "model.safetensors"),
        *("tokenizer.json", "tokenizer_config.json"),
    }
    stats = json.loads((tmp_path / "demo.stats.json").read_text())
    assert (stats["in"], stats["kept"]) == (3, 3)
    assert stats["weights"] > 0
