"""Models and data sets from a pretend hub: what is fetched, what is refused, what is checked without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from safetensors.numpy import save

from hub_server import COMMIT, Hub, hub

ROOT = Path(__file__).resolve().parents[2]
SHARDS = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]


def weights(value: float) -> bytes:
    return bytes(save({"weight": np.full(8, value, np.float32)}))


def model() -> dict[str, bytes]:
    index = {"weight_map": {"a": SHARDS[0], "b": SHARDS[1]}}
    return {
        "config.json": b'{"model_type": "qwen2"}',
        "tokenizer.json": b"{}",
        "chat_template.jinja": b"{{ messages }}",
        "model.safetensors.index.json": json.dumps(index).encode(),
        SHARDS[0]: weights(1),
        SHARDS[1]: weights(2),
        "pytorch_model.bin": b"a pickle",
        "modeling_own.py": b"print('code')",
        "original/consolidated.safetensors": weights(3),
        "README.md": b"words",
    }


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub({"a/teacher": model(), "a/student": model()}) as found:
        yield found


@pytest.fixture
def overlay(tmp_path: Path) -> dict[str, Any]:
    """A run with a teacher, a student, and a judge by rules; benchmarks without files of their own."""
    (tmp_path / "questions.json").write_text("[]")
    there = {"files": [str(tmp_path / "questions.json")]}
    return {
        "hub": {"cache": str(tmp_path / "cache")},
        "models": {
            "t": {"engine": "vllm", "path": "a/teacher", "revision": "main", "max_model_len": 131072},
            "s": {"engine": "vllm", "path": "a/student", "revision": COMMIT},
        },
        "teacher": "t",
        "judge": "extractive",
        "students": ["s"],
        "systems": [],
        "distractors": {"systems": ["t"]},
        "benchmarks": {"motivebench": there, "tombench": there},
    }


def run(
    folder: Path, overlay: dict[str, Any], *options: str, endpoint: str = "http://127.0.0.1:9"
) -> subprocess.CompletedProcess[str]:
    (folder / "mine.yaml").write_text(yaml.safe_dump(overlay))
    command = [sys.executable, ROOT / "scripts/fetch_models.py", "--configfile", folder / "mine.yaml", *options]
    environment = os.environ | {
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(folder / "home"),
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_XET": "1",
    }
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment, cwd=folder)


def test_what_the_run_uses_is_fetched_checked_and_pinned(server: Hub, overlay: dict[str, Any], tmp_path: Path) -> None:
    done = run(tmp_path, overlay, endpoint=server.url)
    assert done.returncode == 0, done.stderr
    taken = {one.removeprefix("a/teacher/") for one in server.fetched if one.startswith("a/teacher")}
    assert taken == {"config.json", "tokenizer.json", "chat_template.jinja", "model.safetensors.index.json", *SHARDS}
    assert f"a/teacher@{COMMIT[:12]}" in done.stdout
    assert "teacher, distractors: whole" in done.stdout
    assert "2 of 2 models from the hub are whole" in done.stdout
    pins = yaml.safe_load(done.stdout.split("lay this over your config:\n")[1])
    assert pins == {"models": {"t": {"revision": COMMIT}}}  # the student is pinned already

    server.fetched.clear()
    assert run(tmp_path, overlay, endpoint=server.url).returncode == 0
    assert server.fetched == [], "what is here is not fetched again"
    for options in (["--check"], ["--check", "--hashes"]):
        checked = run(tmp_path, overlay, *options)  # no server at this address
        assert checked.returncode == 0, checked.stderr
        assert "2 of 2 models from the hub are whole" in checked.stdout


def test_jobs_use_the_fetched_model_without_a_network(server: Hub, overlay: dict[str, Any], tmp_path: Path) -> None:
    assert run(tmp_path, overlay, endpoint=server.url).returncode == 0
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": overlay["hub"]["cache"]}
    code = "import sys; from humanllm.modelfiles import local_folder; print(local_folder(sys.argv[1], sys.argv[2]))"
    for name, revision in (("a/teacher", "main"), ("a/student", COMMIT)):
        command = [sys.executable, "-c", code, name, revision]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT / "scripts")
        assert done.stdout.strip().endswith(f"/snapshots/{COMMIT}"), done.stderr


def snapshot(overlay: dict[str, Any], name: str) -> Path:
    return Path(overlay["hub"]["cache"]) / f"models--a--{name}/snapshots/{COMMIT}"


def test_missing_cut_and_damaged_files_are_named(server: Hub, overlay: dict[str, Any], tmp_path: Path) -> None:
    empty = run(tmp_path, overlay, "--check")
    assert empty.returncode == 1
    assert "t: a/teacher@main is not here: fetch it\n" in empty.stderr
    assert run(tmp_path, overlay, endpoint=server.url).returncode == 0

    (snapshot(overlay, "teacher") / SHARDS[0]).unlink()
    blob = (snapshot(overlay, "student") / SHARDS[0]).resolve()
    whole = blob.read_bytes()
    blob.write_bytes(whole[:-1] + b"x")
    assert run(tmp_path, overlay, "--check").stderr.count("\n  ") == 1, "headers alone do not tell a changed byte"
    found = run(tmp_path, overlay, "--check", "--hashes").stderr
    assert "t: a/teacher@main is not whole: fetch it again (" in found
    assert f"s: {blob} is not what the hub has: delete it and fetch again" in found
    blob.write_bytes(whole[:-1])
    assert f"{SHARDS[0]} cannot be read" in run(tmp_path, overlay, "--check").stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"path": "a/nothing"}, "the hub has no a/nothing, or shows it only to those it knows"),
        ({"revision": "v9"}, "a/teacher has no revision v9 on the hub: correct it in the config"),
        ({"path": "a/gated"}, "a/gated asks for your consent: give it at https://huggingface.co/a/gated, then log in"),
        ({"path": "/no/folder"}, "no model folder at /no/folder"),
    ],
)
def test_what_the_hub_refuses_is_said(
    change: dict[str, str], said: str, server: Hub, overlay: dict[str, Any], tmp_path: Path
) -> None:
    server.repositories["a/gated"] = model()
    server.gated.add("a/gated")
    overlay["models"]["t"] |= change
    done = run(tmp_path, overlay, endpoint=server.url)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_data_sets_go_where_the_config_looks_for_them(server: Hub, overlay: dict[str, Any], tmp_path: Path) -> None:
    server.repositories["HuggingFaceTB/smoltalk"] = {
        "data/all/train-0.parquet": b"PAR1",
        "data/all/test-0.parquet": b"",
    }
    overlay["variants"] = ["full", "gen"]
    done = run(tmp_path, overlay, endpoint=server.url)
    assert (tmp_path / "dumps/smoltalk/data/all/train-0.parquet").read_bytes() == b"PAR1"
    assert not (tmp_path / "dumps/smoltalk/data/all/test-0.parquet").exists()
    assert done.returncode == 1
    assert "orca: the hub has no microsoft/orca-agentinstruct-1M-v1" in done.stderr
    assert "ablations.gen.orca.files: no file at dumps/orca-agentinstruct/data/*.parquet" in done.stderr
    assert "smoltalk" not in done.stderr.split("not all is here")[1]


def test_too_small_a_disk_is_said(tmp_path: Path) -> None:
    from humanllm.errors import InputError
    from humanllm.fetching import demand_room

    with pytest.raises(InputError, match=r"make room, or lay hub\.cache on a larger disk"):
        demand_room(10**18, tmp_path / "not/made/yet")
    demand_room(1, tmp_path)
