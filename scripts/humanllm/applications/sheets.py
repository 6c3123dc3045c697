"""The sheet on which people grade answers by hand (paper A.4): one HTML file that works offline, and a key apart.

A row of the key; the sheet itself knows only its number, so nobody who grades can tell whose answer it is:
    "s07": {"item": "human_explainer:social_qa:...", "system": "demo-base", "source": "reddit", "cluster": "b1b0...",
            "judge": {"contextual_relevance": 7, ...}}
Every item drawn is shown with the answers of all systems, in an order that is drawn, so that systems are compared on
the same items.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from humanllm.applications.grading import status_of
from humanllm.applications.items import drawn
from humanllm.benchmarks.items import items_digest
from humanllm.draws import digest, draw
from humanllm.errors import InputError
from humanllm.replies import APPLICATIONS
from humanllm.stats import Tally, counted
from humanllm.tables import Row

TITLES = {
    "profile_writing": "Profiles of people",
    "human_explainer": "Explaining people",
    "personalized_writing": "Writing as a person",
}
ASKED = {  # what the answer is an answer to, and what the reference is
    "profile_writing": ("Posts of one person, oldest first", "Another profile of the same person"),
    "human_explainer": ("The task: a person, a situation and a question", "An answer drawn from what the person wrote"),
    "personalized_writing": ("The task: what to write, and in whose way", "What the person wrote"),
}
METRICS = {  # for those who grade
    "faithfulness": "Is every statement supported by the posts, with nothing invented or exaggerated?",
    "realism": "Is this one living person, particular and of one piece, and not a type?",
    "coverage": "Is what matters in the posts there, with the weight it has in them?",
    "contextual_relevance": "Does it answer this question, for this person and this situation?",
    "logical_consistency": "Does it follow from what is known, without contradiction?",
    "alignment_with_reference": "Does it name the same feeling or thought, and the same reason, as the reference does?",
    "style_match": "Could it be by the same hand: tone, sentences, words, habits?",
    "content_relevance": "Is it the kind of text asked for, about what was asked?",
    "content_similarity": "Does it say what the person's own text says, in whatever words?",
}


@dataclass(frozen=True)
class System:
    """What one system wrote, and the judge's grades of it."""

    name: str
    written: Sequence[Row]
    graded: Sequence[Row]


def lay_out(
    application: str, items: Sequence[Row], systems: Sequence[System], count: int, seed: int, tally: Tally
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(what the template is filled with, the key, facts for the stats). Raises InputError when nothing can be shown.

    Up to `count` items are drawn, evenly over the sources, of those to which every system has an answer with words.
    """
    texts = {system.name: {row["id"]: row["text"] for row in system.written} for system in systems}
    grades = {system.name: {row["id"]: row["grades"] for row in system.graded} for system in systems}
    tally.take(len(items))
    ready = [item for item in items if all(status_of(own.get(item["id"])) is None for own in texts.values())]
    tally.drop("unanswered", len(items) - len(ready))
    chosen = drawn(f"sheet {application}", ready, count, seed, user="cluster")
    tally.drop("not_drawn", len(ready) - len(chosen))
    tally.keep(len(chosen))
    if not chosen:
        raise InputError(
            f"no item of {application} has an answer of each of {', '.join(texts)}: see the stats of write_application,"
            " or name other systems under human_evaluation.systems"
        )
    pairs = [(item, name) for item in chosen for name in texts]
    draw(seed, "sheet order", application).shuffle(pairs)
    width = len(str(len(pairs)))
    names = [f"s{number:0{width}}" for number in range(1, len(pairs) + 1)]
    rows = dict(zip(names, (_key_row(item, name, grades) for item, name in pairs), strict=True))
    shown = [_shown(place, item, texts[name][item["id"]]) for place, (item, name) in zip(names, pairs, strict=True)]
    key = {"application": application, "metrics": list(APPLICATIONS[application]), "rows": rows}
    key |= {"items_digest": items_digest(items)}
    key["sheet"] = digest(json.dumps(key, sort_keys=True), json.dumps(shown, sort_keys=True))[:12]
    facts = {"rows": len(rows), "sheet": key["sheet"], "systems": sorted(texts)}
    return _page(key, shown), key, facts | {"sources": counted(item["source"] for item in chosen)}


def _key_row(item: Row, system: str, grades: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    same = {name: item[name] for name in ("source", "cluster")}
    return same | {"item": item["id"], "system": system, "judge": grades[system].get(item["id"])}


def _shown(name: str, item: Row, answer: str) -> dict[str, str]:
    return {"name": name, "task": item["task"], "answer": answer.strip(), "reference": item["reference"]}


def _page(key: dict[str, Any], shown: list[dict[str, str]]) -> dict[str, Any]:
    application = key["application"]
    task, reference = ASKED[application]
    return {
        "sheet": key["sheet"],
        "application": application,
        "title": TITLES[application],
        "task_title": task,
        "reference_title": reference,
        "metrics": [{"name": name, "title": name.replace("_", " "), "said": METRICS[name]} for name in key["metrics"]],
        "samples": shown,
    }
