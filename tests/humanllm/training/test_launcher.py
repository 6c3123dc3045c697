"""The launcher takes the GPUs that the job was given."""

from __future__ import annotations

import pytest

from humanllm.errors import InputError
from humanllm.training.launcher import _granted


@pytest.mark.parametrize(
    ("visible", "granted"),
    [("4,5,6,7", ["4", "5"]), ("", []), ("MIG-1f2e", [])],
)
def test_the_granted_gpus_are_used(visible: str, granted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert _granted(2) == granted


def test_fewer_gpus_than_ranks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    with pytest.raises(InputError, match="2 ranks, but only 1 GPUs"):
        _granted(2)
