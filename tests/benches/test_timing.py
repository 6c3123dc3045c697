"""Timed commands: a failure says why, medians are taken by tool, memory is the command's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from benchmarks.timing import Run, Started, interleaved, machine, medians, table


def test_a_command_is_timed_and_its_memory_counted() -> None:
    run = Started("ours", [sys.executable, "-c", "x = bytearray(300 << 20); print('made')"]).end()
    assert run.out == "made"
    assert run.peak > 300
    assert 0 < run.cpu < 30
    assert run.wall > 0


def test_a_command_that_fails_is_an_error_with_its_own_words() -> None:
    with pytest.raises(RuntimeError, match="no such tool"):
        Started("ours", [sys.executable, "-c", "raise SystemExit('no such tool')"]).end()


def test_all_run_in_turn() -> None:
    command = [sys.executable, "-c", "pass"]
    before: list[int] = []
    runs = interleaved({"a": command, "b": command}, 2, before=lambda: before.append(len(before)))
    assert [run.tool for run in runs] == ["a", "b", "a", "b"]
    assert before == [0, 1, 2, 3]


def test_a_timed_command_keeps_the_byte_code_of_its_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    said = Started("ours", [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]).end().out
    assert said == "False"


def test_medians_by_tool_with_the_largest_peak() -> None:
    runs = [Run("a", wall, wall, peak, "") for wall, peak in ((3.0, 10.0), (1.0, 30.0), (2.0, 20.0))]
    assert medians(runs) == {"a": Run("a", 2.0, 2.0, 30.0, "")}


def test_a_table_is_markdown() -> None:
    assert table(("tool", "s"), [("ours", 1.234), ("its", 1234.5)]) == (
        "| tool | s |\n| --- | --- |\n| ours | 1.23 |\n| its | 1,234 |"
    )


@pytest.mark.parametrize(
    ("cpuinfo", "told"),
    [
        (
            "cpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\nflags\t\t: fpu avx avx2\n\n",
            "AMD EPYC (family 25, model 1, no AVX-512)",
        ),
        (
            "cpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Xeon\nflags\t\t: avx2 avx512f\n",
            "Xeon (family 6, model 143, AVX-512)",
        ),
        ("processor\t: 0\nFeatures\t: asimd\n", "unknown processor (no AVX-512)"),
    ],
)
def test_the_machine_is_told_with_what_ratios_hang_on(tmp_path: Path, cpuinfo: str, told: str) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(cpuinfo * 2)
    assert machine(path) == f"{told}, {os.cpu_count()} cores"
