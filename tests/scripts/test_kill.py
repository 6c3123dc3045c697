"""A stage that is killed again and again ends as if nothing had been, and pays for no reply twice."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from humanllm.engines.base import Feed, Reply
from humanllm.engines.extractive import ExtractiveEngine
from humanllm.tables import RECORD, write_rows
from openai_server import serve
from post_data import GARDEN, MODEL, ROOT, SAMPLING, record

WAYS = [signal.SIGKILL] * 10 + [signal.SIGTERM, signal.SIGINT]


class Stage:
    """rewrite_text over one bucket, as a process of its own."""

    def __init__(self, folder: Path, model: dict[str, Any]) -> None:
        self.folder, self.journal, self.model = folder, folder / "state/0.jsonl", model
        self.journal.parent.mkdir(parents=True)

    def options(self, records: Path) -> list[str]:
        facts = {"model": self.model, "sampling": json.loads(SAMPLING)}
        serving = json.dumps({"model": {}, "attempts": 2, "max_dead_share": 0.02})
        files = {"output": "0.parquet", "dead": "0.dead.jsonl", "stats": "0.stats.json"}
        prompt = f"{ROOT}/scripts/prompts/rewrite/blogger.md"
        return [
            *(f"--asking={json.dumps(facts | {'seed': 1})}", f"--serving={serving}", f"--records={records}"),
            *(f"--prompt={prompt}", f"--journal={self.journal}"),
            *(f"--{option}={self.folder / name}" for option, name in files.items()),
        ]

    def start(self, records: Path) -> subprocess.Popen[str]:
        command = [sys.executable, f"{ROOT}/scripts/rewrite_text.py", *self.options(records)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def end(self, records: Path) -> dict[str, bytes]:
        """Run it to its end; what it made."""
        process = self.start(records)
        _, said = process.communicate()
        assert process.returncode == 0, said
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def strike(self, records: Path, size: int, how: signal.Signals) -> None:
        """Kill it as soon as its journal has `size` bytes."""
        process = self.start(records)
        while process.poll() is None and not (self.journal.exists() and self.journal.stat().st_size >= size):
            time.sleep(0.0005)
        process.send_signal(how)
        process.communicate()
        assert process.returncode != 0, "it ended before it was killed"

    def lines(self) -> list[dict[str, str]]:
        """Every line that the journal's files hold."""
        packed = self.journal.with_name("0.jsonl.gz")
        whole = (gzip.decompress(packed.read_bytes()) if packed.exists() else b"") + self.journal.read_bytes()
        return [json.loads(line) for line in whole.splitlines()]


def write_records(path: Path, count: int) -> Path:
    posts = [record(number, f"{GARDEN[number % 5]} This was day {number}.") for number in range(count)]
    write_rows(path, posts, RECORD)
    return path


def kill_often(tmp_path: Path, model: dict[str, Any], count: int) -> None:
    """Hold a stage that is killed at random places of its journal against one that is not."""
    records = write_records(tmp_path / "records.parquet", count)
    whole, killed = Stage(tmp_path / "whole", model), Stage(tmp_path / "killed", model)
    wanted = whole.end(records)
    size = sum(len(json.dumps(line, separators=(",", ":"))) for line in whole.lines())
    seed = os.getpid()
    places = sorted(random.Random(seed).uniform(0.01, 0.85) for _ in WAYS)
    for place, how in zip(places, WAYS, strict=True):
        killed.strike(records, int(place * size), how)
    assert not (killed.folder / "0.parquet").exists()
    assert killed.end(records) == wanted, f"seed {seed}"
    answered = Counter(line["id"] for line in killed.lines())
    assert len(answered) == count
    assert set(answered.values()) == {1}, f"a request was answered twice (seed {seed})"


class Dies(ExtractiveEngine):
    """Breaks down after 7 replies."""

    def replies(self, feed: Feed) -> Iterator[Reply]:
        yield from itertools.islice(super().replies(feed), 7)
        raise RuntimeError("CUDA error: an illegal memory access was encountered\nCompile with ...")


def test_an_engine_that_dies_is_one_line_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import rewrite_text

    records, stage = write_records(tmp_path / "records.parquet", 20), Stage(tmp_path / "x", json.loads(MODEL))
    with monkeypatch.context() as patched:
        patched.setattr("humanllm.sessions.open_engine", lambda _: Dies())
        done = CliRunner().invoke(rewrite_text.main, stage.options(records))
    assert (done.exit_code, "Traceback" in done.stderr) == (1, False)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: extractive stopped answering: RuntimeError: CUDA error: an illegal memory access")
    assert last.endswith(
        f"; 7 replies are kept in {stage.journal}: run the same command again, only what is missing will be asked"
    )
    assert len(stage.lines()) == 7
    assert not (stage.folder / "0.parquet").exists()
    done = CliRunner().invoke(rewrite_text.main, stage.options(records))
    assert (done.exit_code, len(stage.lines())) == (0, 20)
    assert "20 of 20 (7 from the journal)" in done.stderr


@pytest.mark.slow
def test_rules_killed_ten_times(tmp_path: Path) -> None:
    kill_often(tmp_path, json.loads(MODEL), 3000)


@pytest.mark.slow
def test_a_seeded_server_whose_client_is_killed_ten_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "made-up")
    with serve(delay=0.01) as server:
        model = {"name": "served", "engine": "openai", "path": "m", "revision": "1", "base_url": server.url}
        kill_often(tmp_path, model | {"concurrency": 8}, 1500)
        seeds = {body["seed"] for body in server.bodies if body.get("seed") is not None}
        assert len(seeds) == 1500, "each request has a seed of its own, the same in every run"
        assert len(server.bodies) <= 2 * 1500 + 8 * len(WAYS) + 2 * len(WAYS), "a kill costs what was in flight"
