"""Scores of one system on one benchmark: accuracy by the paper's columns with intervals, and how it answered.

scores/{system}/{benchmark}.json:
    {"system": "demo-base", "benchmark": "motivebench", "reading": "paper",
     "columns": {"Amazon": {"accuracy": 0.61, "low": 0.55, "high": 0.67, "chance": 0.167, "items": 150,
                            "clusters": 50, "answers": 900}}, "average": {"accuracy": 0.61, ...},
     "readings": {"by_type": {"columns": {...}, "average": {...}}, "all_three": {...}, "likelihood": {...}},
     "items": 150, "clusters": 50, "answers": 900, "no_answer": {"count": 3, "share": 0.0033},
     "by_gold_position": {...}, "choice_positions": {...}, "consistency": {...}, "provenance": {...}}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from humanllm.benchmarks.items import items_digest
from humanllm.errors import InputError
from humanllm.scoring_diagnostics import diagnose
from humanllm.scoring_statistics import LEVEL, Cells, as_number, intervals
from humanllm.tables import Row


@dataclass(frozen=True)
class Outcome:
    """One thing that was right or wrong. A column is the unweighted mean of its groups."""

    column: str
    group: str
    cluster: str
    item: str
    correct: float
    chance: float  # of guessing right


Pair = tuple[Row, list[Row]]  # an item and its responses, by order
Reader = Callable[[list[Pair]], Iterator[Outcome]]


def pair(items: list[Row], responses: list[Row]) -> list[Pair]:
    """Each item with its responses. Raises InputError unless every order of every item is answered exactly once."""
    wanted = Counter((item["id"], order) for item in items for order in range(len(item["orders"])))
    given = Counter((row["id"], row["order"]) for row in responses)
    if wanted != given:
        missing, extra = (wanted - given).total(), (given - wanted).total()
        raise InputError(
            f"the responses do not cover the items: {missing} of {wanted.total()} missing, {extra} unknown or doubled;"
            " answer the benchmark again (answer_benchmark), nothing is scored in part"
        )
    by_item = defaultdict(list)
    for row in sorted(responses, key=lambda row: (row["id"], row["order"])):
        by_item[row["id"]].append(row)
    return [(item, by_item[item["id"]]) for item in items]


def each_answer(column: str, group: str) -> Reader:
    """Every order of every item counts; column and group are fields of the item."""

    def read(pairs: list[Pair]) -> Iterator[Outcome]:
        for item, rows in pairs:
            for row in rows:
                chance = 1 / len(item["options"])
                yield Outcome(item[column], item[group], item["cluster"], item["id"], row["correct"], chance)

    return read


def normalised(pairs: list[Pair]) -> Iterator[Outcome]:
    """ToMBench's labels trimmed and without case, so that two spellings are one ability."""
    same = [(item | {"label": " ".join(item["label"].split()).casefold()}, rows) for item, rows in pairs]
    yield from each_answer("column", "label")(same)


def majority(pairs: list[Pair]) -> Iterator[Outcome]:
    """ToMBench's official protocol: one vote over the orders; a tie goes to the choice given first."""
    for item, rows in pairs:
        votes = Counter(row["choice"] for row in rows if row["choice"] is not None)
        right = bool(votes) and votes.most_common(1)[0][0] == item["gold"]
        yield Outcome(item["column"], item["label"], item["cluster"], item["id"], right, 1 / len(item["options"]))


def all_three(pairs: list[Pair]) -> Iterator[Outcome]:
    """MotiveBench: a scenario counts, order by order, if all its questions are answered right."""
    scenarios = defaultdict(list)
    for item, rows in pairs:
        for row in rows:
            scenarios[item["column"], item["cluster"], row["order"]].append((item, row["correct"]))
    for (column, cluster, _), answers in scenarios.items():
        chance = 1.0
        for item, _ in answers:
            chance /= len(item["options"])
        yield Outcome(column, column, cluster, cluster, all(correct for _, correct in answers), chance)


