"""select_records: clean records for the synthesis, the dropped ones with their reason."""

from __future__ import annotations

from pathlib import Path

from humanllm.tables import CLEAN, DROPPED, read_rows
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


def test_more_labels_can_be_kept(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([*garden(), record(6, NOISY)])
    stages.rewrite()
    stages.score()
    assert stages.select("--quality=high", "--quality=low", "--target-share=0.5")["kept"] == 6
