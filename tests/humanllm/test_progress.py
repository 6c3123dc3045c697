"""What a stage says of its progress: counts, recent rates and the time that is left."""

from __future__ import annotations

import pytest

from humanllm.engines.base import Reply
from humanllm.progress import Progress, duration


def progress(total: int | None) -> tuple[Progress, float]:
    made = Progress(total)
    return made, made._said


def reply(**more: int) -> Reply:
    return Reply("a", "secret", "stop", **more)


def test_a_line_says_how_far_it_is() -> None:
    made, begun = progress(100)
    for _ in range(6):
        made.replay(dead=False)
    for place in range(24):
        tokens = {"prompt_tokens": 100, "cached_tokens": 71, "output_tokens": 50}
        made.reply(reply(**tokens), again=place < 3, dead=place == 3)
    assert made.line(begun + 10) == (
        "27 of 100 (6 from the journal) | 2.1 requests/s | 120 tokens/s | 71% cached | 3 again | 1 dead | 35s left"
    )


def test_rates_are_those_of_the_last_minute() -> None:
    made, begun = progress(1000)
    made.line(begun + 500)  # the engine took its time to start
    for _ in range(30):
        made.reply(reply(output_tokens=2), again=False, dead=False)
    assert "| 3.0 requests/s | 6 tokens/s |" in made.line(begun + 510)
    assert "| 0.5 requests/s | 1 tokens/s |" in made.line(begun + 560)
    made.line(begun + 570)
    assert "| 0.0 requests/s | 0 tokens/s |" in made.line(begun + 600)


def test_a_log_has_whole_lines_and_nobodys_text(capsys: pytest.CaptureFixture[str]) -> None:
    made, _ = progress(None)
    made.reply(reply(output_tokens=2), again=False, dead=False)
    made.end()
    said = capsys.readouterr().err
    assert said.startswith("1 | ")
    assert said.endswith(" | 0% cached | 0 again | 0 dead\n")
    assert "secret" not in said


def test_a_terminal_has_one_line_that_fits(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    made, _ = progress(None)
    made.say("x" * 50)
    made.end()
    first, second = capsys.readouterr().err.split("\r\x1b[2K")[1:]
    assert first == "x" * 19
    assert (len(second), second[-1]) == (20, "\n")


def test_durations() -> None:
    assert [duration(seconds) for seconds in (0.4, 59.4, 200, 7500)] == ["0s", "59s", "3m20s", "2h05m"]
