"""The cut on the judge's grades."""

from __future__ import annotations

import pytest

from humanllm.judging import cut_reason


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ({"overall": 9, "coverage": 8}, None),
        ({"overall": 8, "coverage": 10}, "below_overall"),
        ({"overall": 9, "faithfulness": 7, "coverage": 7}, "below_coverage"),
        ({"overall": 10, "faithfulness": 7, "coverage": 8}, "below_faithfulness"),
    ],
)
def test_the_papers_cut(scores: dict[str, int], reason: str | None) -> None:
    assert cut_reason(scores, overall=9, others=8) == reason
