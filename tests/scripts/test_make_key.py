"""The key of user names: 32 bytes for its owner alone, random unless a seed is given."""

from __future__ import annotations

import stat
from pathlib import Path

from click.testing import CliRunner

import make_key


def make(path: Path, seed: str) -> bytes:
    kept = path.with_suffix(".kept")
    result = CliRunner().invoke(make_key.main, ["--seed", seed, "--kept", str(kept), "--output", str(path)])
    assert result.exit_code == 0, result.output
    return path.read_bytes()


def test_the_key_is_random_and_private(tmp_path: Path) -> None:
    first, second = make(tmp_path / "keys/a.key", "None"), make(tmp_path / "keys/b.key", "None")
    assert len(first) == len(second) == 32
    assert first != second
    assert stat.S_IMODE((tmp_path / "keys/a.key").stat().st_mode) == 0o600


def test_a_seed_repeats_it(tmp_path: Path) -> None:
    assert make(tmp_path / "a.key", "7") == make(tmp_path / "b.key", "7") != make(tmp_path / "c.key", "8")


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    """Snakemake deletes a rule's output before it runs the rule again."""
    path = tmp_path / "keys/users.key"
    first = make(path, "None")
    path.unlink()
    assert make(path, "None") == first
    assert stat.S_IMODE(path.with_suffix(".kept").stat().st_mode) == 0o600


def test_a_kept_key_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """A new one in its place would be silent ruin."""
    kept = tmp_path / "users.kept"
    kept.write_bytes(b"half")
    arguments = ["--kept", str(kept), "--output", str(tmp_path / "users.key")]
    result = CliRunner().invoke(make_key.main, arguments)
    assert result.exit_code == 1
    assert "has 4 bytes, not 32: bring it back from your backup" in result.output
    assert not (tmp_path / "users.key").exists()


def test_a_repeatable_key_is_not_kept(tmp_path: Path) -> None:
    make(tmp_path / "users.key", "7")
    assert not (tmp_path / "users.kept").exists()
