"""`auto`: stage and micro-batch of the five students on the paper's GPUs and on larger ones."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from humanllm.errors import InputError
from humanllm.training import fit
from humanllm.training.fit import Pass, Shape, choose_stage, fits, gpu_capabilities, gpu_memories, needed, shape_of

STUDENTS = {  # the sizes in their config.json
    "qwen2.5-3b": Shape(3_085_938_688, 36, 2048, 11008, 151936),
    "phi-3-mini": Shape(3_821_079_552, 32, 3072, 8192, 32064),
    "qwen2.5-7b": Shape(7_615_616_512, 28, 3584, 18944, 152064),
    "llama-3.1-8b": Shape(8_030_261_248, 32, 4096, 14336, 128256),
    "qwen3-8b": Shape(8_190_735_360, 36, 4096, 12288, 151936),
}
LONG = Pass(tokens=8192, precision="bf16", gradient_checkpointing=True)
A100_40, A100_80 = 40960 * (1 << 20), 81920 * (1 << 20)


@pytest.mark.parametrize(
    ("student", "small", "large"),
    [("qwen2.5-3b", 2, 2), ("phi-3-mini", 2, 2), ("qwen2.5-7b", 3, 2), ("llama-3.1-8b", 3, 2), ("qwen3-8b", 3, 2)],
)
def test_the_stage_on_eight_a100(student: str, small: int, large: int) -> None:
    shape = STUDENTS[student]
    assert [choose_stage(shape, 8, memory, LONG) for memory in (A100_40, A100_80)] == [small, large]


def test_the_table_of_the_docs() -> None:
    """docs/training.md shows GiB a GPU at stages 2 and 3."""
    text = (Path(__file__).resolve().parents[3] / "docs/training.md").read_text(encoding="utf-8")
    for student, shape in STUDENTS.items():
        two, three = (needed(shape, stage, 1, 8, LONG) / (1 << 30) for stage in (2, 3))
        row = next(line for line in text.splitlines() if line.startswith(f"| {student} "))
        assert f"| {two:.1f} | {three:.1f} |" in row, f"{student}: {two:.1f} and {three:.1f}"


def test_what_fits_nowhere_is_named() -> None:
    with pytest.raises(InputError, match=r"8,190,735,360 parameters on 1 ranks need \d+ GiB each and have 30 usable"):
        choose_stage(STUDENTS["qwen3-8b"], 1, A100_40, LONG)


@pytest.mark.parametrize(("memory", "most"), [(A100_40, 7), (A100_80, 22)])
def test_sequences_fit_until_three_quarters_of_the_memory_are_taken(memory: float, most: int) -> None:
    shape = STUDENTS["qwen2.5-3b"]
    assert fits(shape, 2, most, 8, memory, LONG)
    assert not fits(shape, 2, most + 1, 8, memory, LONG)


def test_sizes_come_from_the_models_folder(tmp_path: Path, pico_model: Callable[..., Path]) -> None:
    from transformers import AutoModelForCausalLM

    folder = pico_model(tmp_path / "pico")
    count = AutoModelForCausalLM.from_pretrained(folder).num_parameters()
    assert shape_of(folder) == Shape(count, layers=2, width=32, inner=64, words=64)
    (folder / "config.json").write_text(json.dumps({"num_hidden_layers": 2}))
    with pytest.raises(InputError, match=r"has no hidden_size: give training\.zero_stage and micro_batch as numbers"):
        shape_of(folder)


def test_memory_is_asked_of_the_driver_for_our_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append((command[1], command[-1]))
        said = "81559\n40960\n" if "memory.total" in command[1] else "9.0\n8.6\n"
        return subprocess.CompletedProcess(command, 0, said)

    monkeypatch.setattr(fit.subprocess, "run", run)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    assert gpu_memories() == [81559 * (1 << 20), A100_40]
    assert gpu_capabilities() == [9.0, 8.6]
    assert asked == [("--query-gpu=memory.total", "--id=2,3"), ("--query-gpu=compute_cap", "--id=2,3")]


def test_without_the_drivers_tool_the_knob_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=r"give training\.zero_stage and micro_batch as numbers"):
        gpu_memories()
