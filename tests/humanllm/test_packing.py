from __future__ import annotations

import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.packing import histogram, pack, spool, write_packed
from humanllm.templates import Tokens
from humanllm.training.sequences import Sequences, collate, unpack


def test_long_samples_first_each_where_it_leaves_least_room() -> None:
    assert pack([5, 3, 3, 2], 8) == [[0, 1], [2, 3]]
    assert pack([2, 5, 4, 6], 8) == [[3, 0], [1], [2]]
    assert pack([], 8) == []
    with pytest.raises(ValueError, match="9 tokens does not fit into 8"):
        pack([9], 8)


@given(st.lists(st.integers(1, 50), max_size=200))
def test_every_sample_is_packed_once_and_no_sequence_is_too_long(lengths: list[int]) -> None:
    sequences = pack(lengths, 50)
    assert sorted(index for sequence in sequences for index in sequence) == list(range(len(lengths)))
    assert all(sum(lengths[index] for index in sequence) <= 50 for sequence in sequences)


def test_lengths_like_the_papers_fill_nearly_all() -> None:
    rng = random.Random(1)
    lengths = [min(8192, max(40, int(rng.lognormvariate(6.3, 0.8)))) for _ in range(20000)]
    assert sum(lengths) / (8192 * len(pack(lengths, 8192))) > 0.99


def test_the_table_is_what_the_training_reads(tmp_path: Path) -> None:
    samples = [Tokens([1, 2, 3, 4, 5], 3), Tokens([6, 7], 1), Tokens([8, 9, 10], 2)]
    lengths = spool(tmp_path / "samples.arrow", iter(samples))
    assert lengths == [5, 2, 3]
    answer_tokens = write_packed(tmp_path / "packed.parquet", tmp_path / "samples.arrow", pack(lengths, 8))
    assert pq.read_table(tmp_path / "packed.parquet").to_pylist() == [
        {
            "input_ids": [1, 2, 3, 4, 5, 8, 9, 10],
            "labels": [-100, -100, -100, 4, 5, -100, -100, 10],
            "segments": [5, 3],
        },
        {"input_ids": [6, 7], "labels": [-100, 7], "segments": [2]},
    ]
    facts = unpack(tmp_path / "packed.parquet", tmp_path / "packed.arrow")
    assert (facts.sequences, facts.samples, facts.tokens, facts.answer_tokens) == (2, 3, 10, answer_tokens)
    batch = collate([Sequences(tmp_path / "packed.arrow")[0]])
    assert batch["position_ids"].tolist() == [[0, 1, 2, 3, 4, 0, 1, 2]]


def test_lengths_are_counted_by_powers_of_two() -> None:
    assert histogram([1, 64, 65, 128, 129, 8192]) == {"64": 2, "128": 2, "256": 1, "8192": 1}
