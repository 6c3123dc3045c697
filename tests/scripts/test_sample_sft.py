"""sample_sft as a command, on samples made by hand."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from humanllm.benchmarks.in_domain import read_samples
from humanllm.leakage import MUST_BE_ZERO
from humanllm.sampling import Sampler
from humanllm.sharegpt import read_lines
from humanllm.tables import ITEM, SAMPLE, Row, read_rows, write_rows
from task_data import words

FILES = ["dataset_info.json", "report.json", "test.jsonl", "train.jsonl"]


def sample(number: int, **more: object) -> Row:
    base = {"id": f"social_qa:persona_action:{number}", "user": f"user{number % 12}", "source": "blogger"}
    texts: Row = {"system": "Be kind.", "prompt": f"Question {number}?", "answer": f"Answer {number}."}
    row = base | texts | {"task": "social_qa", "form": "persona_action", "time": 100, "history_until": 50}
    row["record_ids"] = [f"blogger:blogs:{number}"]
    return row | more


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [sample(number) for number in range(40)]
    rows += [
        sample(40, prompt=words(60)),
        sample(41, prompt=f"Why {words(13, 'known')}?"),
        sample(42, history_until=None),
    ]
    write_rows(tmp_path / "tasks/social_qa/blogger.parquet", rows, SAMPLE)
    items = [{"id": "m1", "question": f"So: {words(13, 'known')}", "options": ["A", "B"], "gold": 0}]
    write_rows(tmp_path / "tombench.parquet", items, ITEM)
    return tmp_path


def run(folder: Path, *more: str) -> Result:
    options = [f"--tasks={folder / 'tasks'}", "--take=social_qa/blogger", "--cap=social_qa=30"]
    options += [f"--benchmark={folder / 'tombench.parquet'}", "--test-share=0.1", "--max-tokens=70", "--seed=1"]
    options += [f"--output={folder / 'sft/full'}", f"--dropped={folder / 'sft/full.dropped.parquet'}"]
    return CliRunner().invoke(
        importlib.import_module("sample_sft").main, [*options, f"--stats={folder / 'sft/full.stats.json'}", *more]
    )


def test_the_set_is_whole_counted_and_free_of_leaks(folder: Path) -> None:
    done = run(folder)
    assert done.exit_code == 0, done.output
    sft = folder / "sft/full"
    assert sorted(path.name for path in sft.iterdir()) == FILES
    train, test = (list(read_lines(sft / f"{side}.jsonl")) for side in ("train", "test"))
    assert len(train) + len(test) == 30
    assert not {line["user"] for line in train} & {line["user"] for line in test}
    report = json.loads((sft / "report.json").read_text())
    assert report["samples"] == {"social_qa": {"blogger": {"train": len(train), "test": len(test)}}}
    assert set(report["leakage"].values()) == {0}
    assert set(MUST_BE_ZERO) <= set(report["leakage"])
    assert report["decontaminated_against"] == ["tombench"]
    assert report["empty"] == []
    stats = json.loads((folder / "sft/full.stats.json").read_text())
    assert stats["in"] == 43
    assert stats["dropped"] == {"contaminated": 1, "over_cap": 11, "too_long": 1}
    assert stats["by_task"] == {"social_qa": {"in": 43, "dropped": stats["dropped"]}}
    assert (stats["train"], stats["test"], stats["kept"]) == (len(train), len(test), 30)
    left_out = {row["id"]: row["drop_reason"] for row in read_rows(folder / "sft/full.dropped.parquet")}
    assert len(left_out) == 13
    assert left_out["social_qa:persona_action:41"] == "contaminated"


def test_the_next_stages_and_other_tools_read_the_files(folder: Path) -> None:
    import pyarrow.json

    assert run(folder).exit_code == 0
    sft = folder / "sft/full"
    assert len(list(read_samples(sft / "test.jsonl"))) > 0
    table = pyarrow.json.read_json(sft / "train.jsonl")  # what `datasets` reads JSON lines with
    assert table.column_names == sorted(table.column_names)
    assert all(column.null_count == 0 for column in table.columns)
    info = json.loads((sft / "dataset_info.json").read_text())
    assert {entry["file_name"] for entry in info.values()} <= set(FILES)


def test_a_rerun_gives_the_same_bytes(folder: Path) -> None:
    assert run(folder).exit_code == 0
    first = [(folder / "sft/full" / name).read_bytes() for name in FILES]
    assert run(folder).exit_code == 0
    assert [(folder / "sft/full" / name).read_bytes() for name in FILES] == first


def test_a_planted_leak_fails_in_one_line_and_writes_nothing(folder: Path) -> None:
    path = folder / "tasks/social_qa/blogger.parquet"
    rows = read_rows(path)
    write_rows(path, [row | {"history_until": row["time"]} for row in rows], SAMPLE)
    done = run(folder)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the training set leaks: history_not_before_target = ")
    assert done.stderr.count("\n") == 1
    assert not (folder / "sft").exists() or not list((folder / "sft").iterdir())


def test_a_post_of_test_that_a_person_of_train_answers_is_found_in_the_finished_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every comment's sample shows the same post; the sampler that should leave them out is made to forget it."""
    path = folder / "tasks/social_qa/blogger.parquet"
    assert run(folder).exit_code == 0
    test = next(iter(read_lines(folder / "sft/full/test.jsonl")))
    rows = read_rows(path)
    (post,) = next(row["record_ids"] for row in rows if row["id"] == test["id"])
    write_rows(path, [row | {"record_ids": list(dict.fromkeys([*row["record_ids"], post]))} for row in rows], SAMPLE)

    class Forgetful(Sampler):
        def decide(self) -> None:
            super().decide()
            assert any(fate.reason == "shows_test_text" for fate in self.fates.values())
            for fate in self.fates.values():
                if fate.reason == "shows_test_text":
                    fate.reason, fate.side = "", "train"

    monkeypatch.setattr("sample_sft.Sampler", Forgetful)
    shutil.rmtree(folder / "sft")
    done = run(folder)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the training set leaks: test_targets_in_train = 1; nothing was written")
    assert not (folder / "sft").exists() or not list((folder / "sft").iterdir())


def test_a_task_without_samples_is_an_error_that_names_it(folder: Path) -> None:
    write_rows(folder / "tasks/item_selection/amazon.parquet", [], SAMPLE)
    done = run(folder, "--take=item_selection/amazon", "--cap=item_selection=9")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: task item_selection has no sample in any source: ")
    assert done.stderr.count("\n") == 1
