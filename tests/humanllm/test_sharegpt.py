from __future__ import annotations

import json
from pathlib import Path

import pytest

from humanllm.sharegpt import answer_of, as_line, dataset_info, messages_of, prompt_of, read_lines
from humanllm.shuffled import ShuffledLines
from humanllm.tables import SAMPLE


def sample(**more: object) -> dict:
    row = dict.fromkeys(SAMPLE.names) | {"id": "s1", "task": "item_selection", "form": "both", "source": "amazon"}
    row |= {"user": "anna", "time": 9, "system": "Choose.", "prompt": "Which?", "answer": "B. Pan"}
    return row | more


def test_a_line_is_a_sharegpt_object_without_nulls() -> None:
    line = as_line(sample(), test=False)
    assert line == {
        **{"id": "s1", "task": "item_selection", "form": "both", "source": "amazon", "user": "anna", "time": 9},
        **{"system": "Choose.", "history_until": 0},
        "conversations": [{"from": "human", "value": "Which?"}, {"from": "gpt", "value": "B. Pan"}],
    }
    assert (prompt_of(line), answer_of(line)) == ("Which?", "B. Pan")
    assert messages_of(line)[0] == {"role": "system", "content": "Choose."}


def test_an_empty_system_text_is_no_message() -> None:
    assert messages_of(as_line(sample(system=""), test=False)) == [{"role": "user", "content": "Which?"}]


def test_options_stand_in_the_test_file_alone_and_in_each_of_its_lines() -> None:
    row = sample(options=["Pot", "Pan"], gold=1)
    assert "options" not in as_line(row, test=False)
    line, other = as_line(row, test=True), as_line(sample(), test=True)
    assert (line["options"], line["gold"]) == (["Pot", "Pan"], 1)
    assert (other["options"], other["gold"]) == ([""], -1)
    assert list(line) == list(other)


def test_datasets_reads_a_test_file_whose_first_block_has_no_candidates(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    rows = [sample(id=f"s{at:03}") for at in range(100)]
    rows += [sample(id=f"t{at:03}", options=["Pot", "Pan"], gold=1) for at in range(100)]
    file, block = tmp_path / "test.jsonl", 4000
    file.write_text("".join(f"{json.dumps(as_line(row, test=True))}\n" for row in rows))
    assert file.stat().st_size > 6 * block
    read = datasets.load_dataset(
        "json", data_files=str(file), split="train", chunksize=block, cache_dir=str(tmp_path / "cache")
    )
    assert [row["options"] for row in read] == [[""]] * 100 + [["Pot", "Pan"]] * 100
    assert [row["gold"] for row in read] == [-1] * 100 + [1] * 100


def test_both_files_are_described() -> None:
    info = dataset_info("full")
    assert [entry["file_name"] for entry in info.values()] == ["train.jsonl", "test.jsonl"]
    assert info["humanllm_full"]["columns"] == {"messages": "conversations", "system": "system"}


def test_lines_come_out_in_the_order_of_their_keys(tmp_path: Path) -> None:
    file = ShuffledLines(tmp_path / "a.jsonl")
    for key in ("ff1", "0a2", "0a1", "ab0"):
        file.add(key, {"key": key, "text": "ä\n\u2028"})
    file.close()
    assert [line["key"] for line in read_lines(tmp_path / "a.jsonl")] == ["0a1", "0a2", "ab0", "ff1"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
