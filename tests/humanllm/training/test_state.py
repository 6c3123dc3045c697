from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.training import state as module
from humanllm.training.state import State, mark_complete


def checkpoint(state: State, step: int, complete: bool) -> Path:
    folder = state.folder / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    if complete:
        mark_complete(folder, step=step)
    return folder


def test_the_newest_complete_checkpoint_counts_and_a_cut_off_one_goes(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare({"data": 1})
    checkpoint(state, 9, complete=True)
    ten = checkpoint(state, 10, complete=True)
    cut_off = checkpoint(state, 11, complete=False)
    state.prepare({"data": 1})
    assert state.newest() == ten
    assert not cut_off.exists()


def test_a_checkpoint_with_a_file_cut_or_gone_does_not_count(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare({"data": 1})
    nine, ten, eleven = (checkpoint(state, step, complete=True) for step in (9, 10, 11))
    (ten / "model.safetensors").write_bytes(b"wei")
    (eleven / "model.safetensors").unlink()
    state.prepare({"data": 1})
    assert state.newest() == nine
    assert [path.name for path in tmp_path.glob("checkpoint-*")] == ["checkpoint-9"]


def test_an_older_checkpoint_goes_when_a_newer_one_is_whole(tmp_path: Path) -> None:
    state = State(tmp_path)
    for step, complete in ((9, True), (10, False), (11, True)):
        checkpoint(state, step, complete)
    state.drop_before(11)
    assert [path.name for path in tmp_path.glob("checkpoint-*")] == ["checkpoint-11"]


def test_another_manifest_starts_anew(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare({"data": 1})
    checkpoint(state, 10, complete=True)
    state.final.mkdir()
    mark_complete(state.final, step=10)
    assert state.prepare({"data": 2}) == ["data"]
    assert state.newest() is None
    assert not state.is_final()


def test_a_second_training_waits_and_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_FOR_LOCK", 0)
    state = State(tmp_path)
    with state.alone(), pytest.raises(InputError, match="another training holds"), State(tmp_path).alone():
        pass
    with state.alone():
        pass


def test_what_is_heavy_goes_after_the_training(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare({"data": 1})
    checkpoint(state, 10, complete=True)
    state.sequences.write_bytes(b"tokens")
    state.clear()
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(module.fcntl, "flock", refuse)
    with pytest.raises(InputError, match=r"cannot be locked .*Function not implemented"), State(tmp_path).alone():
        pass


def test_a_training_that_gets_nowhere_ends(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare({"data": 1})
    for _ in range(3):
        state.count_attempt()
    with pytest.raises(InputError, match=r"3 jobs began at step 0 and saved nothing .* delete .*attempts.json"):
        state.count_attempt()
    (tmp_path / "checkpoint-4").mkdir()
    mark_complete(tmp_path / "checkpoint-4", step=4, ranks=2)
    state.count_attempt()
    assert read_json(state.attempts) == {"step": 4, "attempts": 1}
    state.prepare({"data": 2})
    assert not state.attempts.exists()