READINGS: dict[str, dict[str, Reader]] = {  # the first one is the paper's and stands in the tables
    "in_domain": {"paper": each_answer("column", "column"), "by_form": each_answer("label", "label")},
    "motivebench": {
        "paper": each_answer("column", "column"),  # Table 2: 3 question types x 6 orders
        "by_type": each_answer("label", "label"),
        "all_three": all_three,
    },
    "tombench": {
        "paper": each_answer("column", "label"),  # Table 3: mean over the raw labels of a category
        "macro": normalised,
        "micro": each_answer("column", "column"),
        "majority": majority,
    },
}
LIKELIHOOD = "likelihood"  # the first reading over the likeliest letters, where they were asked and given
POOLED = {"micro"}  # their average is over all answers, not over the columns


def by_likelihood(pairs: list[Pair]) -> list[Pair]:
    """The pairs as if the likeliest letter had been answered (none given: not correct); empty where none is known."""
    if all(row.get("likeliest") is None for _, rows in pairs for row in rows):
        return []
    return [(item, [row | {"correct": row.get("likeliest") == item["gold"]} for row in rows]) for item, rows in pairs]


def cells_of(outcomes: Iterable[Outcome], by_item: bool = False) -> list[Row]:
    """The outcomes summed by cluster and group (tables.CELL); `by_item`: and by item, so that some can be left out."""
    sums: dict[tuple[str, str, str, str | None], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for outcome in outcomes:
        place = sums[outcome.cluster, outcome.column, outcome.group, outcome.item if by_item else None]
        place[0] += outcome.correct
        place[1] += 1
    names = ("cluster", "column", "group", "item", "correct", "answers")
    return [dict(zip(names, (*key, *value), strict=True)) for key, value in sorted(sums.items())]


def score(
    benchmark: str, system: str, items: list[Row], responses: list[Row], seed: int, resamples: int
) -> tuple[dict[str, Any], list[Row]]:
    """The score JSON and the cells of the paper's reading. Raises InputError when responses do not fit the items."""
    pairs = pair(items, responses)
    readings = {name: list(read(pairs)) for name, read in READINGS[benchmark].items()}
    first = next(iter(readings))
    if likelihoods := by_likelihood(pairs):
        readings[LIKELIHOOD] = list(READINGS[benchmark][first](likelihoods))
    tables = {name: table(outcomes, name in POOLED, seed, resamples) for name, outcomes in readings.items()}
    scores = {
        "system": system,
        "benchmark": benchmark,
        "reading": first,
        **tables.pop(first),
        "readings": tables,
        "items": len(items),
        "clusters": len({item["cluster"] for item in items}),
        "answers": len(responses),
        **diagnose(pairs),
        "provenance": {
            **{name: only(responses, name) for name in ("model", "revision", "prompt")},
            "items_digest": items_digest(items),
            "seed": seed,
            "resamples": resamples,
            "interval": LEVEL,
        },
    }
    return scores, cells_of(readings[first])


def table(outcomes: list[Outcome], pooled: bool, seed: int, resamples: int) -> dict[str, Any]:
    """One reading: its columns and their average, each with interval, chance level and counts."""
    cells = Cells(cells_of(outcomes), pooled)
    guessed = Cells(cells_of(Outcome(**vars(outcome) | {"correct": outcome.chance}) for outcome in outcomes), pooled)
    values = [
        {"accuracy": as_number(value), "low": as_number(low), "high": as_number(high), "chance": as_number(chance)}
        for value, (low, high), chance in zip(
            cells.point(), intervals(cells, seed, resamples), guessed.point(), strict=True
        )
    ]
    for name, value in zip(cells.names, values[:-1], strict=True):
        own = [outcome for outcome in outcomes if outcome.column == name]
        value["items"] = len({outcome.item for outcome in own})
        value["clusters"] = len({outcome.cluster for outcome in own})
        value["answers"] = len(own)
    return {"columns": dict(zip(cells.names, values, strict=False)), "average": values[-1]}


def only(rows: Sequence[Row], name: str) -> str:
    """The one value of a column. Raises InputError when rows of two models, prompts or judges are mixed."""
    found = sorted({str(row[name]) for row in rows})
    if len(found) != 1:
        raise InputError(f"the rows come from more than one {name} ({', '.join(found)}): answer, or judge, again")
    return found[0]
