"""select_product: the cut keeps and refuses, and says why."""

from __future__ import annotations

from pathlib import Path

from humanllm.tables import JUDGED, REFUSED, read_rows, write_rows
from post_data import Stages

GRADES = [{"overall": 9, "coverage": 8}, {"overall": 8, "coverage": 9}, {"overall": 9, "coverage": 7}]


def test_the_cut_keeps_and_refuses(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    rows = [{"id": str(number), "kind": "topic", "judge_scores": grades} for number, grades in enumerate(GRADES)]
    write_rows(stages.path("topic.judged"), rows, JUDGED)
    stats = stages.cut("topic")
    assert (stats["in"], stats["kept"]) == (3, 1)
    assert stats["kinds"] == {"topic": 1}
    assert stats["dropped"] == {"below_coverage": 1, "below_overall": 1}
    assert [row["id"] for row in read_rows(stages.path("topic.genome"), JUDGED)] == ["0"]
    refused = read_rows(stages.path("topic.refused"), REFUSED)
    assert [(row["id"], row["drop_reason"]) for row in refused] == [("1", "below_overall"), ("2", "below_coverage")]
    assert stages.cut("topic", overall=8, others=7)["kept"] == 3
