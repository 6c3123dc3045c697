"""The benchmarks' environment runs our stages with the packages that the jobs have."""

from __future__ import annotations

import sys

import pytest
from test_conventions import imports, pins
from test_environments import BROUGHT, DISTRIBUTIONS, behind

STAGES = ("ingest_dump", "find_kcore", "sketch_texts", "find_copies", "gather_users")


def test_the_pins_are_those_of_the_jobs() -> None:
    jobs = pins("cpu")
    differing = {name: version for name, version in pins("bench").items() if jobs.get(name, version) != version}
    assert not differing, f"envs/bench.yaml and envs/cpu.yaml pin other versions: {differing}"


@pytest.mark.parametrize("stage", STAGES)
def test_it_has_what_the_stages_import(stage: str) -> None:
    roots = {name.split(".")[0] for path in behind(stage, "bench") for name in imports(path)}
    needed = {DISTRIBUTIONS.get(root, root) for root in roots - set(sys.stdlib_module_names) - {"humanllm"}}
    lacking = {name for name in needed - set(pins("bench")) if BROUGHT.get(name) not in pins("bench")}
    assert not lacking, f"envs/bench.yaml lacks {lacking}, for {stage}"
