"""One filtered table to its sketches."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import sketch_texts
from humanllm.files import read_json
from humanllm.grouped import Grouped
from humanllm.sketches import SKETCH
from humanllm.tables import read_rows
from record_data import filtered, write


def test_each_record_has_a_sketch_in_its_bucket(tmp_path: Path) -> None:
    rows = [filtered(f"r{number}", f"u{number}", buckets=3) for number in range(12)]
    table, output, stats = write(tmp_path / "RS", rows), tmp_path / "out", tmp_path / "stats"
    done = CliRunner().invoke(
        sketch_texts.main, ["--min-characters=0", f"--output={output}", f"--stats={stats}", str(table)]
    )
    assert done.output == "RS: 12 records in, 12 sketched\n"
    assert {row["id_code"] for row in read_rows(output, SKETCH)} == {row["id_code"] for row in rows}
    own = [code for part in Grouped([output], ["id_code"]).read(2) for code in part["id_code"].to_pylist()]
    assert sorted(own) == sorted(row["id_code"] for row in rows if row["bucket"] == 2)
    assert (read_json(stats)["in"], read_json(stats)["kept"]) == (12, 12)


def test_a_table_of_an_older_run_is_named(tmp_path: Path) -> None:
    old = write(tmp_path / "old", [], SKETCH)
    done = CliRunner().invoke(sketch_texts.main, ["--min-characters=0", "--output=o", "--stats=s", str(old)])
    assert done.exit_code == 1
    assert done.stderr == f"Error: {old} lacks the columns title, kind, parent_id, text: delete it and run again\n"
