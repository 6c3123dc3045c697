from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humanllm.accounts import read_accounts
from humanllm.errors import InputError


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_accounts_of_several_files(tmp_path: Path) -> None:
    one = lines(
        tmp_path / "a",
        {"user": "ann", "description": "Runs", "verified": True, "id": 1},
        {"user": "bob", "description": ""},
        {"user": "carl", "description": None},
        {"user": None, "description": "nobody"},
    )
    two = tmp_path / "b.parquet"
    pq.write_table(pa.table({"user": ["dora"], "description": ["Sings"], "verified": ["False"]}), two)
    found = read_accounts([one, two])
    assert found.rows() == [("ann", "Runs"), ("bob", ""), ("dora", "Sings")]
    assert found.columns == ["name", "description"]


def test_one_row_a_user_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    one = lines(tmp_path / "a", {"user": "ann", "description": "Shop"}, {"user": "bob", "description": "b"})
    two = lines(tmp_path / "b", {"user": "ann", "description": "Poet", "verified": True})
    assert read_accounts([one, two]).equals(read_accounts([two, one]))
    assert read_accounts([one, two]).rows() == [("ann", "Shop"), ("bob", "b")]
    assert read_accounts([]).rows() == []


def test_tweets_given_as_accounts_are_refused(tmp_path: Path) -> None:
    tweets = lines(tmp_path / "t", {"user": "ann", "description": "x", "tweet": "hello"})
    with pytest.raises(InputError, match="t holds no row with user, description and without tweet"):
        read_accounts([tweets])
    pq.write_table(pa.table({"user": ["ann"], "tweet": ["hello"]}), tmp_path / "p")
    with pytest.raises(InputError, match="p lacks the columns description"):
        read_accounts([tmp_path / "p"])
