"""Tables that a command cannot read: one line says so, and never that a good file is to be deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from humanllm.errors import InputError
from humanllm.tables import CLEAN, ITEM, RECORD, extended, read_rows, write_rows
from post_data import garden


def refused(read: Callable[[], Any]) -> str:
    with pytest.raises(InputError) as caught:
        read()
    return str(caught.value)


def test_the_table_of_another_stage_is_named_as_that(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.parquet", garden(), RECORD)
    said = refused(lambda: read_rows(tmp_path / "a.parquet", ITEM))
    assert said.startswith(f"{tmp_path}/a.parquet is no table of this stage: it lacks the columns benchmark, column,")
    assert "delete" not in said


@pytest.mark.parametrize("cut", [0, 3, 500, None])
def test_what_is_no_parquet_or_cut_off_is_refused_in_one_line(tmp_path: Path, cut: int | None) -> None:
    path = tmp_path / "a.parquet"
    write_rows(path, garden(), RECORD)
    if cut is None:
        path.write_text("id,user\n1,2\n")
    else:
        path.write_bytes(path.read_bytes()[:cut])
    for read in (lambda: read_rows(path, RECORD), lambda: extended(path, CLEAN)):
        said = refused(read)
        assert said.startswith(f"{path} cannot be read as a parquet table (")
        assert "\n" not in said


def test_a_broken_page_and_a_missing_file_are_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_rows(path, garden(), RECORD)
    content = bytearray(path.read_bytes())
    content[4:400] = bytes(396)
    path.write_bytes(content)
    assert "a.parquet cannot be read as a parquet table" in refused(lambda: read_rows(path))
    assert "nowhere cannot be read as a parquet table (" in refused(lambda: read_rows(tmp_path / "nowhere"))
