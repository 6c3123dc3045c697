from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.files import read_json, write_json
from humanllm.gate import count_users


def stats(folder: Path, users: int, kept: int) -> list[Path]:
    stages: dict[str, dict[str, Any]] = {
        "a": {"stage": "ingest_dump", "in": 10, "kept": 6, "dropped": {"short": 4}},
        "0": {"stage": "gather_users", "in": 4, "kept": kept, "users": users, "dropped": {"few_records": 4 - kept}},
        "1": {"stage": "gather_users", "in": 2, "kept": 0, "users": 0, "dropped": {"few_records": 2}},
    }
    for name, value in stages.items():
        write_json(folder / f"{name}.json", value)
    return [folder / f"{name}.json" for name in stages]


def test_users_are_counted_over_all_buckets(tmp_path: Path) -> None:
    expected = {"source": "blogger", "in": 10, "users": 1, "records": 3, "dropped": {"few_records": 3, "short": 4}}
    assert count_users("blogger", stats(tmp_path, 1, 3), tmp_path / "out") == expected
    assert read_json(tmp_path / "out") == expected


def test_nobody_left_is_an_error_that_names_the_knobs(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        count_users("blogger", stats(tmp_path, 0, 0), tmp_path / "out")
    assert "source blogger has no surviving user: of 10 raw records" in str(error.value)
    assert "few_records 6 (users.min_records); short 4 (filters.blogger.min_characters)" in str(error.value)
    assert not (tmp_path / "out").exists()
