"""Quality control of the products (paper 2.3): a judge's grades, and the cut behind them.

judge_product adds {"judge_scores": {"faithfulness": 9, "specificity": 8, "overall": 9}, "judge_model": ...}
select_product keeps what no grade is too low for: {"overall": 9, "others": 8} are the least that a kind may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.estimates import estimate
from humanllm.histories import closest, render_all
from humanllm.prompts import Prompt
from humanllm.stages import Job
from humanllm.stats import Tally, counted
from humanllm.tables import Row

PROMPT_TOKENS = 1000  # of the judge's instructions and the chat template
SAFE = 0.75  # of the room is used, since tokens are estimated
Facts = dict[str, Any]
Cuts = Mapping[str, Mapping[str, int]]  # {"persona": {"overall": 9, "others": 8}, ...}


def judge_requests(
    rows: Iterable[Row],
    records: Mapping[str, Row],
    prompts: Mapping[str, Prompt],
    spec: ModelSpec,
    sampling: Sampling,
    shortened: set[str] | None = None,
) -> Iterator[Request]:
    """A request for each product, with the posts it was made from, as many as the judge's context holds.

    The ids of products of which it does not hold all go into `shortened`.
    """
    known: tuple[list[str], list[Row], str] = ([], [], "")  # the products of one history follow each other
    for row in rows:
        if row["record_ids"] != known[0]:
            used = [records[name] for name in row["record_ids"]]
            known = (row["record_ids"], used, render_all(used))
        _, used, posts = known
        room = _room(spec, sampling, row["content"])
        if estimate(posts) > room:
            chosen, cut = closest(used, row["content"], room)
            posts = render_all(chosen)
            if cut and shortened is not None:
                shortened.add(row["id"])
        yield prompts[row["kind"]].request(row["id"], sampling, posts=posts, product=row["content"])


def _room(spec: ModelSpec, sampling: Sampling, product: str) -> int:
    """Tokens that the judge has for the posts."""
    if spec.max_model_len is None:
        return 10**9
    return max(0, int((spec.max_model_len - sampling.max_tokens - PROMPT_TOKENS - estimate(product)) * SAFE))


def judge(
    rows: Sequence[Row], records: Mapping[str, Row], prompts: Mapping[str, Prompt], job: Job, dead: Path, tally: Tally
) -> tuple[list[Row], Facts]:
    """The products with the judge's grades, and facts for the stats (tokens, how many sources had to be shortened)."""
    shortened: set[str] = set()
    requests = judge_requests(rows, records, prompts, job.spec, job.sampling, shortened)
    asked = job.ask(requests, prompts.values(), dead, len(rows))
    kept = []
    for row in rows:
        tally.take()
        if row["id"] in asked.dead:
            tally.die(asked.dead[row["id"]])
            continue
        tally.keep()
        scores = {"judge_scores": asked.answers[row["id"]].value.model_dump()}
        kept.append(row | scores | job.mark("judge", prompts[row["kind"]]))
    facts = {"tokens": asked.tokens, "sources_shortened": len(shortened)}
    return kept, facts | {"kinds": counted(row["kind"] for row in kept), "scores": distribution(kept)}


def distribution(rows: Iterable[Row]) -> dict[str, dict[str, dict[str, int]]]:
    """{kind: {metric: {grade: how many products}}}, for the report."""
    grades: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        of_kind = grades.setdefault(row["kind"], {})
        for metric, grade in row["judge_scores"].items():
            counts = of_kind.setdefault(metric, {})
            counts[str(grade)] = counts.get(str(grade), 0) + 1
    return grades


def cut_reason(scores: Mapping[str, int], overall: int, others: int) -> str | None:
    """None for a product that passes, else below_overall or below_<its first metric under the cut>."""
    if scores["overall"] < overall:
        return "below_overall"
    low = [name for name in sorted(scores) if name != "overall" and scores[name] < others]
    return f"below_{low[0]}" if low else None


def select(rows: Iterable[Row], cuts: Cuts, tally: Tally) -> tuple[list[Row], list[Row]]:
    """(kept, dropped) by the judge's grades and each kind's cut."""
    kept, dropped = [], []
    for row in rows:
        tally.take()
        reason = cut_reason(row["judge_scores"], **cuts[row["kind"]])
        if reason is None:
            tally.keep()
            kept.append(row)
        else:
            tally.drop(reason)
            dropped.append(row | {"drop_reason": reason})
    return kept, dropped
