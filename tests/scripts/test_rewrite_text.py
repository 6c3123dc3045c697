"""rewrite_text over ten-line posts: cleaned text beside the raw, and a rerun that asks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from humanllm.tables import REWRITTEN, read_rows
from post_data import GARDEN, NOISY, Stages, garden, record


def test_records_are_rewritten_in_order(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([record(2, NOISY, title="Spring", user="bert"), *reversed(garden())])
    stats = stages.rewrite()
    assert (stats["in"], stats["kept"], stats["dead"]) == (6, 6, {})
    rows = read_rows(stages.path("rewritten"), REWRITTEN)
    assert [row["place"] for row in rows] == [1, 2, 3, 4, 5, 2]
    assert rows[0]["rewrite_text"] == rows[0]["text"] == GARDEN[0]
    assert rows[5]["rewrite_text"] == "Spring\n\nHello & welcome!\nWrite to someone@example.com or see this."
    assert (rows[0]["rewrite_model"], rows[0]["rewrite_revision"], len(rows[0]["rewrite_prompt"])) == (
        "extractive",
        "1",
        32,
    )
    assert (tmp_path / "rewritten.dead.jsonl").read_text() == ""


def test_a_rerun_replays_and_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stages = Stages(tmp_path)
    stages.records(garden())
    stages.rewrite()
    files = [tmp_path / name for name in ("rewritten.parquet", "rewritten.stats.json", "replies/rewritten.jsonl")]
    before = [path.read_bytes() for path in files]
    monkeypatch.setattr("humanllm.asking.open_engine", None)  # calling it would fail
    stages.rewrite()
    assert [path.read_bytes() for path in files] == before


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    import rewrite_text

    stages = Stages(tmp_path, model='{"name": "m", "engine": "vllm", "path": "/no/model", "revision": "x"}')
    stages.records(garden())
    prompt = Path(__file__).parents[2] / "scripts/prompts/rewrite/blogger.md"
    options = [f"--records={stages.path('records')}", f"--prompt={prompt}", *stages._asking("rewritten")]
    options += [f"--output={stages.path('rewritten')}", f"--stats={tmp_path}/s.json"]
    done = CliRunner().invoke(rewrite_text.main, options)
    assert done.exit_code == 1
    assert "Error: no model folder at /no/model: make it, or name a model of the hub" in done.stderr
    assert not stages.path("rewritten").exists()
