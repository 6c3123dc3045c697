from __future__ import annotations

import gzip
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
    found, facts = read_accounts([one, two], False)
    assert facts == {"accounts": 5, "without_description": 2, "unreadable": 0}
    assert found.rows() == [("ann", "Runs"), ("bob", ""), ("dora", "Sings")]
    assert found.columns == ["name", "description"]


def test_one_row_a_user_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    one = lines(tmp_path / "a", {"user": "ann", "description": "Shop"}, {"user": "bob", "description": "b"})
    two = lines(tmp_path / "b", {"user": "ann", "description": "Poet", "verified": True})
    assert read_accounts([one, two], False).rows.equals(read_accounts([two, one], False).rows)
    assert read_accounts([one, two], False).rows.rows() == [("ann", "Shop"), ("bob", "b")]
    assert read_accounts([], False).rows.rows() == []


def test_tweets_given_as_accounts_are_refused(tmp_path: Path) -> None:
    tweets = lines(tmp_path / "t", {"user": "ann", "description": "x", "tweet": "hello"})
    with pytest.raises(InputError, match="t holds no row with user, description and without tweet"):
        read_accounts([tweets], False)
    pq.write_table(pa.table({"user": ["ann"], "tweet": ["hello"]}), tmp_path / "p")
    with pytest.raises(InputError, match="p lacks the columns description"):
        read_accounts([tmp_path / "p"], False)


def test_rows_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    broken = lines(tmp_path / "a", {"user": "ann", "description": "Runs"})
    broken.write_text(broken.read_text() + '{"user": "bob", "des\n')
    found, facts = read_accounts([broken], False)
    assert found.rows() == [("ann", "Runs")]
    assert facts == {"accounts": 2, "without_description": 0, "unreadable": 1}


def test_a_truncated_file_is_an_error_unless_it_is_accepted(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"user": f"u{at}", "description": f"Likes {at**7}"}) + "\n" for at in range(5000))
    cut = tmp_path / "users.jsonl.gz"
    cut.write_bytes(gzip.compress(rows.encode())[:-5000])
    with pytest.raises(InputError, match=r"users\.jsonl\.gz ends in the middle .* or set filters\.accept_truncated"):
        read_accounts([cut], False)
    found, facts = read_accounts([cut], True)
    assert facts == {"accounts": len(found) + 1, "without_description": 0, "unreadable": 1, "truncated": 1}
    assert len(found) > 1000
