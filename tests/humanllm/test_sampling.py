"""Which samples are taken, which are left out and why, and on which side they stand."""

from __future__ import annotations

from collections import Counter

import pytest

from humanllm.errors import InputError
from humanllm.ngrams import RunReader
from humanllm.sampling import Rules, Sampler, demand_samples
from humanllm.tables import Row
from task_data import words


def sample(number: int, user: str = "", **more: object) -> Row:
    row = {"id": f"s{number}", "user": user or f"user{number}", "task": "social_qa", "source": "reddit"}
    texts = {"system": "", "prompt": f"Question {number}", "answer": f"Answer {number}", "options": None}
    return row | texts | {"record_ids": [f"record{number}"]} | more


def sampler(samples: list[Row], cap: int = 100, max_tokens: int = 50, benchmark: str = "") -> Sampler:
    reader = RunReader()
    found = Sampler(Rules(1, 0.1, max_tokens, {"social_qa": cap}), reader, reader.collect([benchmark]))
    for row in samples:
        found.take(row)
    found.decide()
    return found


def reasons(found: Sampler) -> Counter[str]:
    return Counter(fate.reason for fate in found.fates.values())


def test_each_sample_is_on_one_side_or_has_a_reason() -> None:
    rows = [sample(number) for number in range(20)]
    rows += [sample(20, answer=words(60)), sample(21, prompt="Question 1", answer="Answer 1")]
    rows += [sample(22, prompt=f"Who {words(13)}?")]
    found = sampler(rows, benchmark=f"Once {words(14)}")
    assert reasons(found) == {"": 20, "too_long": 1, "duplicate": 1, "contaminated": 1}
    assert all(bool(fate.side) != bool(fate.reason) for fate in found.fates.values())
    assert {fate.side for fate in found.fates.values() if fate.side} == {"train", "test"}


def test_no_user_stands_on_both_sides() -> None:
    found = sampler([sample(number, user=f"user{number % 10}") for number in range(100)])
    sides = {(fate.user, fate.side) for fate in found.fates.values()}
    assert len(sides) == 10


def test_a_cap_is_a_draw_that_does_not_hang_on_the_order_of_the_files() -> None:
    rows = [sample(number) for number in range(30)]
    first, second = sampler(rows, cap=12), sampler(rows[::-1], cap=12)
    assert reasons(first) == {"": 12, "over_cap": 18}
    assert {fate.id for fate in first.fates.values() if fate.side} == {
        fate.id for fate in second.fates.values() if fate.side
    }


def test_a_prompt_of_the_test_set_is_taken_out_of_train() -> None:
    found = sampler([sample(number, prompt="The same question") for number in range(10)])
    sides = Counter(fate.side for fate in found.fates.values())
    assert sides["train"] == 0
    assert sides["test"] >= 1
    assert reasons(found)["prompt_in_test"] == sides[""]


def test_a_prompt_that_holds_its_own_answer_is_left_out() -> None:
    told = sample(1, prompt=f"They said: {words(9)}. What?", answer=words(9).upper())
    found = sampler([told, sample(2), sample(3), sample(4, prompt="Yes or no?", answer="Yes")])
    assert {name: fate.reason for name, fate in found.fates.items() if fate.reason} == {"s1": "answer_in_prompt"}
    chosen = sampler([told | {"options": ["one", "two"]}, sample(2)])
    assert reasons(chosen) == {"": 2}


def test_a_post_of_the_test_set_is_shown_in_no_sample_of_train() -> None:
    rows = [sample(number) for number in range(10)]
    shows = [sample(10 + number, record_ids=[f"own{number}", f"record{number}"], user="reader") for number in range(10)]
    found = sampler([*rows, *shows])
    tested = {fate.id for fate in found.fates.values() if fate.side == "test"}
    left_out = {fate.id for fate in found.fates.values() if fate.reason == "shows_test_text"}
    assert tested
    assert "s10" not in tested
    assert left_out == {f"s{10 + int(name[1:])}" for name in tested}


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="s1 stands twice"):
        sampler([sample(1), sample(1)])


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ([("social_qa", "reddit"), ("item_selection", "amazon")], "task item_selection has no sample in any source"),
        ([("social_qa", "reddit"), ("social_qa", "blogger")], "source blogger has no sample of any task"),
    ],
)
def test_an_empty_task_or_source_is_an_error(expected: list[tuple[str, str]], said: str) -> None:
    found = sampler([sample(number) for number in range(3)])
    with pytest.raises(InputError, match=said):
        demand_samples(found.fates.values(), expected)


def test_one_user_is_too_few() -> None:
    with pytest.raises(InputError, match=r"the (test|train) set is empty"):
        demand_samples(sampler([sample(1)]).fates.values(), [("social_qa", "reddit")])
