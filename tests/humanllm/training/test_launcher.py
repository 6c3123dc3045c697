"""The launcher takes the GPUs that the job was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.errors import InputError
from humanllm.training import launcher
from humanllm.training.launcher import _granted


@pytest.mark.parametrize(
    ("visible", "granted"),
    [("4,5,6,7", ["4", "5"]), ("", []), ("MIG-1f2e,MIG-3a4b", [])],
)
def test_the_granted_gpus_are_used(visible: str, granted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setattr(launcher, "_gpus_here", lambda: 8)
    assert _granted(2) == granted


def test_fewer_gpus_than_ranks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    with pytest.raises(InputError, match="2 ranks, but only 1 GPUs"):
        _granted(2)


def test_without_the_variable_the_machines_own_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'GPU 0: NVIDIA A100 (UUID: GPU-1)'\n")
    tool.chmod(0o755)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert _granted(1) == []
    with pytest.raises(InputError, match="8 ranks, but only 1 GPUs"):
        _granted(8)
