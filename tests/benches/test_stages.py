"""The stages' benchmark: repeatable records, and every stage with the options that its command takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.stages import KINDS, commands, records

from humanllm.products import KINDS as MADE


def test_records_are_repeatable_and_their_own() -> None:
    rows = list(records(40))
    assert rows == list(records(40))
    assert len({row["id"] for row in rows}) == 40
    assert [row["place"] for row in rows[:16]] == [*range(15), 0]  # fifteen posts a person
    assert any("<br />" in row["text"] for row in rows)


def test_every_kind_of_product_is_made() -> None:
    assert {product: tuple(kinds) for product, kinds in KINDS.items()} == MADE


@pytest.mark.parametrize(("name", "arguments"), commands(Path("work")), ids=lambda value: str(value)[:30])
def test_a_stage_gets_the_options_of_its_command(name: str, arguments: list[str]) -> None:
    command = __import__(name.split()[0]).main
    with command.make_context(name, list(arguments)) as context:
        assert context.params
