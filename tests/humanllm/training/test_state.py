from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from humanllm import files
from humanllm.errors import InputError
from humanllm.files import read_json
from humanllm.training.state import State, mark_complete

ONE = {"data": {"digest": "1a"}, "settings": {"epochs": 3}}
OTHER = {"data": {"digest": "1a"}, "settings": {"epochs": 5}}


def checkpoint(state: State, step: int, complete: bool) -> Path:
    folder = state.folder / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    if complete:
        mark_complete(folder, step=step)
    return folder


def test_the_newest_complete_checkpoint_counts_and_a_cut_off_one_goes(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE)
    checkpoint(state, 9, complete=True)
    ten = checkpoint(state, 10, complete=True)
    cut_off = checkpoint(state, 11, complete=False)
    state.drop_cut_off()
    assert state.newest() == ten
    assert not cut_off.exists()


def test_a_checkpoint_with_a_file_cut_or_gone_does_not_count(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE)
    nine, ten, eleven = (checkpoint(state, step, complete=True) for step in (9, 10, 11))
    (ten / "model.safetensors").write_bytes(b"wei")
    (eleven / "model.safetensors").unlink()
    state.drop_cut_off()
    assert state.newest() == nine
    assert [path.name for path in tmp_path.glob("checkpoint-*")] == ["checkpoint-9"]


def test_an_older_checkpoint_goes_when_a_newer_one_is_whole(tmp_path: Path) -> None:
    state = State(tmp_path)
    for step, complete in ((9, True), (10, False), (11, True)):
        checkpoint(state, step, complete)
    state.drop_before(11)
    assert [path.name for path in tmp_path.glob("checkpoint-*")] == ["checkpoint-11"]


def test_another_manifest_sets_the_saved_training_aside_and_its_own_takes_it_up_again(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE)
    checkpoint(state, 10, complete=True)
    state.attempts.write_text("{}")
    assert state.prepare(ONE) == []
    assert state.newest()

    (said,) = state.prepare(OTHER)
    (aside,) = tmp_path.glob("stale-*")
    assert said == (
        f"the saved training differs in settings.epochs: it is set aside in {aside} (0.0 GiB), which may be deleted"
    )
    assert (state.newest(), state.attempts.exists()) == (None, False)
    assert (aside / "checkpoint-10/model.safetensors").read_bytes() == b"weights"
    assert state.resumable() == [ONE]

    checkpoint(state, 4, complete=True)
    assert state.resumable() == [OTHER, ONE]
    said, back = state.prepare(ONE)
    assert "differs in settings.epochs" in said
    assert back == f"{aside.name} is of this training, which goes on from there"
    assert (state.newest(), state.attempts.exists()) == (tmp_path / "checkpoint-10", True)
    assert len([*tmp_path.glob("stale-*")]) == 1

    state.prepare({**ONE, "settings": {"epochs": 7}})
    (aside,) = tmp_path.glob("stale-*")  # at most one is kept
    assert (aside / "checkpoint-10").exists()


def test_a_training_that_is_whole_is_set_aside_too(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE)
    state.final.mkdir()
    mark_complete(state.final, step=10)
    state.prepare(OTHER)
    assert not state.is_final()
    (aside,) = tmp_path.glob("stale-*")
    assert (aside / "final/complete.json").exists()


def test_other_code_goes_on_from_a_checkpoint_and_takes_no_trained_model(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE | {"code": {"sha256": {"ranks": "0c"}}})
    checkpoint(state, 10, complete=True)
    state.final.mkdir()
    mark_complete(state.final, step=12)
    assert state.prepare(ONE | {"code": {"sha256": {"ranks": "0c"}}}) == []
    assert state.is_final()
    (said,) = state.prepare(ONE | {"code": {"sha256": {"ranks": "1d"}}})
    assert said == "the trained model was made by other code: its training goes on from the newest checkpoint"
    assert (state.is_final(), state.newest()) == (False, tmp_path / "checkpoint-10")
    assert state.saved()["code"] == {"sha256": {"ranks": "1d"}}
    assert not [*tmp_path.glob("stale-*")]


@pytest.mark.parametrize("moved", ["manifest.json", "checkpoint-10"])
def test_a_job_that_is_killed_as_it_takes_a_training_up_leaves_it_to_the_next(tmp_path: Path, moved: str) -> None:
    """The manifest goes first; the checkpoints alone would belong to nobody."""
    state = State(tmp_path)
    state.prepare(ONE)
    checkpoint(state, 10, complete=True)
    state.prepare(OTHER)
    (aside,) = tmp_path.glob("stale-*")
    (aside / "manifest.json").rename(state.manifest)
    if moved == "checkpoint-10":
        (aside / moved).rename(tmp_path / moved)
    state.prepare(ONE)
    assert state.newest() == tmp_path / "checkpoint-10"
    assert not aside.exists()


def test_the_same_weights_by_another_path_are_the_same_base(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare({"base": {"name": "models/a", "sha256": {"model.safetensors": "5e"}}})
    ten = checkpoint(state, 10, complete=True)
    assert state.prepare({"base": {"name": "/data/models/a", "sha256": {"model.safetensors": "5e"}}}) == []
    assert state.newest() == ten


def test_without_a_whole_checkpoint_nothing_is_saved(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE)
    assert state.saved() == {}
    checkpoint(state, 9, complete=True)
    assert state.saved() == ONE
    (tmp_path / "checkpoint-9/model.safetensors").unlink()
    state.drop_cut_off()
    assert state.saved() == {}
    assert state.prepare(OTHER) == []
    assert not [*tmp_path.glob("stale-*")]


def test_a_second_training_waits_and_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAIT_FOR_LOCK", 0)
    state = State(tmp_path)
    with state.alone(), pytest.raises(InputError, match="another training holds"), State(tmp_path).alone():
        pass
    with state.alone():
        pass


def test_what_is_heavy_goes_after_the_training(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE)
    checkpoint(state, 10, complete=True)
    state.sequences.write_bytes(b"tokens")
    state.curves.mkdir()
    state.clear()
    assert [path.name for path in tmp_path.iterdir()] == ["curves"]


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(files.fcntl, "flock", refuse)
    with pytest.raises(InputError, match=r"cannot be locked .*Function not implemented"), State(tmp_path).alone():
        pass


def test_a_training_that_gets_nowhere_ends(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(ONE)
    for _ in range(3):
        state.count_attempt()
    with pytest.raises(InputError, match=r"3 jobs began at step 0 and saved nothing .* delete .*attempts.json"):
        state.count_attempt()
    (tmp_path / "checkpoint-4").mkdir()
    mark_complete(tmp_path / "checkpoint-4", step=4, ranks=2)
    state.count_attempt()
    assert read_json(state.attempts) == {"step": 4, "attempts": 1}
    shutil.rmtree(tmp_path / "checkpoint-4")
    state.prepare(OTHER)
    assert not state.attempts.exists()
