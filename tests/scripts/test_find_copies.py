"""The copies among the sketches of a source."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import find_copies
from humanllm.copies import COPY
from humanllm.files import read_json
from humanllm.sketches import sketch_texts
from humanllm.staying import Staying
from humanllm.tables import read_rows
from record_data import filtered, words, write


def test_a_copy_of_another_dump_is_found(tmp_path: Path) -> None:
    first, copy = filtered("a", text=words("end")), filtered("b", "bert", words("End"), time=1)
    near = filtered("c", "bert", words("stop"), time=2)
    for name, rows in (("x", [first, near]), ("y", [copy])):
        sketch_texts(write(tmp_path / f"t{name}", rows), Staying(), tmp_path / name, tmp_path / "s")
    output, stats = tmp_path / "out", tmp_path / "stats"
    options = ["--near-duplicate-jaccard=0.8", "--min-records=1", f"--output={output}", f"--stats={stats}"]
    done = CliRunner().invoke(find_copies.main, [*options, str(tmp_path / "x"), str(tmp_path / "y")])
    assert done.output == "3 records in, 1 kept, 2 dropped\n"
    reasons = {row["id_code"]: row["drop_reason"] for row in read_rows(output, COPY)}
    assert reasons == {copy["id_code"]: "copied_text", near["id_code"]: "near_copy"}
    assert read_json(stats)["dropped"] == {"copied_text": 1, "near_copy": 1}
