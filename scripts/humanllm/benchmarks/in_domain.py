"""The five tasks of the training set as multiple choice (paper 4.2): the truth among other systems' answers.

Item selection brings its own candidates; for the other tasks the options are the sample's answer and what other
models wrote to the same prompt (distractors/), all laid out alike (benchmarks/options.py). Name more models than
an item has wrong options: the next one's answer stands in for one that is cut off, blank, or says what another says.
The samples are the lines of sft/full/test.jsonl (humanllm.sharegpt).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from humanllm.benchmarks.items import lettered, parse_json, read_text, shuffles
from humanllm.benchmarks.options import fault, like_one_of, tidied
from humanllm.draws import digest
from humanllm.errors import InputError
from humanllm.sharegpt import answer_of, prompt_of
from humanllm.stats import Tally
from humanllm.tables import DISTRACTOR, Row, iterate_rows

WRITTEN = ("profile_generation", "scenario_generation", "social_qa", "writing_imitation")  # answered by writing
TASKS = (*WRITTEN, "item_selection")
BELOW = "(the options are listed below)"
Answers = dict[str, list[tuple[str, str]]]  # {sample: the other systems' answers, each with its finish_reason}


def read_samples(path: Path) -> Iterator[Row]:
    """The samples of a ShareGPT file, one a line. Raises InputError on a line of another form."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            place = f"{path} line {number}"
            sample = parse_json(line, place)
            if missing := [key for key in ("id", "task", "user", "conversations") if key not in sample]:
                raise InputError(f"{place} lacks {', '.join(missing)}: make the training set again (sample_sft)")
            yield sample


def drawn(samples: Iterable[Row], tasks: Iterable[str], per_task: int, seed: int) -> Iterator[Row]:
    """Up to `per_task` samples of each of `tasks`. The same seed draws the same ones for items and distractors."""
    wanted = set(tasks)
    counts: Counter[str] = Counter()
    for sample in sorted(samples, key=lambda sample: digest(seed, "in_domain", sample["id"])):
        if sample["task"] in wanted and counts[sample["task"]] < per_task:
            counts[sample["task"]] += 1
            yield sample


def read(
    files: list[Path], tally: Tally, tasks: list[str], items_per_task: int, options: int, orders: int, seed: int
) -> Iterator[Row]:
    """The items of `tasks` from the test set (the .jsonl of `files`) and the distractors (its .parquet files).

    An item keeps what options it has, at most `options`; with fewer than two it is dropped and counted.
    """
    samples = [sample for path in files if path.suffix == ".jsonl" for sample in read_samples(path)]
    answers = read_distractors(path for path in files if path.suffix == ".parquet")
    kept = list(drawn(samples, [task for task in tasks if task in TASKS], items_per_task, seed))
    tally.take(len(samples))
    scored = sum(sample["task"] in tasks and sample["task"] in TASKS for sample in samples)
    tally.drop("no_benchmark_task", len(samples) - scored)
    tally.drop("over_items_per_task", scored - len(kept))
    for sample in sorted(kept, key=lambda sample: (TASKS.index(sample["task"]), sample["id"])):
        choices, gold = _choices(sample, answers.get(sample["id"], []), options, tally)
        if len(choices) < 2:
            tally.drop("few_options")
            continue
        tally.keep()
        yield _item(sample, choices, gold, shuffles(seed, sample["id"], len(choices), orders))


def read_distractors(paths: Iterable[Path]) -> Answers:
    """{sample: the systems' answers, in the order of `paths`}."""
    answers: Answers = {}
    for path in paths:
        for row in iterate_rows(path, DISTRACTOR):
            answers.setdefault(row["id"], []).append((row["text"] or "", row["finish_reason"]))
    return answers


def _choices(sample: Row, answers: list[tuple[str, str]], limit: int, tally: Tally) -> tuple[list[str], int]:
    """The options, the truth first (orders hide it), and the place of the truth. What is no option is noted by why."""
    if sample["task"] == "item_selection":
        return list(sample["options"]), int(sample["gold"])
    truth = tidied(answer_of(sample), by_model=False)
    choices = [truth] if truth else []
    for given, finish_reason in answers:
        text = tidied(given)
        if reason := fault(text, finish_reason, truth):
            tally.note(reason)
        elif like_one_of(text, choices):
            tally.note("like_another")
        elif truth and len(choices) < limit:
            choices.append(text)
    return choices, 0


def _item(sample: Row, choices: list[str], gold: int, orders: list[list[int]]) -> Row:
    question = prompt_of(sample)
    if sample["task"] == "item_selection":
        question = _without_candidates(question, choices, sample["id"])
    return {
        "id": sample["id"],
        "benchmark": "in_domain",
        "column": sample["task"],
        "label": sample.get("form"),
        "cluster": sample["user"],
        "question": question,
        "options": choices,
        "gold": gold,
        "orders": orders,
    }


def _without_candidates(question: str, candidates: list[str], name: str) -> str:
    """The prompt without its own list: the letters would contradict those of a shuffled one."""
    listed = lettered(candidates)
    if listed not in question:
        raise InputError(f"sample {name} does not list its candidates as lettered lines: make the tasks again")
    return question.replace(listed, BELOW)
