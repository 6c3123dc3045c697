from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from humanllm.split import is_test
from humanllm.split import test_users as users_of_test

USERS = [f"user{number}" for number in range(2000)]
names = st.sets(st.sampled_from(USERS[:12]), max_size=12)


def test_a_tenth_of_the_users_is_tested_whoever_else_is_there() -> None:
    tested = {user for user in USERS if is_test(user, 2025, 0.1)}
    assert 160 < len(tested) < 240
    assert users_of_test({("social_qa", "reddit"): USERS}, 2025, 0.1) == tested
    assert users_of_test({("social_qa", "reddit"): USERS[:1000]}, 2025, 0.1) == tested & set(USERS[:1000])


@given(users=names, share=st.floats(0.01, 0.99))
def test_a_group_of_two_or_more_has_users_on_both_sides(users: set[str], share: float) -> None:
    tested = users_of_test({("social_qa", "reddit"): users}, 1, share)
    assert tested <= users
    if len(users) > 1:
        assert 0 < len(tested) < len(users)


@given(groups=st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), names))
def test_no_task_is_all_test(groups: dict[tuple[str, str], set[str]]) -> None:
    tested = users_of_test(groups, 1, 0.1)
    for users in groups.values():
        if len(users) > 1:
            assert not users <= tested
