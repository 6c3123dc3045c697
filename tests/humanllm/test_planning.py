"""The arithmetic of a plan, by hand: tokens, the prefix cache, hours, walls, caps, disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.planning import disk, training
from humanllm.planning.counts import Count, counts_of
from humanllm.planning.lengths import Line, Meter
from humanllm.planning.measure import measure_stage
from humanllm.planning.rates import Rate, Rates, read_rates
from humanllm.planning.sample import Sample
from humanllm.planning.show import hours, short, size, table
from humanllm.planning.training import Lesson, Set
from humanllm.planning.work import Work, scaled, wall_hours
from humanllm.preview import stage_requests, systems
from humanllm.settings import merged, read_config
from humanllm.tables import read_rows
from humanllm.tokens import counter
from planning_data import SCHEMA, finished_sample, overlay
from post_data import ROOT

MODEL = ModelSpec("rules", "extractive", "rules", "1")
WORK = Work("rewrite_text", "blogger", "", "m", 2, 8, 100, 7.2e6, 3.6e6, 1.8e6, Rate(None, 1000, 1000, 30), 50)


def config_of(folder: Path, **more: Any) -> dict[str, Any]:
    return read_config([ROOT / "config.yaml", overlay(folder, **more)], SCHEMA)


def request(system: str, user: str) -> Request:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    return Request("a", messages, Sampling(0.3, 9), template="t")


def test_what_begins_alike_is_cached_in_blocks_of_16() -> None:
    meter = Meter(MODEL)
    first, second = meter.take(request("s" * 124, "apple")), meter.take(request("s" * 124, "bread"))
    assert (first.tokens, first.cached) == (49, 0)  # 129 bytes are 33 tokens, and 8 around each message
    # alike: 8 + 31 tokens of the system message and the 8 before the user's text, 47 in all: two whole blocks
    assert (second.tokens, second.cached) == (49, 32)
    again = meter.take(request("s" * 124, "bread"))
    assert again.cached == 48, "the last token is worked out anew"
    meter.begin()
    assert meter.take(request("s" * 124, "bread")).cached == 0


def test_tokens_are_a_line_of_calls_and_characters() -> None:
    line = Line.through([0, 4, 8], [10, 11, 12])
    assert line.slope == pytest.approx(0.25)
    assert line.at(3, 12) == pytest.approx(33)  # the sample itself
    assert line.at(10, 100) == pytest.approx(125)  # 10 a call and a quarter of the characters
    assert Line.through([], []).at(5, 5) == 0
    assert Line.through([7, 7], [3, 5]).at(4, 99) == 16  # texts of one length tell no slope


def test_hours_follow_from_tokens_rates_and_loads() -> None:
    assert WORK.load_hours == 1  # two jobs of 30 minutes
    assert WORK.hours == pytest.approx(1 + 1 + 0.5)
    assert WORK.gpu_hours == pytest.approx(20)
    assert scaled(WORK, 0.5).hours == pytest.approx(1 + 0.5 + 0.25), "every job still loads the model"
    unknown = Work("r", "s", "", "m", 1, 8, 1, 1, 0, None, Rate(None, 1, 1), 1)
    assert unknown.hours is unknown.gpu_hours is None
    assert wall_hours([WORK], 1, 8) == pytest.approx(2.5)
    assert wall_hours([WORK], 4, 8) == pytest.approx(1.25), "never less than the longest job"
    assert wall_hours([WORK, unknown], 4, 8) is None


def test_a_stage_is_measured_by_its_own_requests(tmp_path: Path) -> None:
    results, config = finished_sample(tmp_path), config_of(tmp_path)
    step = measure_stage(Sample(results), "rewrite_text", "", "blogger", config, ROOT / "scripts/prompts", 100)
    assert step is not None
    asked = list(
        stage_requests("rewrite_text", results / "records/blogger/0.parquet", config, ROOT / "scripts/prompts")
    )
    count = counter(MODEL)
    assert (step.of, step.calls, step.kept, step.buckets) == (5, 5, 1.0, (0,))
    assert step.prompt.tokens == sum(count(one.messages) for one in asked)
    assert step.prompt.slope == pytest.approx(0.25, abs=0.02)  # the estimate's 4 bytes a token
    assert step.cached.tokens % 16 == 0
    assert step.by_rules
    replies = [f'{{"text":"{row["rewrite_text"]}"}}' for row in read_rows(results / "rewritten/blogger/0.parquet")]
    assert step.output == sum(-(-len(reply.encode()) // 4) for reply in replies)


def test_scored_first_the_sample_tells_what_rewriting_would_ask(tmp_path: Path) -> None:
    results = finished_sample(tmp_path)
    config = config_of(tmp_path, cleaning={"order": "score_first"})
    step = measure_stage(Sample(results), "rewrite_text", "", "blogger", config, ROOT / "scripts/prompts", 100)
    labels = [row["score_quality"] for row in read_rows(results / "scored/blogger/0.parquet")]
    assert step is not None
    assert (step.of, step.calls) == (5, labels.count("high"))


def test_counts_of_the_paper_and_of_a_file(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    assert counts_of("paper", config) == {"blogger": Count(681_000)}
    path = tmp_path / "counts.json"
    path.write_text('{"blogger": {"records": 9, "characters": 90}}')
    assert counts_of(str(path), config) == {"blogger": Count(None, 9, 90)}
    results = finished_sample(tmp_path)
    texts = sum(len(row["text"]) for row in read_rows(results / "records/blogger/0.parquet"))
    assert counts_of(str(results), config) == {"blogger": Count(10, 5, texts)}


def test_caps_decide_what_is_learned() -> None:
    sets = [Set("social_qa", "blogger", 1000, 100, 50, 10, 9), Set("profile_generation", "blogger", 40, 40, 20, 5, 9)]
    config: dict[str, Any] = {
        "variants": ["full", "t1", "gen", "raw"],
        "students": ["m", "n"],
        "training": {"epochs": 2, "ranks": 8},
        "sft": {"test_share": 0.25},
        "ablations": {"t1": ["social_qa"], "gen": {"a": {"share": 0.25}, "b": {"share": 0.25}}},
    }
    rates = Rates({"m": Rate(training=10)}, 8)
    found = {(one.student, one.variant): one for one in training.lessons(sets, (60, 7), config, rates)}
    full = found["m", "full"]
    assert (full.samples, full.tokens) == (105, 0.75 * (100 * 50 + 40 * 20))
    assert full.hours == pytest.approx(4350 * 2 / 10 / 8 / 3600)
    assert (found["m", "t1"].samples, found["m", "gen"].samples) == (75, 210)
    assert (found["m", "raw"].samples, found["m", "raw"].tokens) == (45, 315)  # 60 texts, 45 of them train
    assert found["n", "full"].hours is None
    assert training.enough(sets) == {"blogger": 1.0}  # all 40 profiles are taken: no fewer users would do


def test_what_is_dropped_takes_disk_and_is_no_row(tmp_path: Path) -> None:
    results = finished_sample(tmp_path)
    folder = results / "records/blogger"
    before, rows = Sample(results).bytes_of("records", "blogger")
    (folder / "0.dropped.parquet").write_bytes(b"x" * 100)
    assert Sample(results).bytes_of("records", "blogger") == (before + 100, rows)
    assert rows == 5


def test_disk_of_models_and_replies() -> None:
    rates = Rates({"m": Rate(parameters=1e9)}, 8)
    found = disk.training([], [Lesson("m", "full", 10, 100, 8, None)], {"sft": {"test_share": 0.5}}, rates)
    assert found == {
        "packed": 300,
        "checkpoints": 2e9,
        "merged": 2e9,
        "training state, a student at a time": 32e9,  # twice 16 bytes a parameter
    }
    assert disk.journal([WORK]) == 1.8e6 * 4 + 100 * 220


def test_systems_are_those_of_the_rules(tmp_path: Path) -> None:
    config = config_of(tmp_path, students=["qwen2.5-3b"], systems=["gemma-2-9b"])
    found = systems(config)
    assert list(found) == ["gemma-2-9b", "qwen2.5-3b-base", "qwen2.5-3b-full-unmerged", "qwen2.5-3b-full-merged"]
    assert found["qwen2.5-3b-full-merged"].path == "results/paper/merged/qwen2.5-3b/full"


def test_overlays_are_merged_as_snakemake_does(tmp_path: Path) -> None:
    assert merged({"a": {"b": 1, "c": [1]}}, {"a": {"c": [2]}, "d": 3}) == {"a": {"b": 1, "c": [2]}, "d": 3}
    with pytest.raises(ValueError, match=r"training: .*'epoch' was unexpected"):
        config_of(tmp_path, training={"epoch": 3})


def test_the_rates_at_hand_cover_the_config() -> None:
    config, rates = read_config([ROOT / "config.yaml"], SCHEMA), read_rates(ROOT / "scripts/rates.yaml")
    asked = {name for name, model in config["models"].items() if model["engine"] == "vllm"}
    assert asked == set(rates.models), "every model of config.yaml has its rate in scripts/rates.yaml, and no other"
    assert all(rates.of(student).training for student in config["students"])


def test_figures_are_short_and_columns_aligned() -> None:
    assert [short(value) for value in (None, 950, 9_500, 68_123, 1.234e6, 4.5e9)] == [
        *("-", "950", "9,500", "68.1k", "1.23M", "4.5B")
    ]
    assert [hours(value) for value in (None, 0.25, 12.4, 3_062.0)] == ["-", "0.2", "12", "3,062"]
    assert [size(value) for value in (12, 5.57e12)] == ["12 B", "5.57 TB"]
    assert table(["a", "n"], [["bb", "10"], ["c", "9"]]) == ["a    n", "------", "bb  10", "c    9"]
