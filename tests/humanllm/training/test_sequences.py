from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humanllm.errors import InputError
from humanllm.training.sequences import Facts, Sequences, Size, collate, size_of, unpack

LISTS = pa.schema([(name, pa.list_(pa.int32())) for name in ("input_ids", "labels", "segments")])
ROWS = [
    {"input_ids": [5, 8, 2, 7, 2], "labels": [-100, 8, 2, 7, 2], "segments": [3, 2]},
    {"input_ids": [9, 4], "labels": [-100, 4], "segments": [2]},
]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=LISTS), path)
    return path


def test_the_mapped_file_holds_the_rows_and_counts_them(tmp_path: Path) -> None:
    facts = unpack(write(tmp_path / "packed.parquet", ROWS), tmp_path / "sequences.arrow")
    assert facts == Facts(facts.digest, parts=1, sequences=2, samples=3, tokens=7, answer_tokens=5)
    data = Sequences(tmp_path / "sequences.arrow")
    assert len(data) == 2
    assert [data[1][name].tolist() for name in ROWS[1]] == [[9, 4], [-100, 4], [2]]


def test_a_sequence_is_cut_between_samples_into_about_equal_parts(tmp_path: Path) -> None:
    lengths = ([4, 1, 1, 2, 5], [9], [1, 1])
    tokens = iter(range(100))
    rows: list[dict[str, Any]] = []
    for row in lengths:
        ids = [next(tokens) for _ in range(sum(row))]
        rows.append({"input_ids": ids, "labels": ids, "segments": row})
    packed = write(tmp_path / "packed.parquet", rows)
    assert size_of(packed) == Size(sequences=3, samples=8, longest=13)
    facts = unpack(packed, tmp_path / "halves.arrow", parts=2)
    assert (facts.parts, facts.sequences, facts.samples, facts.tokens) == (2, 5, 8, 24)
    data = Sequences(tmp_path / "halves.arrow")
    assert [data[row]["segments"].tolist() for row in range(5)] == [[4, 1, 1], [2, 5], [9], [1], [1]]
    assert [token for row in range(5) for token in data[row]["input_ids"].tolist()] == list(range(24))
    assert data[1]["labels"].tolist() == [6, 7, 8, 9, 10, 11, 12]
    unpack(packed, tmp_path / "eighths.arrow", parts=8)
    assert len(Sequences(tmp_path / "eighths.arrow")) == 8, "a sample is never cut"


def test_a_batch_is_one_row_whose_positions_restart_with_each_sample(tmp_path: Path) -> None:
    unpack(write(tmp_path / "packed.parquet", ROWS), tmp_path / "sequences.arrow")
    data = Sequences(tmp_path / "sequences.arrow")
    batch = collate([data[0], data[1]])
    assert batch.pop("use_cache") is False
    assert [batch.pop(f"max_length_{one}") for one in "qk"] == [3, 3]
    assert [batch.pop(f"cu_seq_lens_{one}").tolist() for one in "qk"] == [[0, 3, 5, 7]] * 2
    assert {name: tensor.tolist() for name, tensor in batch.items()} == {
        "input_ids": [[5, 8, 2, 7, 2, 9, 4]],
        "labels": [[-100, 8, 2, -100, 2, -100, 4]],  # a sample's first token is predicted by no other sample
        "position_ids": [[0, 1, 2, 0, 1, 0, 1]],
    }


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([{"input_ids": [1, 2], "labels": [1, 2], "segments": [1]}], "differ in length"),
        ([{"input_ids": [1, 2], "labels": [1], "segments": [2]}], "differ in length"),
    ],
)
def test_lengths_that_differ_are_refused(tmp_path: Path, rows: list[dict[str, Any]], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        unpack(write(tmp_path / "packed.parquet", rows), tmp_path / "sequences.arrow")
    assert not (tmp_path / "sequences.arrow").exists()


def test_other_files_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"input_ids": [[1]]}), tmp_path / "columns.parquet")
    (tmp_path / "text.parquet").write_text("no table")
    for name, complaint in (("columns", "lacks the columns labels, segments"), ("text", "no readable packed table")):
        with pytest.raises(InputError, match=complaint):
            unpack(tmp_path / f"{name}.parquet", tmp_path / "sequences.arrow")


@pytest.mark.parametrize(
    ("family", "attention"),
    [("qwen2", "sdpa"), ("qwen2", "eager"), ("qwen3", "sdpa"), ("phi3", "sdpa"), ("llama", "sdpa")],
)
def test_the_loss_of_packed_samples_is_the_loss_of_each_alone(tmp_path: Path, family: str, attention: str) -> None:
    """Of each student's family: Qwen2.5, Qwen3, Phi-3, Llama-3.1."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(1)
    sizes = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "initializer_range": 0.2,
    }
    ends = {"bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0}
    config = AutoConfig.for_model(family, vocab_size=64, num_key_value_heads=2, head_dim=8, **sizes, **ends)
    config.initializer_range = 0.2  # large enough to show what a token sees
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation=attention)
    samples = [torch.randint(3, 64, (length,)).tolist() for length in (40, 3, 17, 1, 64, 25)]
    labels = [[-100] * (len(sample) // 2) + sample[len(sample) // 2 :] for sample in samples]

    def loss(parts: list[int], lengths: list[int] | None = None) -> tuple[float, int]:
        """Summed loss and number of predicted tokens of one sequence."""
        row = {
            "input_ids": [*chain.from_iterable(samples[part] for part in parts)],
            "labels": [*chain.from_iterable(labels[part] for part in parts)],
            "segments": lengths or [len(samples[part]) for part in parts],
        }
        write(tmp_path / "packed.parquet", [row])
        unpack(tmp_path / "packed.parquet", tmp_path / "one.arrow")
        batch = collate([Sequences(tmp_path / "one.arrow")[0]])
        predicted = int((batch["labels"][:, 1:] != -100).sum())
        with torch.no_grad():
            return (float(model(**batch).loss) * predicted if predicted else 0.0), predicted

    alone = [loss([part]) for part in range(6)]
    packed = [loss([0, 1, 2]), loss([3, 4, 5])]
    mean = [sum(part for part, _ in losses) / sum(count for _, count in losses) for losses in (alone, packed)]
    assert mean[0] == pytest.approx(mean[1], abs=1e-4)
    seen = loss([0, 1, 2], lengths=[60])  # the same tokens as one sample: attention crosses, and it shows
    assert abs(seen[0] / seen[1] - packed[0][0] / packed[0][1]) > 1e-3
