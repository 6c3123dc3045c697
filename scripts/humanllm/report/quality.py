"""Quality control in the report (paper 2.3): what was made and what passed, by kind and source; how the judge graded.

rows(facts)[0]
    {"kind": "persona", "cells": [{"made": 40, "passed": 31, "share": 77.5}, ...], "sum": {"made": 90, ...}}
"""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]


def _kinds(rows: list[Facts], stage: str) -> dict[str, int]:
    """{kind: products} that a stage kept in one source."""
    found: dict[str, int] = {}
    for row in rows:
        if row["stage"] == stage:
            for kind, count in row["facts"].get("kinds", {}).items():
                found[kind] = found.get(kind, 0) + count
    return found


def _cell(made: int, passed: int) -> Facts:
    return {"made": made, "passed": passed, "share": 100 * passed / made if made else None}


def rows(facts: Facts) -> list[Facts]:
    """A row for each kind of product that was made: synthesised, passed and the share, of each source and of all.

    A product that the judge's reply failed for counts as made.
    """
    made = [_kinds(funnel["rows"], "synthesize_product") for funnel in facts["funnel"].values()]
    passed = [_kinds(funnel["rows"], "select_product") for funnel in facts["funnel"].values()]
    found = []
    for kind in [kind for kind in facts["run"]["cuts"] if any(kind in counts for counts in made)]:
        pairs = [(here.get(kind, 0), there.get(kind, 0)) for here, there in zip(made, passed, strict=True)]
        both = _cell(sum(one for one, _ in pairs), sum(one for _, one in pairs))
        found.append({"kind": kind, "cells": [_cell(*pair) for pair in pairs], "sum": both})
    return found


def histograms(facts: Facts) -> dict[str, dict[str, dict[int, int]]]:
    """{kind: {metric: {score: count}}} over all sources, from the facts of judge_product."""
    found: dict[str, dict[str, dict[int, int]]] = {}
    for funnel in facts["funnel"].values():
        for row in funnel["rows"]:
            for kind, metrics in row["facts"].get("scores", {}).items():
                for metric, counts in metrics.items():
                    place = found.setdefault(kind, {}).setdefault(metric, {})
                    for score, count in counts.items():
                        place[int(score)] = place.get(int(score), 0) + count
    return {kind: found[kind] for kind in facts["run"]["cuts"] if kind in found}


def cuts(facts: Facts) -> str:
    """The least grades in words: "overall at least 9 and others at least 8 (style, topic); ..."."""
    kinds: dict[tuple[int, int], list[str]] = {}
    for kind, cut in facts["run"]["cuts"].items():
        kinds.setdefault((cut["overall"], cut["others"]), []).append(kind)
    said = {
        f"overall at least {overall} and others at least {others}": names for (overall, others), names in kinds.items()
    }
    return (
        next(iter(said)) if len(said) == 1 else "; ".join(f"{cut} ({', '.join(names)})" for cut, names in said.items())
    )


def histories(facts: Facts) -> str:
    """Whether the teacher saw whole histories, in a sentence; empty when none was too long for one prompt."""
    total: dict[str, int] = {}
    for funnel in facts["funnel"].values():
        for row in funnel["rows"]:
            told = row["facts"].get("history", {}) if row["stage"] == "synthesize_product" else {}
            for name, count in told.items():
                total[name] = total.get(name, 0) + count
    if not total.get("users_summarised"):
        return ""
    share = 100 * total["posts_shown"] / total["posts"]
    return (
        f"The histories of {total['users_summarised']:,} of {total['users']:,} users were too long for one prompt and"
        f" were summarised in {total['parts']:,} parts; {share:.4g} % of all posts of history stood in a prompt."
    )
