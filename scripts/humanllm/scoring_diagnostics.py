"""How a system answered, beside whether it was right: silence, a liking for a letter, a changing mind."""

from __future__ import annotations

from collections import Counter
from typing import Any

from humanllm.benchmarks.items import LETTERS
from humanllm.scoring_statistics import as_number
from humanllm.tables import Row

Pairs = list[tuple[Row, list[Row]]]  # an item and its responses, by order


def diagnose(pairs: Pairs) -> dict[str, Any]:
    """The parts of a score JSON about the answers themselves."""
    rows = [row for _, answers in pairs for row in answers]
    silent = sum(row["shown"] is None for row in rows)
    chosen = Counter(LETTERS[row["shown"]] for row in rows if row["shown"] is not None)
    return {
        "no_answer": {"count": silent, "share": as_number(silent / len(rows))},
        "no_likelihood": no_likelihood(rows),
        "by_gold_position": by_gold_position(pairs),
        "choice_positions": dict(sorted(chosen.items())),
        "consistency": consistency(pairs),
    }


def no_likelihood(rows: list[Row]) -> dict[str, Any] | None:
    """How many answers came without log-probabilities; None where none has any: they were not asked for."""
    count = sum(row.get("likeliest") is None for row in rows)
    return None if count == len(rows) else {"count": count, "share": as_number(count / len(rows))}


def by_gold_position(pairs: Pairs) -> dict[str, dict[str, Any]]:
    """{letter under which the gold was shown: accuracy and answers}: they differ for a system that likes a letter."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for item, rows in pairs:
        for row in rows:
            letter = LETTERS[item["orders"][row["order"]].index(item["gold"])]
            asked[letter] += 1
            right[letter] += row["correct"]
    return {name: {"accuracy": as_number(right[name] / asked[name]), "answers": asked[name]} for name in sorted(asked)}


def consistency(pairs: Pairs) -> dict[str, Any] | None:
    """Of the items shown in several orders: the share with one choice in all of them (silence is none), and the mean
    share of an item's commonest choice. None if no item has several orders."""
    several = [[row["choice"] for row in rows] for _, rows in pairs if len(rows) > 1]
    if not several:
        return None
    votes = [Counter(choice for choice in choices if choice is not None) for choices in several]
    top = [max(vote.values(), default=0) / len(choices) for vote, choices in zip(votes, several, strict=True)]
    same = sum(share == 1 for share in top)
    return {
        "items": len(several),
        "same_choice": as_number(same / len(several)),
        "agreement": as_number(sum(top) / len(top)),
    }
