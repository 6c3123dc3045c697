"""select_records: clean records for the synthesis, the dropped ones with their reason."""

from __future__ import annotations

import json
from pathlib import Path

from humanllm.tables import CLEAN, CLEANED, DROPPED, read_rows, write_rows
from post_data import NOISY, Stages, garden, record


def test_records_are_cut_and_parted(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([*garden(), record(6, NOISY), record(1, garden()[0]["text"], user="bert")])
    stages.rewrite()
    stages.score()
    stats = stages.select()
    assert stats["dropped"] == {"few_records": 1, "quality_low": 1}
    assert (stats["in"], stats["kept"], stats["users"], stats["history"], stats["target"]) == (7, 5, 1, 3, 2)
    rows = read_rows(stages.path("clean"), CLEAN)
    assert [row["clean_part"] for row in rows] == ["history"] * 3 + ["target"] * 2
    dropped = read_rows(stages.path("clean.dropped"), DROPPED)
    assert {(row["id"], row["drop_reason"]) for row in dropped} == {
        ("blogger:blogs:anna6", "quality_low"),
        ("blogger:blogs:bert1", "few_records"),
    }


def test_what_is_masked_is_counted_and_laid_out_for_a_person(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    rows = [row | {"rewrite_text": row["text"], "score_quality": "high", "score_harmful": False} for row in garden()]
    rows[0] |= {"rewrite_text": "Write to kim@mail.net or eve@mail.net.", "rewrite_parent": "Call 212-555-7788."}
    write_rows(stages.path("scored"), rows, CLEANED)
    stats = stages.select()
    assert stats["masked"] == {"email": 2, "phone": 1}
    clean = read_rows(stages.path("clean"), CLEAN)[0]
    assert (clean["clean_text"], clean["clean_parent"]) == ("Write to [email] or [email].", "Call [phone].")
    lines = [json.loads(line) for line in (tmp_path / "clean.audit.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines].count(None) == 2
    assert {line["found"] for line in lines if line["kind"]} <= {"kim@mail.net", "eve@mail.net", "212-555-7788"}
    assert len(lines) == 4


def test_more_labels_can_be_kept(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([*garden(), record(6, NOISY)])
    stages.rewrite()
    stages.score()
    assert stages.select("high", "low")["kept"] == 6
