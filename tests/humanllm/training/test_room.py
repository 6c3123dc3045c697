"""A disk too small is one line before the training, one that fills is one line in it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from humanllm.errors import InputError
from humanllm.training import room
from humanllm.training.room import GIB, demand_room, parameters_of, saving, sizes_of
from humanllm.training.settings import Settings


def test_parameters_are_counted_in_the_headers(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    from transformers import AutoModelForCausalLM

    folder = pico_model(tmp_path / "pico")
    assert parameters_of(folder) == AutoModelForCausalLM.from_pretrained(folder).num_parameters()


def test_a_disk_too_small_for_two_checkpoints_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, output = tmp_path / "state", tmp_path / "out"
    state.mkdir()
    monkeypatch.setattr(room, "free_bytes", lambda folder: 28 * GIB)
    demand_room(state, output, checkpoint=14 * GIB, model=2 * GIB)
    with pytest.raises(
        InputError,
        match=r"state has 28.0 GiB free and needs 32.0 GiB more, for 2 checkpoints of 16.0 GiB: make room, or lay"
        r" pathvars.state on a larger disk",
    ):
        demand_room(state, output, checkpoint=16 * GIB, model=2 * GIB)
    for folder in ("checkpoint-1", "stale-12345678/checkpoint-1"):
        (state / folder).mkdir(parents=True)
        (state / folder / "weights").write_bytes(b"x" * (1 << 20))
    monkeypatch.setattr(room, "free_bytes", lambda folder: 28 * GIB - (1 << 20))
    demand_room(state, output, checkpoint=14 * GIB, model=2 * GIB)  # what stands is not written once more
    with pytest.raises(InputError, match=r"needs 28\.0 GiB more"):  # but what was set aside makes no room
        demand_room(state, output, checkpoint=14 * GIB + (1 << 18), model=2 * GIB)


def test_a_copy_for_another_number_of_ranks_needs_room_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda folder: 40 * GIB)
    demand_room(tmp_path, tmp_path / "out", checkpoint=14 * GIB, model=2 * GIB, copy=12 * GIB)
    with pytest.raises(
        InputError,
        match=r"needs 41.0 GiB more, for 2 checkpoints of 14.0 GiB and a copy of 13.0 GiB for another number of ranks",
    ):
        demand_room(tmp_path, tmp_path / "out", checkpoint=14 * GIB, model=2 * GIB, copy=13 * GIB)


def test_a_model_that_goes_to_another_disk_needs_room_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, output = tmp_path / "state", tmp_path / "out"
    monkeypatch.setattr(room, "free_bytes", lambda folder: GIB)
    monkeypatch.setattr(room, "_device", lambda folder: folder.name)
    with pytest.raises(InputError, match=r"out has 1.0 GiB free and needs 2.0 GiB more, for the trained model"):
        demand_room(state, output, checkpoint=0, model=2 * GIB)


@pytest.mark.parametrize(
    ("precision", "stage", "sizes"), [("bf16", 3, (14, 2)), ("bf16", 2, (16, 2)), ("fp32", 3, (16, 4))]
)
def test_bytes_a_parameter(precision: str, stage: int, sizes: tuple[int, int]) -> None:
    """As read off checkpoints that DeepSpeed wrote for two ranks."""
    assert sizes_of(cast(Settings, SimpleNamespace(precision=precision, zero_stage=stage)), 1) == sizes


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EFBIG, "File too large"),
        RuntimeError("[enforce fail at inline_container.cc:664] . unexpected pos 64 vs 0"),
        RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed\nmore"),
    ],
)
def test_a_disk_that_fills_is_one_line(tmp_path: Path, error: Exception) -> None:
    with (
        pytest.raises(InputError, match=r"step 5 could not be written into .*GiB free.*before it is kept"),
        saving(tmp_path, "the checkpoint of step 5"),
    ):
        raise error


@pytest.mark.parametrize("error", [RuntimeError("CUDA error"), FileNotFoundError(2, "no such file")])
def test_other_errors_pass(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)), saving(tmp_path, "the model"):
        raise error
