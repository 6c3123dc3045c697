"""Checkpoints for another number of ranks; the conversion itself is tried in tests/scripts/test_train_sft.py."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from humanllm.errors import InputError
from humanllm.training import regroup as module
from humanllm.training.regroup import OwnSteps, is_universal, regroup, size_of_copy
from humanllm.training.room import DiskError
from humanllm.training.state import State, mark_complete


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Written by two ranks, as far as the marker says."""
    (tmp_path / "checkpoint-5/global_step5").mkdir(parents=True)
    mark_complete(tmp_path / "checkpoint-5", step=5, ranks=2)
    return tmp_path / "checkpoint-5"


def test_the_same_number_of_ranks_needs_nothing(checkpoint: Path) -> None:
    assert not regroup(checkpoint, ranks=2)
    assert not is_universal(checkpoint)


@pytest.mark.slow
def test_a_checkpoint_that_cannot_be_read_stays_as_it_was(checkpoint: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be regrouped for 1 ranks \(.+\): train with 2 ranks, .* is kept"):
        regroup(checkpoint, ranks=1)
    assert not is_universal(checkpoint)


def converter(says: int, why: str = "no reason\n") -> Callable[[Path, Path], subprocess.CompletedProcess[str]]:
    """Writes the new folder and its own pointer beside it, as DeepSpeed's does, and ends with `says`."""

    def convert(parts: Path, made: Path) -> subprocess.CompletedProcess[str]:
        assert not list(made.parent.iterdir()), "what was left by one that was cut off is gone"
        made.mkdir()
        (made / "zero").write_text("tensors")
        (made.parent / "latest_universal").write_text(made.name)
        return subprocess.CompletedProcess([], says, "", why)

    return convert


def test_the_pointer_is_written_when_all_is_in_its_place(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkpoint / ".regroup").mkdir()
    (checkpoint / ".regroup/half").write_text("")
    (checkpoint / "global_step5_universal").mkdir()
    (checkpoint / "global_step5_universal/half").write_text("")
    monkeypatch.setattr(module, "_convert", converter(1))
    with pytest.raises(InputError, match=r"\(no reason\)"):
        regroup(checkpoint, ranks=1)
    assert not is_universal(checkpoint), "the converter's own pointer counts for nothing"
    monkeypatch.setattr(module, "_convert", converter(0))
    assert regroup(checkpoint, ranks=1)
    assert is_universal(checkpoint)
    assert (checkpoint / "latest_universal").read_text() == "global_step5_universal"
    assert [path.name for path in (checkpoint / "global_step5_universal").iterdir()] == ["zero"]
    assert not (checkpoint / ".regroup").exists()
    assert not regroup(checkpoint, ranks=1), "once is enough"


@pytest.mark.parametrize(
    "why",
    [
        "OSError: [Errno 28] No space left on device: 'fp32.pt'",
        "OSError: [Errno 122] Disk quota exceeded",
        "RuntimeError: [enforce fail at inline_container.cc:664] . unexpected pos 64 vs 0",
    ],
)
def test_a_full_disk_is_named_and_nothing_is_to_be_deleted(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(module, "_convert", converter(1, f"Traceback\n{why}\n\nduring handling\nRemoteError: pool\n"))
    with pytest.raises(DiskError) as failure:
        regroup(checkpoint, ranks=1)
    said = str(failure.value)
    assert f"({why}; " in said
    assert "make room, or see your quota, and run again, or train with 2 ranks as before" in said
    assert "delete" not in said
    assert [path.name for path in checkpoint.iterdir() if path.is_dir()] == ["global_step5"]


def test_the_room_of_a_copy(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkpoint / "global_step5/mp_rank_00_model_states.pt").write_bytes(b"x" * 7)
    assert size_of_copy(checkpoint, ranks=2, parameters=100) == 0
    assert size_of_copy(checkpoint, ranks=1, parameters=100) == 1207
    monkeypatch.setattr(module, "_convert", converter(0))
    regroup(checkpoint, ranks=1)
    (checkpoint / "global_step5_universal/mp_rank_00_model_states.pt").write_bytes(b"x" * 7)
    assert size_of_copy(checkpoint, ranks=2, parameters=100) == 1207, "it stands, and so counts as standing"


def test_a_newer_checkpoint_is_read_in_its_plain_form(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_convert", converter(0))
    regroup(checkpoint, ranks=1)
    newer = checkpoint.parent / "checkpoint-9"
    (newer / "global_step9").mkdir(parents=True)
    mark_complete(newer, step=9, ranks=1)
    newest = State(checkpoint.parent).newest()
    assert newest == newer
    assert not regroup(newest, ranks=1)
    assert not is_universal(newest)


@pytest.mark.parametrize(("folders", "said"), [([], "has none"), (["5", "6"], "has global_step5, global_step6")])
def test_a_checkpoint_without_one_folder_of_parts_is_named(checkpoint: Path, folders: list[str], said: str) -> None:
    (checkpoint / "global_step5").rmdir()
    for number in folders:
        (checkpoint / f"global_step{number}").mkdir()
    with pytest.raises(InputError, match=f"checkpoint-5 wants one folder .* and {said}: put it back"):
        regroup(checkpoint, ranks=1)


def test_parts_of_the_optimizer_count_their_own_steps() -> None:
    torch = pytest.importorskip("torch")
    shared = torch.tensor(3.0)
    inner = SimpleNamespace(state={"a": {"step": shared}, "b": {"step": shared}, "c": {}})
    OwnSteps().on_train_begin(None, None, None, optimizer=SimpleNamespace(optimizer=inner))
    inner.state["a"]["step"] += 1
    assert [float(part["step"]) for part in (inner.state["a"], inner.state["b"])] == [4.0, 3.0]
