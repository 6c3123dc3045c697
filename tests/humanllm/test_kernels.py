"""Kernels run as machine code, which is made once for the very sources that it was made of and kept where it can be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.kernels import Kernel, compiled, inlined, kept, kernel, making
from humanllm.kernels.blake2 import LANES, WORK, compress
from humanllm.kernels.views import letters_at
from humanllm.kernels.words import (
    WIDE,
    Bytes,
    Places,
    copy_wide,
    equal_wide,
    odd_wide,
    put_word,
    word_at,
    zeros_below,
)
from row_data import examples

TIDY = """
import sys, polars as pl
from humanllm.kernels.spaces import tidied
print(tidied(pl.Series(["  a long one that lies in a buffer  "]))[0], "numba" in sys.modules, sep="|")
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
def _wide_by_llvm(letters: Bytes, one: int, other: int, sign: int, out: Bytes, found: npt.NDArray[np.uint64]) -> None:
    found[0] = equal_wide(letters, one, other)
    found[1] = odd_wide(letters, one, 0x20, sign, letters[other])
    copy_wide(letters, one, out, other)


@kernel
def _compressed_by_llvm(work: npt.NDArray[np.uint64]) -> None:
    compress(work)


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


@examples(100)
@given(
    st.binary(min_size=WIDE, max_size=2 * WIDE) | st.binary(min_size=3, max_size=3).map(lambda part: part * WIDE),
    st.data(),
)
def test_so_it_is_of_many_bytes_at_once(content: bytes, data: st.DataObject) -> None:
    one, other = (data.draw(st.integers(0, len(content) - WIDE)) for _ in range(2))
    letters, (out, plain) = np.frombuffer(content, np.uint8), np.zeros((2, len(content)), np.uint8)
    sign, found = data.draw(st.sampled_from([*content, 0x22])), np.zeros(2, np.uint64)
    _wide_by_llvm(letters, one, other, sign, out, found)
    assert found.tolist() == [equal_wide(letters, one, other), odd_wide(letters, one, 0x20, sign, letters[other])]
    copy_wide(letters, one, plain, other)
    assert out.tolist() == plain.tolist()


@examples(20)
@given(st.binary(min_size=WORK * LANES * 8, max_size=WORK * LANES * 8))
def test_so_it_is_of_hashes(content: bytes) -> None:
    work, plain = np.frombuffer(content * 2, np.uint64).reshape(2, WORK, LANES).copy()
    _compressed_by_llvm(work)
    compress(plain)
    assert work.tolist() == plain.tolist()


def test_types_of_arguments_have_code_of_their_own() -> None:
    small, found = np.array([1, 2], np.int32), np.zeros(2, np.int64)
    assert doubled([1, 2], 0) == [2, 4]
    _doubled(small, 0, found)
    assert found.tolist() == [2, 4]


class OneTwo(NamedTuple):
    one: Places
    two: Places


class TwoOne(NamedTuple):
    two: Places
    one: Places


@kernel
def _first_of_one(pair: OneTwo | TwoOne, found: Places) -> None:
    found[0] = pair.one[0]


def test_named_tuples_are_told_apart_by_their_names() -> None:
    ones, twos, found = np.array([1]), np.array([2]), np.zeros(1, np.int64)
    for pair in (OneTwo(ones, twos), TwoOne(twos, ones)):
        found[0] = 0
        _first_of_one(pair, found)
        assert found[0] == 1


@pytest.mark.parametrize("more", [np.int32(1), True, np.uint8(1), 2**40, -(2**62)])
def test_numbers_of_any_type_are_the_same(more: int) -> None:
    assert doubled([1], more) == [2 + int(more)]


def test_arguments_that_a_kernel_cannot_take_are_refused() -> None:
    numbers = np.arange(6)
    with pytest.raises(ValueError, match="does not lie in one piece"):
        _doubled(numbers[::2], 0, numbers[:3])
    with pytest.raises(TypeError, match="float"):
        _doubled(numbers, 0.5, numbers)  # type: ignore[arg-type]
    for large in (2**63, 2**64 - 1, 2**70):
        with pytest.raises(OverflowError):
            _doubled(numbers, large, numbers)
    with pytest.raises(numba.TypingError, match="Cannot modify readonly array"):
        _doubled(numbers, 0, np.frombuffer(bytes(48), np.int64))


LARGE = np.arange(300_000)


@kernel
def _of_large(found: Places) -> None:
    found[0] = LARGE[found[0]]


