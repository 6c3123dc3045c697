"""The gate before the model stages."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import count_users
from humanllm.files import read_json, write_json


def run(folder: Path, users: int) -> tuple[int, str]:
    write_json(folder / "a", {"stage": "ingest_dump", "in": 3, "kept": 2, "dropped": {"quote": 1}})
    write_json(folder / "0", {"stage": "gather_users", "in": 2, "kept": 2, "users": users, "dropped": {}})
    arguments = ["--source", "twitter", "--output", folder / "out", folder / "a", folder / "0"]
    done = CliRunner().invoke(count_users.main, [str(part) for part in arguments])
    return done.exit_code, done.output


def test_the_counts_are_written(tmp_path: Path) -> None:
    assert run(tmp_path, 1) == (0, "twitter: 1 users with 2 records of 3\n")
    assert read_json(tmp_path / "out")["users"] == 1


def test_no_user_is_an_error(tmp_path: Path) -> None:
    code, output = run(tmp_path, 0)
    assert code == 1
    assert "source twitter has no surviving user" in output
    assert "quote 1 (filters.twitter.quotes)" in output
