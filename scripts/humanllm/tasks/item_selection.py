"""What a person bought before, persona or profile, and candidates of one category, to the item bought next (3.1)."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from humanllm.draws import draw
from humanllm.errors import InputError
from humanllm.tables import Row, by_time
from humanllm.tasks.drafts import Draft, Knobs, Refusal
from humanllm.tasks.items import one_line
from humanllm.tasks.people import Person

NEEDS = ("user",)
REVIEWS = frozenset({"reviews"})
ABOUT = ("persona", "profile")
SHARES = {"history": 0.50, "about": 0.15, "both": 0.35}  # official code, which knows no profile here
SECTIONS = {
    "history": frozenset({"category", "history", "candidates"}),
    "about": frozenset({"category", "description", "candidates"}),
    "both": frozenset({"category", "history", "description", "candidates"}),
}


def drafts(person: Person, knobs: Knobs) -> Iterator[Draft | Refusal]:
    """One a person: the last review of the later part; forms history, persona, profile, both_persona, both_profile."""
    targets = person.targets(REVIEWS)
    if targets:
        yield _draft(person, targets[-1], knobs)


def _draft(person: Person, target: Row, knobs: Knobs) -> Draft | Refusal:
    if knobs.items is None:
        raise InputError("item selection needs the list of items and the reviews of the bucket: give both")
    gold = one_line(target["item_title"])
    if not gold:
        return Refusal(target, "no_title")
    rng = draw(knobs.seed, "item_selection", target["id"])
    history = _bought(person, target)[-knobs.history_items :]
    known = [(name, found) for name in ABOUT if isinstance(found := person.about(name, target["time"]), dict)]
    section = _section(bool(history), bool(known), rng)
    if section is None:
        return Refusal(target, "no_history")
    options = knobs.items.negatives(person.user, target["community"], gold, knobs.candidates - 1, rng)
    if options is None:
        return Refusal(target, "no_candidates")
    position = rng.randrange(knobs.candidates)
    options.insert(position, gold)
    lines = [f"{letter}. {title}" for letter, title in zip(string.ascii_uppercase, options, strict=False)]
    fields = {"category": (target["community"] or "").replace("_", " "), "candidates": "\n".join(lines)}
    draft = Draft(target, section, fields, lines[position], section=section, options=options, gold=position)
    if section != "about":
        draft.history = history
        fields["history"] = "\n".join(f"- {one_line(row['item_title'])}" for row in history)
    if section != "history":
        about, shown = rng.choice(known)
        draft.form = about if section == "about" else f"both_{about}"
        draft.about = [shown]
        fields["description"] = shown["content"][about]
    return draft


def _bought(person: Person, target: Row) -> list[Row]:
    """Earlier reviews of other items, the last one of each title, oldest first."""
    last = {
        title.casefold(): row
        for row in person.before(target["time"], REVIEWS)
        if (title := one_line(row["item_title"])) and row["item_id"] != target["item_id"]
    }
    last.pop(one_line(target["item_title"]).casefold(), None)
    return sorted(last.values(), key=by_time)


def _section(history: bool, about: bool, rng: random.Random) -> str | None:
    """The section drawn by SHARES, or what the person's data allow of it."""
    drawn = rng.choices(list(SHARES), list(SHARES.values()))[0]
    if history and about:
        return drawn
    return "history" if history else "about" if about else None
