"""write_application: one job a system over all applications; nothing that comes back is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import write_application
from application_data import item, write_items
from benchmark_data import OTHER, FakeEngine, asking, run, serving
from humanllm.applications.tables import WRITTEN
from humanllm.engines.base import Feed, Reply
from humanllm.files import read_json
from humanllm.replies import APPLICATIONS
from humanllm.tables import read_rows


def options(folder: Path, share: float = 0.5) -> dict[str, Any]:
    return {
        "system": "tiny-base",
        "asking": asking(OTHER),
        "serving": serving(share),
        "journal": folder / "j.jsonl",
        "output": folder / "tiny-base.parquet",
        "dead": folder / "dead.jsonl",
        "stats": folder / "w.stats.json",
    }


def items(folder: Path) -> list[Path]:
    return [write_items(folder, [item(0, name), item(1, name)]) for name in APPLICATIONS]


def test_all_applications_are_asked_by_one_engine_and_a_second_run_asks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FakeEngine(
        lambda request: "" if request.id.endswith("human_explainer:1") else "<think>Cold?</think>I was cold."
    )
    monkeypatch.setattr("humanllm.sessions.open_engine", engine)
    done = run(write_application.main, *items(tmp_path), **options(tmp_path))
    assert done.exit_code == 0, done.output
    assert done.output.endswith("tiny-base: 6 answers to 6 items, 1 blank, 0 cut off\n")
    rows = read_rows(tmp_path / "tiny-base.parquet", WRITTEN)
    assert {row["application"] for row in rows} == set(APPLICATIONS)
    assert {row["text"] for row in rows} == {"", "I was cold."}
    assert {(row["system"], row["model"], row["revision"]) for row in rows} == {("tiny-base", "models/other", "made")}
    stats = read_json(tmp_path / "w.stats.json")
    assert (stats["in"], stats["kept"], stats["blank"]) == (6, 6, {"human_explainer": 1})
    first = (tmp_path / "tiny-base.parquet").read_bytes()
    assert run(write_application.main, *items(tmp_path), **options(tmp_path)).exit_code == 0
    assert len(engine.asked) == 6
    assert (tmp_path / "tiny-base.parquet").read_bytes() == first


class Overflowing(FakeEngine):
    """One prompt does not fit, one answer is cut off."""

    def replies(self, feed: Feed) -> Any:
        for request in iter(feed, None):
            self.asked.append(request)
            if request.id.endswith("profile_writing:0"):
                yield Reply(request.id, "", "overflow", prompt_tokens=9999)
            else:
                yield Reply(request.id, "They keep", "length", output_tokens=2)


def test_what_cannot_be_asked_has_a_row_without_text_and_what_is_cut_off_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("humanllm.sessions.open_engine", Overflowing(str))
    path = write_items(tmp_path, [item(0, "profile_writing"), item(1, "profile_writing")])
    done = run(write_application.main, path, **options(tmp_path))
    assert done.exit_code == 0, done.output
    dead, cut = read_rows(tmp_path / "tiny-base.parquet", WRITTEN)
    assert (dead["text"], dead["finish_reason"]) == (None, "overflow")
    assert (cut["text"], cut["finish_reason"]) == ("They keep", "length")
    stats = read_json(tmp_path / "w.stats.json")
    assert (stats["in"], stats["kept"], stats["dead"]) == (2, 1, {"overflow": 1})
    assert stats["cut_off"] == {"profile_writing": 1}
    strict = run(write_application.main, path, **options(tmp_path, share=0.1))
    assert strict.exit_code == 1
    assert "1 of 2 requests to other are dead (overflow)" in strict.stderr
