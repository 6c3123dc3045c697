"""rewrite_text over ten-line posts: cleaned text beside the raw, and a rerun that asks nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from humanllm.tables import CLEANED, RECORD, REWRITE, read_rows
from post_data import GARDEN, NOISY, Stages, garden, record


def test_records_are_rewritten_in_order(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([record(2, NOISY, title="Spring", user="bert"), *reversed(garden())])
    stats = stages.rewrite()
    assert (stats["in"], stats["kept"], stats["dead"]) == (6, 6, {})
    rows = read_rows(stages.path("rewritten"), pa.schema([*RECORD, *REWRITE]))
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
    files = [tmp_path / name for name in ("rewritten.parquet", "rewritten.stats.json", "replies/rewritten.jsonl.gz")]
    before = [path.read_bytes() for path in files]
    monkeypatch.setattr("humanllm.sessions.open_engine", None)  # calling it would fail
    stages.rewrite()
    assert [path.read_bytes() for path in files] == before


def test_a_post_that_comments_answer_is_rewritten_once(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    answer = {"parent_id": "reddit:submissions:p", "parent_text": "<b>How</b> do I water them?\n\nAsk kim@mail.net."}
    stages.records([*garden(), record(6, GARDEN[0], **answer), record(7, GARDEN[1], **answer)])
    stats = stages.rewrite()
    assert (stats["in"], stats["kept"]) == (7, 7)
    assert stats["parents"] == {"asked": 1, "dead": 0, "empty": 0}
    rows = read_rows(stages.path("rewritten"))
    assert [row["rewrite_parent"] for row in rows[:5]] == [None] * 5
    assert {row["rewrite_parent"] for row in rows[5:]} == {"How do I water them?\n\nAsk someone@example.com."}


def test_a_comment_stays_without_its_post_when_that_is_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stages = Stages(tmp_path)
    rules = {"rewrite/blogger": lambda fields: {"text": fields["post"]} if "soil" in fields["post"] else {}}
    monkeypatch.setattr("humanllm.engines.extractive.ANSWERS", rules)
    post = {"parent_id": "p", "parent_text": "Say how."}
    stages.records([record(day, GARDEN[0], **(post if day == 1 else {})) for day in range(1, 51)])
    stats = stages.rewrite()
    assert (stats["kept"], stats["dead"], stats["parents"]) == (50, {}, {"asked": 1, "dead": 1, "empty": 0})
    assert read_rows(stages.path("rewritten"))[0]["rewrite_parent"] is None
    (letter,) = [json.loads(line) for line in (tmp_path / "rewritten.dead.jsonl").read_text().splitlines()]
    assert (letter["id"], letter["reason"]) == ("p#parent", "form")


def test_scored_first_what_fails_the_cut_is_not_asked(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([*garden(), record(6, NOISY), record(7, GARDEN[0] + " They all deserve to die.")])
    assert stages.score("records", "text")["kept"] == 7
    stats = stages.rewrite("scored", "--quality=high")
    assert (stats["in"], stats["kept"], stats["not_asked"]) == (7, 7, 2)
    rows = read_rows(stages.path("rewritten"), CLEANED)
    for column in ("rewrite_text", "rewrite_model"):
        assert [row[column] is None for row in rows] == [False] * 5 + [True] * 2
    stats = stages.select(records="rewritten")
    assert (stats["kept"], stats["dropped"]) == (5, {"harmful": 1, "quality_low": 1})


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
