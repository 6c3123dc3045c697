"""Kernels run as machine code, which is made once for the very sources that it was made of and kept where it can be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels import Kernel, compiled, inlined, kept, kernel, making
from humanllm.kernels.views import letters_at
from humanllm.kernels.words import Bytes, Places, put_word, word_at, zeros_below
from row_data import examples

TIDY = """
import sys, numpy as np, polars as pl
from humanllm.kernels import kept
from humanllm.kernels.spaces import tidied
print(tidied(pl.Series(["  a long one that lies in a buffer  "]), np.array([0]))[0], kept.folder(), sep="|", end="|")
print(*["numba"] * ("numba" in sys.modules))
"""


@inlined
def _twice(number: int) -> int:
    return 2 * number


@compiled
def _least(numbers: Places) -> int:
    least = numbers[0]
    for number in numbers[1:]:
        least = min(least, number)
    return least


@kernel
def _doubled(numbers: Places, more: int, found: Places) -> None:
    for place in range(len(numbers)):
        found[place] = _twice(numbers[place]) + more
    found[0] = _least(found)


def doubled(numbers: list[int], more: int) -> list[int]:
    found = np.zeros(len(numbers), np.int64)
    _doubled(np.array(numbers), more, found)
    return found.tolist()


@kernel
def _by_llvm(letters: Bytes, place: int, word: Places, out: Bytes, found: npt.NDArray[np.uint64]) -> None:
    found[0] = word_at(letters, place)
    found[1] = zeros_below(np.uint64(word[0]))
    put_word(out, place, found[0])


@kernel
def _seen_at(address: int, size: int, out: Bytes) -> None:
    letters = letters_at(address, size)
    for place in range(len(letters)):
        out[place] = letters[place]


def test_a_kernel_calls_its_parts_with_negative_numbers_too() -> None:
    assert doubled([4, -(2**61), 5], -3) == [-(2**62) - 3, -(2**62) - 3, 7]


@examples(100)
@given(st.binary(min_size=8, max_size=30), st.data())
def test_what_llvm_makes_of_the_intrinsics_is_what_they_say_in_python(content: bytes, data: st.DataObject) -> None:
    place, word = data.draw(st.integers(0, len(content) - 8)), data.draw(st.integers(1, 2**63 - 1))
    letters, out, plain = np.frombuffer(content, np.uint8), *np.zeros((2, len(content)), np.uint8)
    found = np.zeros(2, np.uint64)
    _by_llvm(letters, place, np.array([word]), out, found)
    assert found.tolist() == [word_at(letters, place), zeros_below(np.uint64(word))]
    put_word(plain, place, word_at(letters, place))
    assert out.tolist() == plain.tolist()
    _seen_at(letters.ctypes.data, len(letters), out)
    assert out.tobytes() == letters_at(letters.ctypes.data, len(letters)).tobytes() == content


def test_types_of_arguments_have_code_of_their_own() -> None:
    small, found = np.array([1, 2], np.int32), np.zeros(2, np.int64)
    assert doubled([1, 2], 0) == [2, 4]
    _doubled(small, 0, found)
    assert found.tolist() == [2, 4]


def test_arguments_that_a_kernel_cannot_take_are_refused() -> None:
    numbers = np.arange(6)
    with pytest.raises(ValueError, match="does not lie in one piece"):
        _doubled(numbers[::2], 0, numbers[:3])
    with pytest.raises(TypeError, match="float"):
        _doubled(numbers, 0.5, numbers)  # type: ignore[arg-type]


def test_a_function_that_returns_something_is_no_kernel() -> None:
    with pytest.raises(TypeError, match="a kernel returns nothing; pin the numba"):
        making.machine_code(_least, (np.arange(2),), 9)


def test_another_way_of_passing_arguments_is_told() -> None:
    function = _doubled.function  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="17 words for the arguments of _doubled, not 18"):
        making.machine_code(function, (np.arange(2), 1, np.arange(2)), 18)


def test_machine_code_lies_beside_the_sources_in_a_folder_of_their_digest() -> None:
    assert Path(kept.__file__).parent / "__pycache__" / kept._digest() == kept.folder()
    doubled([1], 1)
    assert [*kept.folder().glob(f"{__name__}._doubled-*.o")]  # type: ignore[union-attr]


def run(library: Path, **environment: str) -> list[str]:
    """The text and the folder that TIDY tells, and whether numba was at work."""
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
    for name in ("__init__.py", "errors.py", "files.py"):
        (package / name).write_bytes((kept.HERE.parent / name).read_bytes())
    for path in kept.HERE.glob("*.py"):
        (package / "kernels" / path.name).write_bytes(path.read_bytes())
    (package / "kernels/__pycache__").write_text("no folder")
    text, first, numba = run(tmp_path, XDG_CACHE_HOME=str(tmp_path / "caches"))
    assert (text, Path(first).parent) == ("a long one that lies in a buffer", tmp_path / "caches/humanllm")
    assert numba
    assert run(tmp_path, XDG_CACHE_HOME=str(tmp_path / "caches")) == [text, first, ""]
    views = package / "kernels/views.py"
    views.write_text(
        views.read_text().replace("np.int64(texts.views[row, 3]), size", "np.int64(texts.views[row, 3]), size - 3")
    )
    text, second, numba = run(
        tmp_path, XDG_CACHE_HOME=str(tmp_path / "caches"), NUMBA_CACHE_DIR=str(tmp_path / "given")
    )
    assert (text, Path(second).parent) == ("a long one that lies in a buffe", tmp_path / "given")
    assert Path(second).name != Path(first).name
    assert numba


def test_a_kernel_works_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_folders", lambda: iter([Path("/dev/null")]))
    monkeypatch.setattr(kept, "folder", kept.folder.__wrapped__)
    assert kept.folder() is None
    found = np.zeros(2, np.int64)
    Kernel(_doubled.function)(np.arange(2), 4, found)  # type: ignore[attr-defined]
    assert found.tolist() == [4, 6]
