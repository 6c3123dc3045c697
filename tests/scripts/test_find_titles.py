"""The titles of the k-core's items."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import find_titles
from humanllm.kcore import CORE
from humanllm.tables import read_rows
from record_data import filtered, write


def test_titles_of_items_bought(tmp_path: Path) -> None:
    review = filtered("a", kind="reviews", item_id="B000000001")
    core = write(tmp_path / "core", [{name: review[name] for name in CORE.names}], CORE)
    meta = tmp_path / "meta_Books.jsonl"
    meta.write_text('{"parent_asin": "B000000001", "title": "A kettle"}\n{"parent_asin": "B9", "title": "A hat"}\n')
    options = [f"--core={core}", f"--output={tmp_path}/out", f"--stats={tmp_path}/stats"]
    done = CliRunner().invoke(find_titles.main, [*options, str(meta)])
    assert done.output == "2 items in, 1 kept, 1 dropped\n"
    assert [row["item_title"] for row in read_rows(tmp_path / "out")] == ["A kettle"]


def test_reviews_given_as_metadata_are_one_line(tmp_path: Path) -> None:
    core = write(tmp_path / "core", [{"bucket": 0, "id_code": 1, "item_code": 2}], CORE)
    meta = tmp_path / "Books.jsonl"
    meta.write_text('{"parent_asin": "B1", "title": "Good", "user_id": "A"}\n')
    options = [f"--core={core}", f"--output={tmp_path}/out", f"--stats={tmp_path}/stats"]
    done = CliRunner().invoke(find_titles.main, [*options, str(meta)])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {meta} holds no row with parent_asin, title")
