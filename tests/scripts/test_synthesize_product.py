"""synthesize_product: products of each sort from clean records, counted whether something was found or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from humanllm.replies import MODELS
from humanllm.tables import PRODUCT, read_rows
from post_data import KINDS, Stages, garden


@pytest.fixture
def clean(tmp_path: Path) -> Stages:
    stages = Stages(tmp_path)
    stages.records(garden())
    stages.rewrite()
    stages.score()
    stages.select()
    return stages


@pytest.mark.parametrize("product", KINDS)
def test_products_hold_their_kinds(clean: Stages, product: str) -> None:
    stats = clean.synthesize(product)
    rows = read_rows(clean.path(product), PRODUCT)
    assert stats["in"] == stats["kept"] + sum(stats["dropped"].values()) == {"user": 4, "social_qa": 6}.get(product, 2)
    assert {row["kind"] for row in rows} == set(KINDS[product])
    for row in rows:
        model = MODELS["social_qa" if product == "social_qa" else row["kind"]]
        assert model.model_validate_json(row["content"]).found()
        assert (row["product"], row["synth_model"], row["user"]) == (product, "extractive", "anna")
        assert row["id"].startswith(f"{product}:{row['kind']}:")


def test_a_post_without_the_thing_is_dropped_not_dead(clean: Stages) -> None:
    assert clean.synthesize("social_qa")["dropped"] == {"nothing_found": 3}


def test_a_long_history_is_summarised(clean: Stages) -> None:
    stats = clean.synthesize("user", max_history=200)
    assert stats["history"]["parts"] >= 2
    assert stats["history"]["users_summarised"] == 1
    assert stats["history"]["posts_shown"] == stats["history"]["posts"] == 3
    assert sum(stats["kinds"].values()) == stats["kept"] >= 1
    assert "They" in json.loads(read_rows(clean.path("user"))[0]["content"])["persona"]


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records([])
    stages.rewrite()
    stages.score()
    stages.select()
    assert stages.synthesize("topic")["in"] == 0
    assert stages.judge("topic")["in"] == 0
    assert stages.cut("topic")["in"] == 0
