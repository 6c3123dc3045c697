"""What the finished training set holds, and proof that nothing of the test set stands in it.

Both files are read again from the disk, whatever the steps before them believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from humanllm.draws import digest
from humanllm.errors import InputError
from humanllm.estimates import estimate
from humanllm.ngrams import RunReader, shared, told
from humanllm.overlap import Overlap
from humanllm.sharegpt import Line, answer_of, prompt_of, read_lines
from humanllm.tables import ITEM, iterate_rows
from humanllm.targets import Records, targets_in_train

SIDES = ("train", "test")
QUANTILES = (0, 5, 25, 50, 75, 95, 99, 100)
MUST_BE_ZERO = (
    *("users_in_both", "history_not_before_target", "prompts_in_both", "answers_in_own_prompt"),
    "test_targets_in_train",
)


def describe(folder: Path, records: Records | None = None) -> dict[str, Any]:
    """Counts and lengths of train.jsonl and test.jsonl in `folder`, and the leakage between them.

    `records`: of the samples of a full set; derived ones, whose samples keep their sides, have test_targets_in_train
    from there.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    lengths: dict[str, list[int]] = defaultdict(list)
    users: dict[str, set[str]] = {side: set() for side in SIDES}
    for side in SIDES:
        for line in read_lines(folder / f"{side}.jsonl"):
            counts[line["task"], line["source"], side] += 1
            users[side].add(line["user"])
            lengths[line["task"]].append(estimate(line["system"], prompt_of(line), answer_of(line)))
    return {
        "samples": _nested(counts),
        "users": {side: len(found) for side, found in users.items()},
        "estimated_tokens": {task: _quantiles(found) for task, found in sorted(lengths.items())},
        "leakage": leakage(folder) | ({"test_targets_in_train": targets_in_train(folder, records)} if records else {}),
    }


def _nested(counts: Counter[tuple[str, str, str]]) -> dict[str, dict[str, dict[str, int]]]:
    nested: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for (task, source, side), count in sorted(counts.items()):
        nested[task][source][side] = count
    return {task: dict(sources) for task, sources in nested.items()}


def _quantiles(lengths: list[int]) -> dict[str, int]:
    values = np.percentile(lengths, QUANTILES, method="lower")
    named = {f"p{quantile}": int(value) for quantile, value in zip(QUANTILES, values, strict=True)}
    return named | {"samples": len(lengths), "total": sum(lengths)}


def leakage(folder: Path) -> dict[str, int]:
    """Counts over the two files: MUST_BE_ZERO are leaks; shared 13-word runs are told, for people do repeat themselves.

    users_in_both               users with samples on both sides
    history_not_before_target   samples that show something not older than their target
    prompts_in_both             test prompts that stand in train word for word
    answers_in_own_prompt       samples whose prompt holds the whole answer (item selection's must)
    test_answers_compared       test samples whose answer has 13 words or more: what the next two look at
    test_answers_seen_in_train  of these, whose answer shares a run of 13 words with a prompt or answer of train
    test_answers_mostly_in_one  of these, of whose distinct runs of 13 words one answer of train has 80 % or more
    """
    reader = RunReader()
    test = list(read_lines(folder / "test.jsonl"))
    users, prompts = {line["user"] for line in test}, {digest(prompt_of(line)) for line in test}
    answers = reader.collect(answer_of(line) for line in test)
    late = sum(line["history_until"] >= line["time"] for line in test)
    own = sum(map(_answers_itself, test))
    both: set[str] = set()
    repeated: set[str] = set()
    seen = np.zeros(len(answers), dtype=bool)
    alike: set[int] = set()  # places of the lines of train that share a run
    for place, line in enumerate(read_lines(folder / "train.jsonl")):
        both |= users & {line["user"]}
        repeated |= prompts & {digest(prompt_of(line))}
        late += line["history_until"] >= line["time"]
        own += _answers_itself(line)
        found = shared(reader.runs(f"{prompt_of(line)}\n{answer_of(line)}"), answers)
        seen[np.searchsorted(answers, found)] = True
        if len(found):
            alike.add(place)
    known = answers[seen]
    overlap = Overlap(reader, [answer_of(line) for line in test], known)
    train = (answer_of(line) for place, line in enumerate(read_lines(folder / "train.jsonl")) if place in alike)
    return {
        "users_in_both": len(both),
        "history_not_before_target": late,
        "prompts_in_both": len(repeated),
        "answers_in_own_prompt": own,
        "test_answers_compared": overlap.compared,
        "test_answers_seen_in_train": sum(bool(len(shared(reader.runs(answer_of(line)), known))) for line in test),
        "test_answers_mostly_in_one": overlap.mostly_in_one(train),
    }


def benchmark_texts(tables: Iterable[Path]) -> Iterator[str]:
    """Question and options of every item: what no training sample may hold."""
    for table in tables:
        for item in iterate_rows(table, ITEM):
            yield "\n".join([item["question"], *item["options"]])


def _answers_itself(line: Line) -> bool:
    return line["task"] != "item_selection" and told(answer_of(line), prompt_of(line))


def refuse_leak(counts: dict[str, int]) -> None:
    """InputError if one of MUST_BE_ZERO is not; a derived set has not all of them."""
    leaks = [f"{name} = {counts[name]}" for name in MUST_BE_ZERO if counts.get(name)]
    if leaks:
        raise InputError(f"the training set leaks: {', '.join(leaks)}; nothing was written, please report this")
