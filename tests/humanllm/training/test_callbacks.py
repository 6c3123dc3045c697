from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from humanllm.errors import InputError
from humanllm.training import callbacks
from humanllm.training.callbacks import Progress, Saves, time_left
from humanllm.training.room import DiskError
from humanllm.training.state import State


def log(progress: Progress, step: int, loss: float, tokens: int) -> None:
    state: Any = SimpleNamespace(global_step=step, max_steps=600, num_input_tokens_seen=tokens)
    none: Any = None
    progress.on_log(none, state, none, {"loss": loss})


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_the_training(loss: float) -> None:
    with pytest.raises(InputError, match=r"the loss is (nan|inf) at step 7: lower training.learning_rate"):
        log(Progress(writes=False), 7, loss, 0)


def test_a_line_every_few_seconds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([100.0, 101.0, 110.0])
    monkeypatch.setattr(callbacks.time, "monotonic", lambda: next(clock))
    progress = Progress(writes=True)
    for step, tokens in ((1, 1000), (2, 2000), (11, 21_000)):
        log(progress, step, 2.5, tokens)
    assert capsys.readouterr().err.splitlines() == [
        "step 1/600  loss 2.5000",
        "step 11/600  loss 2.5000  2,000 tokens/s  10 min left",
    ]


@pytest.mark.parametrize(("seconds", "text"), [(40.4, "40 s"), (720, "12 min"), (6720, "1 h 52 min")])
def test_time_left_is_for_people(seconds: float, text: str) -> None:
    assert time_left(seconds) == text


def test_a_disk_that_fills_before_a_checkpoint_is_marked_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(folder: Path, **_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(callbacks, "mark_complete", full)
    monkeypatch.setattr("torch.distributed.barrier", lambda: None)
    saves = Saves(State(tmp_path), minutes=1, watch_stdin=False)
    first, at, none = SimpleNamespace(process_index=0, world_size=1), SimpleNamespace(global_step=7), SimpleNamespace()
    with pytest.raises(DiskError, match=rf"the checkpoint of step 7 could not be written into {tmp_path} .*make room"):
        saves.on_save(cast(Any, first), cast(Any, at), cast(Any, none))
