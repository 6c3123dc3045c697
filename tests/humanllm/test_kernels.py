"""Machine code is kept for the very sources that it was made of, where it can be kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from humanllm import kernels
from humanllm.kernels import blake2, compiled, json_lines, spaces, texts

ENTRIES: list[Any] = [json_lines.read_lines, blake2.hashes, texts._signs, texts._little_words, spaces._tidy_all]
TIDY = """
import numpy as np, polars as pl
from humanllm import kernels
from humanllm.kernels.spaces import tidied
print(tidied(pl.Series(["  a long one that lies in a buffer  "]), np.array([0]))[0], kernels.CACHE, sep="|")
"""


def test_machine_code_lies_beside_the_sources_in_a_folder_of_their_digest() -> None:
    assert Path(kernels.__file__).parent / "__pycache__" / kernels._digest() == kernels.CACHE
    for entry in ENTRIES:
        assert Path(entry._cache.cache_path).parent == kernels.CACHE


def run(library: Path, **environment: str) -> list[str]:
    """The text and the folder that TIDY tells."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    said = subprocess.run(
        [sys.executable, "-c", TIDY],
        env=own | {"PYTHONPATH": str(library), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.strip().split("|")


def test_an_edit_of_what_a_kernel_calls_is_seen_wherever_machine_code_is_kept(tmp_path: Path) -> None:
    """`_tidy_all` is in another file than `place_of`; beside the sources nothing can be written."""
    package = tmp_path / "humanllm"
    (package / "kernels").mkdir(parents=True)
    for path in (kernels.HERE.parent / "__init__.py", *kernels.HERE.glob("*.py")):
        (package / path.relative_to(kernels.HERE.parent)).write_bytes(path.read_bytes())
    (package / "kernels/__pycache__").write_text("no folder")
    text, first = run(tmp_path, XDG_CACHE_HOME=str(tmp_path / "caches"))
    assert (text, Path(first).parent) == ("a long one that lies in a buffer", tmp_path / "caches/humanllm")
    views = package / "kernels/views.py"
    views.write_text(
        views.read_text().replace("np.int64(texts.views[row, 3]), size", "np.int64(texts.views[row, 3]), size - 3")
    )
    text, second = run(tmp_path, XDG_CACHE_HOME=str(tmp_path / "caches"), NUMBA_CACHE_DIR=str(tmp_path / "given"))
    assert (text, Path(second).parent) == ("a long one that lies in a buffe", tmp_path / "given")
    assert Path(second).name != Path(first).name


def test_a_kernel_works_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_folders", lambda: iter([Path("/dev/null")]))
    assert kernels._cache() is None
    monkeypatch.setattr(kernels, "CACHE", None)
    before = kernels.config.CACHE_DIR
    twice = compiled(lambda number: 2 * number)
    assert twice(4) == 8
    assert before == kernels.config.CACHE_DIR
