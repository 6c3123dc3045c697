"""Whether a benchmark can be solved without reading its questions: by length, or by the options' wording alone.

benchmarks/{benchmark}.clues.json:
    {"benchmark": "in_domain", "columns": {"social_qa": {"items": 20, "chance": 0.125, "longest": 0.4, "shortest": 0.1,
     "options_only": 0.5, "options_only_low": 0.3, "options_only_high": 0.7, "gold_words": 61.2, "other_words": 33.0}},
     "average": {...}, "warnings": ["social_qa can be solved without reading: the longest option is right in ..."]}
`longest` and `shortest` are what a system scores that always takes that option (ties share). `options_only` is a
classifier that is trained on the options of other users, scenarios or stories and never sees a question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from humanllm.scoring_statistics import Cells, as_number, intervals
from humanllm.tables import Row

FOLDS, LEAST_ITEMS = 5, 10  # with fewer items nothing can be learnt
FEATURES, NGRAMS = 1 << 16, (2, 4)  # hashed pieces of words, of so many characters
RESAMPLES, SURE = 1000, 0.01
NAMES = ("chance", "longest", "shortest", "options_only", "options_only_low", "options_only_high")
SAID = {"longest": "the longest option is right", "shortest": "the shortest option is right"}


def find_clues(benchmark: str, items: Sequence[Row], seed: int = 0) -> dict[str, Any]:
    """The clues of each column, their mean, and a warning for each column that gives itself away."""
    columns = sorted({item["column"] for item in items})
    found = {name: _of_column([item for item in items if item["column"] == name], seed) for name in columns}
    average = {
        name: as_number(_mean([values[name] for values in found.values()]))
        for name in (*NAMES[:4], "gold_words", "other_words")
    }
    warnings = [warning for name, values in found.items() for warning in _warnings(name, values)]
    return {"benchmark": benchmark, "columns": found, "average": average, "warnings": warnings}


def share_by_length(items: Sequence[Row], extreme: Callable[[list[int]], int]) -> float:
    """The share of items whose gold has the `extreme` length; of n that share it each counts 1/n."""
    return float(np.mean([_picked(item, extreme) for item in items]))


def _picked(item: Row, extreme: Callable[[list[int]], int]) -> float:
    lengths = [len(option) for option in item["options"]]
    wanted = extreme(lengths)
    return (lengths[item["gold"]] == wanted) / lengths.count(wanted)


def _of_column(items: Sequence[Row], seed: int) -> dict[str, Any]:
    words = [[len(option.split()) for option in item["options"]] for item in items]
    gold = [counts[item["gold"]] for item, counts in zip(items, words, strict=True)]
    others = [sum(counts) - own for counts, own in zip(words, gold, strict=True)]
    asked = sum(len(counts) - 1 for counts in words)
    guessed = by_options_alone(items)
    low, high = _interval(items, guessed, seed) if guessed else (None, None)
    return {
        "items": len(items),
        "chance": as_number(np.mean([1 / len(item["options"]) for item in items])),
        "longest": as_number(share_by_length(items, max)),
        "shortest": as_number(share_by_length(items, min)),
        "options_only": as_number(np.mean(guessed)) if guessed else None,
        "options_only_low": low,
        "options_only_high": high,
        "gold_words": as_number(np.mean(gold)),
        "other_words": as_number(sum(others) / asked) if asked else None,
    }


def by_options_alone(items: Sequence[Row]) -> list[bool]:
    """Whether each item's gold is what a classifier picks that has seen the options of other clusters' items.

    Nothing where there are too few items, or only one cluster.
    """
    clusters = [item["cluster"] for item in items]
    folds = min(FOLDS, len(set(clusters)))
    if len(items) < LEAST_ITEMS or folds < 2:
        return []
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    features, labels, place = (
        _features(items),
        _labels(items),
        np.cumsum([0, *(len(item["options"]) for item in items)]),
    )
    right = [False] * len(items)
    for train, test in GroupKFold(folds).split(items, groups=clusters):
        rows = np.concatenate([np.arange(place[one], place[one + 1]) for one in train])
        model = LogisticRegression(solver="liblinear", class_weight="balanced", random_state=0)
        model.fit(features[rows], labels[rows])
        for one in test:
            scores = model.decision_function(features[place[one] : place[one + 1]])
            right[one] = int(np.argmax(scores)) == items[one]["gold"]
    return right


def _features(items: Sequence[Row]) -> Any:
    """A sparse row an option: its hashed pieces of words, and its length and layout held against the item's others."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import HashingVectorizer

    hashed = HashingVectorizer(analyzer="char_wb", ngram_range=NGRAMS, n_features=FEATURES, alternate_sign=False)
    texts = hashed.transform([option for item in items for option in item["options"]])
    return hstack([texts, csr_matrix(np.vstack([_shape(item["options"]) for item in items]))]).tocsr()


def _shape(options: list[str]) -> np.ndarray:
    counts = np.array([[len(text), len(text.split()), text.count("\n"), text.count(",")] for text in options], float)
    spread = counts.std(0)
    standard = (counts - counts.mean(0)) / np.where(spread > 0, spread, 1)
    lengths = counts[:, 0]
    return np.column_stack([standard, lengths == lengths.max(), lengths == lengths.min()])


def _labels(items: Sequence[Row]) -> np.ndarray:
    return np.concatenate([np.arange(len(item["options"])) == item["gold"] for item in items])


def _interval(items: Sequence[Row], right: list[bool], seed: int) -> tuple[float | None, float | None]:
    cells = [
        {"cluster": item["cluster"], "column": "", "group": "", "correct": float(hit), "answers": 1.0}
        for item, hit in zip(items, right, strict=True)
    ]
    low, high = intervals(Cells(cells), seed, RESAMPLES)[0]
    return as_number(low), as_number(high)


def _warnings(name: str, values: dict[str, Any]) -> list[str]:
    """Above chance by more than luck: by a binomial test for lengths, by the interval for the classifier."""
    from scipy.stats import binomtest

    chance = values["chance"]
    found = []
    for clue, said in SAID.items():
        hits = round(values[clue] * values["items"])
        if binomtest(hits, values["items"], chance, alternative="greater").pvalue < SURE:
            found.append(f"{said} in {values[clue]:.0%} of items")
    low = values["options_only_low"]
    if low is not None and low > chance:
        found.append(f"a classifier that sees only the options is right in {values['options_only']:.0%} of items")
    return [f"{name} can be solved without reading: {said} (chance {chance:.1%})" for said in found]


def _mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")
