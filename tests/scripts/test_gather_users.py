"""A bucket out of two dumps: users whole, by time; in = kept + dropped."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import gather_users
from humanllm.files import read_json, write_json
from humanllm.kcore import CORE
from humanllm.table_index import index_tables
from humanllm.tables import DROPPED, RECORD, read_rows
from record_data import Run, filtered, hashed, write


def run(folder: Path, bucket: int, *more: str) -> str:
    a = [filtered("a0", time=3, text="three"), filtered("a1", "bob", text="lone")]
    b = [filtered("b0", time=1, text="one"), filtered("b1", time=4, text="ONE")]
    tables = [write(folder / "a", a), write(folder / "b", b)]
    write_json(folder / "tables.json", index_tables(tables, 1))
    options = [
        "--bucket",
        bucket,
        "--tables",
        folder / "tables.json",
        "--copies",
        Run(folder, tables).copies(),
        "--memory",
        100,
    ]
    options += ["--min-records", 2, "--min-characters", 0]
    options += ["--output", folder / "out", "--dropped", folder / "dropped", "--stats", folder / "stats", *more]
    done = CliRunner().invoke(gather_users.main, [str(part) for part in options])
    assert done.exit_code == 0, done.stderr
    return done.output


def test_a_bucket_of_two_dumps(tmp_path: Path) -> None:
    assert run(tmp_path, 0) == "bucket 0: 4 records in, 2 kept, 2 dropped\n"
    assert [row["text"] for row in read_rows(tmp_path / "out", RECORD)] == ["one", "three"]
    dropped = {row["text"]: row["drop_reason"] for row in read_rows(tmp_path / "dropped", DROPPED)}
    assert dropped == {"ONE": "duplicate_text", "lone": "few_records"}
    stats = read_json(tmp_path / "stats")
    assert (stats["in"], stats["kept"], stats["users"], stats["kinds"]) == (4, 2, 1, {"submissions": 2})


def test_an_empty_bucket_is_a_table_without_rows(tmp_path: Path) -> None:
    assert run(tmp_path, 3) == "bucket 3: 0 records in, 0 kept, 0 dropped\n"
    assert read_rows(tmp_path / "out", RECORD) == []


def test_the_kcore_leaves_its_purchases_alone(tmp_path: Path) -> None:
    edges = [{"bucket": 0, "id_code": filtered(name)["id_code"], "item_code": 1} for name in ("a0", "b0")]
    write(tmp_path / "core", edges, CORE)
    run(tmp_path, 0, "--core", str(tmp_path / "core"))
    assert [row["user"] for row in read_rows(tmp_path / "out")] == [hashed("anna")] * 2
    assert read_json(tmp_path / "stats")["dropped"]["outside_kcore"] == 2
