from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import answer_benchmark
import score_benchmark
from benchmark_data import MODEL, FakeEngine, asking, motive_file, run, serving
from humanllm.benchmarks import build
from humanllm.engines.base import Reply, Request
from humanllm.files import read_json
from humanllm.stats import Tally
from humanllm.tables import ITEM, RESPONSE, read_rows, write_rows
from openai_server import serve

ROOT = Path(__file__).parents[2]
PROMPT = ROOT / "scripts/prompts/benchmarks/motivebench.md"


def items_at(folder: Path, golds: list[str] | None = None) -> Path:
    items, _ = build("motivebench", [motive_file(folder, golds or ["ABC", "DEF"])], {"orders": 2}, Tally("b"))
    write_rows(folder / "items.parquet", items, ITEM)
    return folder / "items.parquet"


def options(folder: Path, **more: Any) -> dict[str, Any]:
    known = {
        "items": folder / "items.parquet",
        "prompt": PROMPT,
        "system": "tiny-base",
        "asking": asking(MODEL),
        "serving": serving(),
        "constrained": False,
        "likelihood": False,
        "journal": folder / "journal.jsonl",
        "output": folder / "r.parquet",
        "dead": folder / "r.dead.jsonl",
        "stats": folder / "r.stats.json",
    }
    return known | more


def oracle(request: Request) -> str:
    """Finds the gold text among the options: the item's number says which it is."""
    texts = ["to rest", "to help", "to win", "to learn", "to hide", "to eat"]
    _, _, scenario, rest = request.id.split(":")
    gold = texts[int(scenario) * 3 + int(rest.split("#")[0]) - 1]
    line = next(line for line in request.fields["options"].splitlines() if line.endswith(gold))
    return f"The answer is {line[0]}."


def test_letters_become_choices_that_the_scores_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items_at(tmp_path)
    monkeypatch.setattr("humanllm.sessions.open_engine", FakeEngine(oracle))
    done = run(answer_benchmark.main, **options(tmp_path))
    assert done.exit_code == 0, done.output
    assert "tiny-base: 12 of 12 questions answered, 0 without a letter" in done.output
    rows = read_rows(tmp_path / "r.parquet", RESPONSE)
    assert len(rows) == 12
    assert all(row["correct"] for row in rows)
    assert [(row["order"], row["shown"], row["choice"]) for row in rows[:2]] == [(0, 0, 0), (1, 5, 0)]
    assert (rows[0]["text"], rows[0]["model"], rows[0]["prompt_tokens"]) == ("The answer is A.", "models/tiny", 9)
    scored = run(
        score_benchmark.main,
        benchmark="motivebench",
        system="tiny-base",
        items=tmp_path / "items.parquet",
        responses=tmp_path / "r.parquet",
        resamples=100,
        seed=1,
        output=tmp_path / "s.json",
        cells=tmp_path / "s.cells.parquet",
        stats=tmp_path / "s.stats.json",
    )
    assert scored.exit_code == 0, scored.output
    assert read_json(tmp_path / "s.json")["average"]["accuracy"] == 1.0


def test_silence_is_an_answer_that_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items_at(tmp_path)
    engine = FakeEngine(lambda request: "I cannot say." if request.id.endswith("#1") else "A")
    monkeypatch.setattr("humanllm.sessions.open_engine", engine)
    assert run(answer_benchmark.main, **options(tmp_path)).exit_code == 0
    assert len(engine.asked) == 12  # nothing is asked again for its form
    stats = read_json(tmp_path / "r.stats.json")
    assert (stats["in"], stats["kept"], stats["no_answer"], stats["dead"]) == (12, 12, 6, {})
    silent = [row for row in read_rows(tmp_path / "r.parquet") if row["order"] == 1]
    assert {(row["shown"], row["choice"], row["correct"]) for row in silent} == {(None, None, False)}


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items_at(tmp_path)
    killed = FakeEngine(oracle, stop_after=5)
    monkeypatch.setattr("humanllm.sessions.open_engine", killed)
    assert run(answer_benchmark.main, **options(tmp_path)).exit_code != 0
    assert not (tmp_path / "r.parquet").exists()
    again = FakeEngine(oracle)
    monkeypatch.setattr("humanllm.sessions.open_engine", again)
    assert run(answer_benchmark.main, **options(tmp_path)).exit_code == 0
    assert len(killed.asked) == 5
    assert len(again.asked) == 7
    assert not {request.id for request in killed.asked} & {request.id for request in again.asked}
    assert len(read_rows(tmp_path / "r.parquet")) == 12


