"""lay_out_sheet: the HTML file, the key apart from it, and the counts."""

from __future__ import annotations

from pathlib import Path

import lay_out_sheet
from application_data import answer, item, sheet_options, write_answers
from benchmark_data import run
from humanllm.files import read_json


def test_sheet_key_and_counts_are_written(tmp_path: Path) -> None:
    named, made = sheet_options(tmp_path)
    done = run(lay_out_sheet.main, *named, **made)
    assert done.exit_code == 0, done.output
    key = read_json(tmp_path / "key.json")
    assert done.output == f"human_explainer: 6 answers to 3 items, sheet {key['sheet']}\n"
    assert {row["system"] for row in key["rows"].values()} == {"tiny-base", "tiny-1.5b"}
    html = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert html.count("<article") == 6
    assert "tiny-base" not in html
    stats = read_json(tmp_path / "s.stats.json")
    assert (stats["in"], stats["kept"], stats["dropped"], stats["rows"]) == (4, 3, {"not_drawn": 1}, 6)


def test_an_application_that_nobody_answered_is_one_line(tmp_path: Path) -> None:
    named, made = sheet_options(tmp_path)
    write_answers(tmp_path / "written", [answer(of, "", "tiny-base") for of in map(item, range(4))])
    done = run(lay_out_sheet.main, *named, **made)
    assert done.exit_code == 1
    assert "no item of human_explainer has an answer of each of tiny-base, tiny-1.5b" in done.stderr
    assert not (tmp_path / "sheet.html").exists()
