"""score_quality: each rewritten record gets its labels."""

from __future__ import annotations

from pathlib import Path

from humanllm.tables import CLEANED, read_rows
from post_data import NOISY, Stages, garden, record


def test_records_are_labelled(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([*garden(), record(6, NOISY), record(7, "<script>x</script>")])
    stages.rewrite()
    stats = stages.score()
    assert (stats["in"], stats["kept"], stats["not_asked"]) == (7, 7, 1)
    rows = read_rows(stages.path("scored"), CLEANED)
    assert [row["score_quality"] for row in rows] == ["high"] * 5 + ["low", None]
    assert not any(row["score_harmful"] for row in rows)
    assert (rows[6]["rewrite_text"], rows[6]["score_harmful"], rows[6]["score_model"]) == ("", None, None)
    stats = stages.select()
    assert (stats["in"], stats["kept"], stats["dropped"]) == (7, 5, {"empty": 1, "quality_low": 1})
