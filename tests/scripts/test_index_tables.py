"""index_tables: one file that changes with any table of a source."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import index_tables
from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.table_index import indexed


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "b.parquet", tmp_path / "a.parquet"]
    for path in paths:
        path.write_text(path.stem)
    return paths


def index(tables: list[Path]) -> Path:
    output = tables[0].with_name("blogger.tables.json")
    done = CliRunner().invoke(index_tables.main, ["--threads=2", f"--output={output}", *map(str, tables)])
    assert (done.exit_code, done.output) == (0, "2 tables\n")
    return output


def test_the_tables_in_their_order_with_size_and_hash(tables: list[Path]) -> None:
    found = index(tables)
    assert indexed(found) == tables
    assert read_json(found)["tables"][1] == {
        "path": str(tables[1]),
        "bytes": 1,
        "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    }


def test_it_changes_with_a_table_and_not_without(tables: list[Path]) -> None:
    before = index(tables).read_bytes()
    assert index(tables).read_bytes() == before
    tables[0].write_text("c")
    assert index(tables).read_bytes() != before


def test_a_table_that_is_gone_or_of_another_size_is_named(tables: list[Path]) -> None:
    found = index(tables)
    tables[0].write_text("longer")
    with pytest.raises(InputError, match=r"b\.parquet is not as .*blogger\.tables\.json has it: delete the index"):
        indexed(found)
    tables[0].unlink()
    with pytest.raises(InputError, match="delete the index and run again"):
        indexed(found)
