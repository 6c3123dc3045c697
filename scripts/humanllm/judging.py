"""Quality control of the products (paper 2.3): a judge's grades, and the cut behind them.

judge_product adds {"judge_scores": {"faithfulness": 9, "specificity": 8, "overall": 9}, "judge_model": ...}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from humanllm.engines.base import Request
from humanllm.histories import closest, render_all
from humanllm.prompts import Prompt
from humanllm.stages import Job
from humanllm.stats import Tally
from humanllm.tables import Row

PROMPT_TOKENS = 1000  # of the judge's instructions, with room for an estimate that is too low


def judge(
    rows: Sequence[Row], records: Mapping[str, Row], prompts: Mapping[str, Prompt], job: Job, dead: Path, tally: Tally
) -> tuple[list[Row], Row]:
    """The products with the judge's grades, and facts for the stats (tokens, how many sources had to be shortened)."""
    shortened = 0

    def request(row: Row) -> Request:
        nonlocal shortened
        used = [records[name] for name in row["record_ids"]]
        source, cut = closest(used, row["content"], _room(job, row["content"]))
        shortened += cut
        prompt = prompts[row["kind"]]
        return prompt.request(row["id"], job.sampling, posts=render_all(source), product=row["content"])

    asked = job.ask((request(row) for row in rows), prompts.values(), dead, len(rows))
    kept = []
    for row in rows:
        tally.take()
        if row["id"] in asked.dead:
            tally.die(asked.dead[row["id"]])
            continue
        tally.keep()
        scores = {"judge_scores": asked.answers[row["id"]].value.model_dump()}
        kept.append(row | scores | job.mark("judge", prompts[row["kind"]]))
    return kept, {"tokens": asked.tokens, "sources_shortened": shortened, "scores": distribution(kept)}


def distribution(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """{metric: {grade: how many products}}, for the report."""
    grades: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for metric, grade in row["judge_scores"].items():
            grades[metric][str(grade)] += 1
    return {metric: dict(counts) for metric, counts in grades.items()}


def _room(job: Job, product: str) -> int:
    """Tokens that the judge has for the source. A quarter is left free, since tokens are estimated."""
    if job.spec.max_model_len is None:
        return 10**9
    return max(0, (job.spec.max_model_len - job.sampling.max_tokens - PROMPT_TOKENS - len(product) // 3) * 3 // 4)


def cut_reason(scores: Mapping[str, int], overall: int, others: int) -> str | None:
    """None for a product that passes, else below_overall or below_<its first metric under the cut>."""
    if scores["overall"] < overall:
        return "below_overall"
    low = [name for name in sorted(scores) if name != "overall" and scores[name] < others]
    return f"below_{low[0]}" if low else None


def select(rows: Sequence[Row], overall: int, others: int, tally: Tally) -> tuple[list[Row], list[Row]]:
    """(kept, dropped) by the judge's grades."""
    kept, dropped = [], []
    for row in rows:
        tally.take()
        reason = cut_reason(row["judge_scores"], overall, others)
        if reason is None:
            tally.keep()
            kept.append(row)
        else:
            tally.drop(reason)
            dropped.append(row | {"drop_reason": reason})
    return kept, dropped