def test_a_question_that_does_not_fit_is_dead_but_has_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items_at(tmp_path)

    class Short(FakeEngine):
        def replies(self, feed: Any) -> Any:
            for reply in super().replies(feed):
                yield Reply(reply.id, "", "overflow") if reply.id.endswith(":1#0") else reply

    monkeypatch.setattr("humanllm.sessions.open_engine", Short(oracle))
    assert run(answer_benchmark.main, **options(tmp_path)).exit_code == 1  # 2 of 12 are more than a tenth
    assert not (tmp_path / "r.parquet").exists()
    assert run(answer_benchmark.main, **options(tmp_path, serving=serving(max_dead_share=0.5))).exit_code == 0
    stats = read_json(tmp_path / "r.stats.json")
    assert (stats["in"], stats["kept"], stats["dead"], stats["no_answer"]) == (12, 10, {"overflow": 2}, 2)
    rows = read_rows(tmp_path / "r.parquet")
    assert len(rows) == 12
    assert [row["finish_reason"] for row in rows if row["shown"] is None] == ["overflow"] * 2


def test_a_model_trained_again_in_its_folder_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items_at(tmp_path)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    spec = json.dumps({"name": "tiny", "engine": "vllm", "path": str(folder), "revision": "made"})
    asked, revisions = [], []
    for weights in ("old", "old", "new"):
        (folder / "model.safetensors").write_text(weights)
        engine = FakeEngine(oracle)
        monkeypatch.setattr("humanllm.sessions.open_engine", engine)
        assert run(answer_benchmark.main, **options(tmp_path, asking=asking(spec))).exit_code == 0
        asked.append(len(engine.asked))
        revisions.append({row["revision"] for row in read_rows(tmp_path / "r.parquet")})
    assert asked == [12, 0, 12]
    assert revisions[0] == revisions[1] != revisions[2]


@pytest.mark.slow
def test_vllm_answers_in_letters_when_it_is_bound_to_them(tmp_path: Path) -> None:
    from humanllm.student import write_student

    write_student(tmp_path / "tiny", ["To rest or to help. A B C D E F."] * 40, 300, 2, 64, 1)
    items_at(tmp_path)
    model = {"name": "tiny", "engine": "vllm", "path": str(tmp_path / "tiny"), "revision": "made", "gpus": 0}
    spec = json.dumps(model | {"max_model_len": 2048})
    knobs = options(tmp_path, asking=asking(spec), constrained=True, likelihood=True)
    done = run(answer_benchmark.main, **knobs)
    assert done.exit_code == 0, done.output
    rows = read_rows(tmp_path / "r.parquet", RESPONSE)
    assert len(rows) == 12
    assert {row["text"] for row in rows} <= set("ABCDEF")
    assert all(row["choice"] is not None for row in rows)
    for row in rows:
        assert len(row["log_likelihoods"]) == 6
        assert row["log_likelihoods"][row["likeliest"]] == max(row["log_likelihoods"]) < 0
    assert "12 with log-probabilities" in done.output


class Killed:
    """answer_benchmark as a process of its own over a server on loopback."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        model = {"name": "s", "engine": "openai", "path": "m", "revision": "1", "base_url": url, "concurrency": 4}
        self.folder, self.journal = folder, folder / "journal.jsonl"
        self.options = options(folder, asking=asking(json.dumps(model)), likelihood=True)

    def start(self, items: Path) -> subprocess.Popen[str]:
        named = [f"--{name}={value}" for name, value in (self.options | {"items": items}).items()]
        command = [sys.executable, ROOT / "scripts/answer_benchmark.py", *named]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def end(self, items: Path) -> dict[str, bytes]:
        process = self.start(items)
        _, said = process.communicate()
        assert process.returncode == 0, said
        return {name: (self.folder / name).read_bytes() for name in ("r.parquet", "r.dead.jsonl", "r.stats.json")}

    def strike(self, items: Path, lines: int) -> None:
        """SIGKILL as soon as the journal has so many lines."""
        process = self.start(items)
        while process.poll() is None and not (self.journal.exists() and len(self.journal.open().readlines()) >= lines):
            time.sleep(0.001)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it ended before it was killed"


@pytest.mark.slow
def test_killed_midway_it_resumes_and_asks_no_answered_item_again(tmp_path: Path) -> None:
    items = items_at(tmp_path, ["ABC"] * 40)  # 240 questions and orders, 480 requests with the likelihoods
    with serve(delay=0.01) as server:
        wanted = Killed(tmp_path / "whole", server.url).end(items)
        before = len(server.bodies)
        assert before == 480
        stage = Killed(tmp_path / "killed", server.url)
        for lines in (40, 150, 300, 440):
            kept = len(stage.journal.open().readlines()) if stage.journal.exists() else 0
            assert kept < lines
            stage.strike(items, lines)
            assert not (stage.folder / "r.parquet").exists()
        assert stage.end(items) == wanted
        asked = Counter(json.dumps(body, sort_keys=True) for body in server.bodies[before:])
    assert len(asked) == 480
    again = asked.total() - 480
    assert again <= 4 * 4, "a kill costs what was in flight, four requests at most"
    lines = gzip.decompress(stage.journal.with_name("journal.jsonl.gz").read_bytes()).splitlines()
    assert len({json.loads(line)["key"] for line in lines}) == len(lines) == 480
