"""The items of an application: samples of the test set, so that no one behind an item is known from training.

    {"id": "human_explainer:social_qa:persona_reason:de93...", "application": "human_explainer", "source": "reddit",
     "label": "persona_reason", "cluster": "b1b0...", "system": "You simulate a person faithfully. ...",
     "prompt": "Persona: They write most of all about work ... Why?", "task": "Persona: They write ... Why?",
     "reference": "Because my hands remembered ...", "answer_first": True}
Explaining and writing are asked in the words of the training tasks, as a tuned model knows them. A profile is asked for
with the posts it is made from; its reference is the teacher's profile, which passed the judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from humanllm.benchmarks.items import items_digest
from humanllm.draws import digest, draw
from humanllm.errors import InputError
from humanllm.estimates import beginning, estimate
from humanllm.histories import render
from humanllm.prompts import as_data
from humanllm.sharegpt import answer_of, prompt_of
from humanllm.stats import Tally
from humanllm.tables import Row
from humanllm.tasks.wordings import Wordings

FORMS: dict[
    str, dict[str, tuple[str, ...]]
] = {  # application: {task of the test set: the forms of its samples that it takes}
    "profile_writing": {"profile_generation": ("persona",)},
    "human_explainer": {"social_qa": ("persona_thought", "profile_thought", "persona_reason", "profile_reason")},
    "personalized_writing": {
        "writing_imitation": ("history_topic", "style_topic"),
        "personalized_commenting": ("history",),
    },
}
COLUMNS = ["id", "user", "source", "kind", "time", "place", "community", "item_title", "rating", "clean_text"]
FIELDS = {"question": frozenset({"posts"})}


def fits(application: str, sample: Row) -> bool:
    """Whether a sample of the test set can be an item of `application`."""
    return sample["form"] in FORMS[application].get(sample["task"], ())


def drawn(purpose: str, samples: Iterable[Row], count: int, seed: int, user: str = "user") -> list[Row]:
    """Up to `count` samples, evenly over the sources as far as they go; a user's second one after all users' first.

    `user` is the column that says whose a sample is; draws for different purposes are independent.
    """
    by_draw = sorted(samples, key=lambda sample: digest(seed, purpose, sample["id"]))
    by_turn = [sample for _, sample in sorted(_turns(by_draw, user), key=lambda pair: pair[0])]
    return [sample for _, sample in sorted(_turns(by_turn, "source"), key=lambda pair: pair[0])][:count]


def _turns(samples: Iterable[Row], column: str) -> Iterator[tuple[int, Row]]:
    """Each sample with its number among those of the same value."""
    seen: Counter[str] = Counter()
    for sample in samples:
        seen[sample[column]] += 1
        yield seen[sample[column]], sample


def histories(tables: Sequence[Path], users: set[str], limit: int) -> tuple[dict[str, str], int]:
    """{user: their latest posts of the history, up to `limit` tokens}, and how many users' were not shown whole."""
    found: dict[str, list[Row]] = {user: [] for user in users}
    if tables and users:
        frame = pl.scan_parquet(list(tables)).filter(pl.col("clean_part") == "history", pl.col("user").is_in(users))
        for row in frame.select(COLUMNS).collect().to_dicts():
            found[row["user"]].append(row)
    texts, cut = {}, 0
    for user, rows in found.items():
        rows.sort(key=lambda row: (row["time"], row["place"], row["id"]))
        posts = [render(row) for row in rows]
        texts[user] = "\n\n".join(latest(posts, limit))
        cut += texts[user] != "\n\n".join(posts)
    return texts, cut


def latest(posts: Sequence[str], limit: int) -> list[str]:
    """The last of `posts` that together have at most `limit` tokens, in their order; of the last one its beginning."""
    used, start = 0, len(posts)
    while start and used + estimate(posts[start - 1]) <= limit:
        start -= 1
        used += estimate(posts[start])
    return list(posts[start:]) or [beginning(post, limit) for post in posts[-1:]]


def build(
    application: str,
    samples: Iterable[Row],
    count: int,
    seed: int,
    tally: Tally,
    *,
    wordings: Wordings | None = None,
    clean: Sequence[Path] = (),
    history_tokens: int = 0,
) -> tuple[list[Row], dict[str, Any]]:
    """The items of `application` and the facts for its stats. Raises InputError when nothing is left to ask.

    `wordings`, `clean` and `history_tokens` are of profile_writing alone: the question, and where the posts lie.
    """
    every = list(samples)
    fit = [sample for sample in every if fits(application, sample)]
    tally.take(len(every))
    tally.drop("other_task", len(every) - len(fit))
    facts: dict[str, Any] = {}
    posts: Mapping[str, str] = {}
    if application == "profile_writing":
        posts, facts["histories_cut"] = histories(clean, {sample["user"] for sample in fit}, history_tokens)
        tally.drop("no_posts", sum(not posts[sample["user"]] for sample in fit))
        fit = [sample for sample in fit if posts[sample["user"]]]
    chosen = drawn(application, fit, count, seed)
    tally.drop("over_items", len(fit) - len(chosen))
    tally.keep(len(chosen))
    if not chosen:
        raise InputError(
            f"{application} has no item: the test set has no sample of {_said(application)} with what it needs; see"
            " sft/full/report.json, or give the run more users"
        )
    items = [_item(application, sample, posts, wordings, seed) for sample in chosen]
    items.sort(key=lambda item: item["id"])
    return items, facts | _facts(items, count)


def _said(application: str) -> str:
    return ", ".join(f"{task} ({' or '.join(forms)})" for task, forms in FORMS[application].items())


def _item(application: str, sample: Row, posts: Mapping[str, str], wordings: Wordings | None, seed: int) -> Row:
    name = f"{application}:{sample['id']}"
    system, prompt = sample["system"] or "", prompt_of(sample)
    task = prompt
    if wordings:
        task = posts[sample["user"]]
        rng = draw(seed, name)
        system, prompt = wordings.render("system", {}, rng), wordings.render("question", {"posts": as_data(task)}, rng)
    return {
        "id": name,
        "application": application,
        "source": sample["source"],
        "label": sample["form"],
        "cluster": sample["user"],
        "system": system,
        "prompt": prompt,
        "task": task,
        "reference": answer_of(sample),
        "answer_first": draw(seed, "order", name).random() < 0.5,
    }


def _facts(items: Sequence[Row], count: int) -> dict[str, Any]:
    return {
        "items_digest": items_digest(items),
        "sources": dict(sorted(Counter(item["source"] for item in items).items())),
        "clusters": len({item["cluster"] for item in items}),
        "answer_first": sum(item["answer_first"] for item in items),
        "short_of_items": count - len(items),
    }
