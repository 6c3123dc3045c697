from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.errors import InputError
from humanllm.users import bucket_of, keyed, read_key

KEY = bytes(range(32))


def test_a_name_has_one_hash_under_a_key() -> None:
    assert keyed(KEY, "reddit", "ann") == "5aa55ef4035de4c57424609cd83a00ff"
    assert keyed(KEY, "reddit", "ann") != keyed(KEY, "twitter", "ann")
    assert keyed(KEY, "reddit", "ann") != keyed(bytes(32), "reddit", "ann")


def test_bucket_of() -> None:
    assert bucket_of("0000000a" + "f" * 24, 4) == 2


def test_a_key_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY)
    assert read_key(tmp_path / "key") == KEY
    (tmp_path / "short").write_bytes(b"secret")
    with pytest.raises(InputError, match="has 6 bytes, not 32"):
        read_key(tmp_path / "short")
    with pytest.raises(InputError, match="cannot be read"):
        read_key(tmp_path / "none")