def test_a_function_that_cannot_be_a_kernel_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match="_least returns something"):
        making.machine_code(_least, (np.arange(2),), 9)
    with pytest.raises(TypeError, match="_of_large reads an array of the module that is too large"):
        _of_large(np.zeros(1, np.int64))
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with pytest.raises(InputError, match="NUMBA_DISABLE_JIT is set"):
        making.machine_code(_least, (np.arange(2),), 9)


def test_another_way_of_passing_arguments_is_told() -> None:
    with pytest.raises(TypeError, match="the arguments of _doubled in 17 words, not 18"):
        making.machine_code(own(_doubled), (np.arange(2), 1, np.arange(2)), 18)


def own(function: Any) -> Any:
    """What a kernel was made of."""
    return function.function


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only one where machine code is kept."""
    monkeypatch.setattr(kept, "_folders", lambda: iter([tmp_path / "kept"]))
    return tmp_path / "kept"


def code_of(made: list[int]) -> Callable[..., int]:
    """The code of `_doubled`, as a new process gets it; `made` tells how often it was compiled."""
    arguments = (np.arange(2), 1, np.arange(2))

    def make() -> bytes:
        made.append(1)
        return making.machine_code(own(_doubled), arguments, 17)

    return kept.loaded("doubled", b"", 17, make)


@pytest.mark.parametrize("damage", [lambda _: b"", lambda code: code[:-1], lambda code: code[:900] + bytes(len(code))])
def test_damaged_machine_code_is_made_again(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    made: list[int] = []
    code_of(made)
    code_of(made)
    assert made == [1]
    (file,) = folder.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert kept._read(file.name) is None
    code_of(made)
    assert made == [1, 1]
    assert kept._read(file.name)


def test_loaded_code_can_be_let_go(folder: Path) -> None:
    for _ in range(2):
        code_of([])
    for _ in range(2):
        kept.ENGINES.pop().close()


def test_a_kernel_works_where_nothing_can_be_kept(folder: Path) -> None:
    folder.write_text("no folder")
    found = np.zeros(2, np.int64)
    Kernel(own(_doubled))(np.arange(2), 4, found)
    assert found.tolist() == [4, 6]


def test_threads_may_make_and_call_one_kernel_at_once(folder: Path) -> None:
    shared = Kernel(own(_doubled))

    def call(more: int) -> int:
        found = np.zeros(1, np.int64)
        shared(np.array([1]), more, found)
        return int(found[0])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(100))) == [2 + more for more in range(100)]


def test_what_numba_is_told_by_the_environment_is_of_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("NUMBA_")]:
        monkeypatch.delenv(name)
    plain = kept._digest()
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")
    assert kept._digest() == plain
    monkeypatch.setenv("NUMBA_OPT", "0")
    assert kept._digest() != plain


def run(library: Path, **environment: str) -> str:
    """The text that TIDY tells, and whether numba was at work."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    said = subprocess.run(
        [sys.executable, "-c", TIDY],
        env=plain | {"PYTHONPATH": str(library), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.strip()


def kept_in(place: Path) -> list[str]:
    """The folders of machine code of `_tidy_all`."""
    return sorted(file.parent.name for file in place.glob("*/humanllm.kernels.spaces._tidy_all-*.o"))


def test_an_edit_of_what_a_kernel_calls_is_seen_wherever_machine_code_is_kept(tmp_path: Path) -> None:
    """`_tidy_all` is in another file than `place_of`. It is kept beside the sources, unless nothing can be written."""
    package = tmp_path / "humanllm"
    (package / "kernels").mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "files.py"):
        (package / name).write_bytes((kept.HERE.parent / name).read_bytes())
    for path in kept.HERE.glob("*.py"):
        (package / "kernels" / path.name).write_bytes(path.read_bytes())
    caches = {"XDG_CACHE_HOME": str(tmp_path / "caches")}
    beside = package / "kernels/__pycache__"
    assert run(tmp_path, **caches) == "a long one that lies in a buffer|True"
    assert run(tmp_path, **caches) == "a long one that lies in a buffer|False"
    assert len(kept_in(beside)) == 1
    assert not (tmp_path / "caches").exists()

    shutil.rmtree(beside)
    beside.write_text("no folder")
    assert run(tmp_path, **caches) == "a long one that lies in a buffer|True"
    assert run(tmp_path, **caches) == "a long one that lies in a buffer|False"
    views = package / "kernels/views.py"
    views.write_text(
        views.read_text().replace("np.int64(texts.views[row, 3]), size", "np.int64(texts.views[row, 3]), size - 3")
    )
    assert run(tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "given"), **caches) == "a long one that lies in a buffe|True"
    assert kept_in(tmp_path / "given") != kept_in(tmp_path / "caches/humanllm")
    assert len(kept_in(tmp_path / "given")) == 1
