"""A bucket out of two dumps: users whole, by time; in = kept + dropped."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import gather_users
from humanllm.files import read_json
from humanllm.kcore import CORE
from humanllm.shards import BucketWriter
from humanllm.tables import DROPPED, RECORD, read_rows


def table(path: Path, *rows: tuple[str, int, str]) -> Path:
    with BucketWriter(path, RECORD) as writer:
        for number, (user, time, text) in enumerate(rows):
            bucket = 1 if user == "other" else 0
            row = {"id": f"{path.stem}{number}", "user": user, "time": time, "text": text, "bucket": bucket}
            writer.write(row | {"dump": path.stem, "row": number, "kind": "reviews", "item_id": text})
    return path


def run(folder: Path, bucket: int, *more: str) -> str:
    a = table(folder / "a", ("ann", 3, "three"), ("bob", 1, "lone"), ("other", 1, "else"))
    b = table(folder / "b", ("ann", 1, "one"), ("ann", 4, "ONE"))
    options = ["--bucket", bucket, "--near-duplicate-jaccard", 0.8, "--min-records", 2, "--output", folder / "out"]
    options += ["--dropped", folder / "dropped", "--stats", folder / "stats", *more, a, b]
    done = CliRunner().invoke(gather_users.main, [str(part) for part in options])
    assert done.exit_code == 0, done.stderr
    return done.output


def test_a_bucket_of_two_dumps(tmp_path: Path) -> None:
    assert run(tmp_path, 0) == "bucket 0: 4 records in, 2 kept, 2 dropped\n"
    assert [row["id"] for row in read_rows(tmp_path / "out", RECORD)] == ["b0", "a0"]
    dropped = read_rows(tmp_path / "dropped", DROPPED)
    assert [(row["id"], row["drop_reason"]) for row in dropped] == [("b1", "duplicate_text"), ("a1", "few_records")]
    stats = read_json(tmp_path / "stats")
    assert (stats["in"], stats["kept"], stats["users"], stats["kinds"]) == (4, 2, 1, {"reviews": 2})


def test_an_empty_bucket_is_a_table_without_rows(tmp_path: Path) -> None:
    assert run(tmp_path, 3) == "bucket 3: 0 records in, 0 kept, 0 dropped\n"
    assert read_rows(tmp_path / "out", RECORD) == []


def test_the_kcore_leaves_its_purchases_alone(tmp_path: Path) -> None:
    with BucketWriter(tmp_path / "core", CORE) as writer:
        for name, item in (("a0", "three"), ("b0", "one")):
            writer.write({"id": name, "user": "ann", "item_id": item, "bucket": 0})
    run(tmp_path, 0, "--core", str(tmp_path / "core"))
    assert read_json(tmp_path / "stats")["dropped"] == {"outside_kcore": 2}
