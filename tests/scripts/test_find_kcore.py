"""The k-core over two categories: a user's purchases count together."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

import find_kcore
from humanllm.files import read_json
from humanllm.kcore import CORE
from humanllm.shards import BucketWriter, read_bucket
from humanllm.tables import RECORD, read_rows


def table(path: Path, *edges: tuple[str, str, int]) -> Path:
    """One filtered table of (user, item, time)."""
    with BucketWriter(path, RECORD) as writer:
        for row, (user, item, time) in enumerate(edges):
            bucket = int(user[-1]) % 2
            name = f"{path.stem}{row}"
            writer.write(
                {
                    "id": name,
                    "user": user,
                    "item_id": item,
                    "time": time,
                    "bucket": bucket,
                    "dump": path.stem,
                    "row": row,
                }
            )
    return path


def run(folder: Path, users: int, items: int) -> Result:
    a = table(folder / "a", ("u1", "x", 5), ("u2", "x", 1), ("u2", "x", 0), ("u3", "z", 1))
    b = table(folder / "b", ("u1", "y", 1), ("u2", "y", 1), ("u3", "y", 1))
    out = ["--output", folder / "core.parquet", "--stats", folder / "core.stats.json"]
    arguments = ["--users", users, "--items", items, *out, a, b]
    return CliRunner().invoke(find_kcore.main, [str(part) for part in arguments])


def test_the_core_over_all_dumps(tmp_path: Path) -> None:
    done = run(tmp_path, 2, 2)
    assert done.output == "k-core: 7 reviews in, 4 kept, 3 dropped\n"
    rows = read_rows(tmp_path / "core.parquet", CORE)
    assert [(row["id"], row["user"], row["item_id"]) for row in rows] == [
        *[("a2", "u2", "x"), ("b1", "u2", "y"), ("a0", "u1", "x"), ("b0", "u1", "y")]
    ]
    assert [row["user"] for row in read_bucket(tmp_path / "core.parquet", 1, CORE)] == ["u1", "u1"]
    stats = read_json(tmp_path / "core.stats.json")
    assert stats["dropped"] == {"duplicate_purchase": 1, "outside_kcore": 2}
    assert [stats[name] for name in ("users_in", "items_in", "users", "items")] == [3, 3, 2, 2]


def test_an_empty_core_is_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, 8, 3)
    assert done.exit_code == 1
    assert "of 7 reviews by 3 users on 3 items none" in done.stderr
    assert "filters.amazon.kcore" in done.stderr
    assert not (tmp_path / "core.parquet").exists()
