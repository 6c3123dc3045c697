"""The key of user names: 32 bytes for its owner alone, random unless a seed is given."""

from __future__ import annotations

import stat
from pathlib import Path

from click.testing import CliRunner

import make_key


def make(path: Path, seed: str) -> bytes:
    result = CliRunner().invoke(make_key.main, ["--seed", seed, "--output", str(path)])
    assert result.exit_code == 0, result.output
    return path.read_bytes()


def test_the_key_is_random_and_private(tmp_path: Path) -> None:
    first, second = make(tmp_path / "keys/a.key", "None"), make(tmp_path / "keys/b.key", "None")
    assert len(first) == len(second) == 32
    assert first != second
    assert stat.S_IMODE((tmp_path / "keys/a.key").stat().st_mode) == 0o600


def test_a_seed_repeats_it(tmp_path: Path) -> None:
    assert make(tmp_path / "a.key", "7") == make(tmp_path / "b.key", "7") != make(tmp_path / "c.key", "8")
