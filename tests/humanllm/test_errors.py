"""What a person sees of an error: one line, for a full disk too; a fault of ours keeps its traceback."""

from __future__ import annotations

import errno

import pytest

from humanllm.errors import InputError, one_line


def failing(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("the dump a.zst is empty"), "Error: the dump a.zst is empty\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "a.parquet"),
            "Error: [Errno 28] No space left on device: 'a.parquet': make room, or see your quota, then run the same"
            " command again\n",
        ),
    ],
)
def test_what_a_person_can_mend_is_one_line(error: Exception, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        one_line(failing)(error)
    assert ended.value.code == 1
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyError("time")])
def test_what_nobody_expected_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)):
        one_line(failing)(error)
