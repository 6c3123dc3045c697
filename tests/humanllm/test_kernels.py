"""Machine code is kept for the very sources that it was made of, and is made anew where it cannot be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm import kernels
from humanllm.kernels import blake2, compiled, json_lines, texts

ENTRIES: list[Any] = [json_lines.read_lines, blake2.hashes, texts._signs, texts._little_words]


def test_machine_code_lies_beside_the_sources_in_a_folder_of_their_digest() -> None:
    for entry in ENTRIES:
        assert Path(entry._cache.cache_path).parent == kernels.CACHE
    assert kernels.CACHE.parent == Path(kernels.__file__).parent / "__pycache__"


def test_an_edit_of_any_kernel_is_another_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`read_lines` is in another file than the functions that become part of it."""
    for path in kernels.HERE.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(kernels, "HERE", tmp_path)
    before = kernels._digest()
    assert before == kernels.CACHE.name
    (tmp_path / "words.py").write_text((tmp_path / "words.py").read_text() + "# another\n")
    assert kernels._digest() != before


def test_a_kernel_works_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    njit = kernels.njit

    def refuse(cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function 'twice': no locator available")
        return njit(**options)

    monkeypatch.setattr(kernels, "njit", refuse)
    before = kernels.config.CACHE_DIR
    twice = compiled(lambda number: 2 * number)
    assert twice(4) == 8
    assert before == kernels.config.CACHE_DIR
