"""Codes in order, by radix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kernels.sorting import sorted_codes

EDGES = [0, 1, 2**11 - 1, 2**11, 2**55 - 1, 2**55, 2**63, 2**64 - 1]
CODES = st.one_of(st.sampled_from(EDGES), st.integers(0, 2**64 - 1), st.integers(0, 9))


@given(st.lists(CODES, max_size=300))
def test_codes_are_sorted_and_equal_ones_stay_in_order(codes: list[int]) -> None:
    ordered, rows = sorted_codes(np.array(codes, np.uint64))
    assert rows.tolist() == sorted(range(len(codes)), key=codes.__getitem__)
    assert ordered.tolist() == sorted(codes)


@pytest.mark.parametrize("parts", [1, 2, 2**64 // 1000])
def test_many_codes_in_one_part_or_in_all(parts: int) -> None:
    codes = np.random.default_rng(parts).integers(0, 1000, 200_000, np.uint64) * np.uint64(parts)
    ordered, rows = sorted_codes(codes)
    assert np.array_equal(rows, np.argsort(codes, kind="stable"))
    assert np.array_equal(ordered, codes[rows])


def test_what_was_given_stays_as_it_was_and_may_be_of_other_integers() -> None:
    codes = np.array([5, 3, 5, 2**40])
    codes.flags.writeable = False
    ordered, rows = sorted_codes(codes)
    assert (ordered.dtype, rows.dtype) == (np.uint64, np.uint32)
    assert ordered.tolist() == [3, 5, 5, 2**40]
    assert rows.tolist() == [1, 0, 2, 3]
    assert codes.tolist() == [5, 3, 5, 2**40]
