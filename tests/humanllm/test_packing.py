from __future__ import annotations

import random
import statistics
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.packing import describe, histogram, pack, samples_an_update, write_packed
from humanllm.token_shards import SCHEMA
from humanllm.training.sequences import Sequences, collate, unpack

ROOM = 8192


def like_the_papers(count: int) -> list[int]:
    """Lengths of a log-normal mix, about 700 tokens on average."""
    rng = random.Random(1)
    return [min(ROOM, max(40, int(rng.lognormvariate(6.3, 0.8)))) for _ in range(count)]


def test_long_samples_first_each_where_it_leaves_least_room() -> None:
    assert sorted(map(sorted, pack([3, 5, 2, 6], 8, seed=1))) == [[0, 1], [2, 3]]
    assert {tuple(pack([4, 4], 8, seed)[0]) for seed in range(9)} == {(0, 1), (1, 0)}
    assert pack([], 8, seed=1) == []
    with pytest.raises(ValueError, match="9 tokens does not fit into 8"):
        pack([9], 8, seed=1)


@given(st.lists(st.integers(1, 50), max_size=200), st.integers(0, 3))
def test_every_sample_is_packed_once_and_no_sequence_is_too_long(lengths: list[int], seed: int) -> None:
    sequences = pack(lengths, 50, seed)
    assert sorted(chain(*sequences)) == list(range(len(lengths)))
    assert all(sum(lengths[index] for index in sequence) <= 50 for sequence in sequences)
    assert sequences == pack(lengths, 50, seed)


def test_lengths_like_the_papers_fill_nearly_all_and_mix() -> None:
    lengths = like_the_papers(20000)
    sequences = pack(lengths, ROOM, seed=1)
    assert describe(lengths, sequences, ROOM)["fill_rate"] > 0.99
    rows = [[lengths[index] for index in sequence] for sequence in sequences if len(sequence) > 1]
    spread = statistics.mean(statistics.pstdev(row) / statistics.mean(row) for row in rows)
    assert spread > 0.6, "samples of one length stand together: packed long to short it is 0.16"
    update = samples_an_update(sequences, 64, seed=1)
    assert update["mean"] == pytest.approx(64, rel=0.05)
    assert 40 < update["p1"] < update["p99"] < 90, "packed long to short they are 29 and 134"
    assert pack(lengths, ROOM, seed=2) != sequences


def test_samples_of_updates_are_counted() -> None:
    assert samples_an_update([[0], [1], [2, 3, 4]], 99, seed=1) == {"mean": 5.0, "p1": 5, "p99": 5}
    assert samples_an_update([[0], [1], [2, 3, 4]], 1, seed=1) == {"mean": 1.7, "p1": 1, "p99": 3}
    assert samples_an_update([[0, 1], [2, 3], [4, 5]], 4, seed=1) == {"mean": 4.0, "p1": 4, "p99": 4}


def test_the_table_is_what_the_training_reads(tmp_path: Path) -> None:
    samples = [([1, 2, 3, 4, 5], 3), ([], 0), ([6, 7], 1), ([8, 9, 10], 2)]
    made = [{"task": "t", "dropped": "", "ids": ids, "prompt": prompt} for ids, prompt in samples]
    rows = pa.concat_tables([pa.Table.from_pylist(made[:2], SCHEMA), pa.Table.from_pylist(made[2:], SCHEMA)])
    answer_tokens = write_packed(tmp_path / "packed.parquet", rows, [[0, 3], [2]])
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
