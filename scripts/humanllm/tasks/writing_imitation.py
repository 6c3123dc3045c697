"""Earlier texts or a description of the style, and a topic or the first third, to the text itself (paper 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from humanllm.draws import draw
from humanllm.estimates import estimate
from humanllm.tables import Row
from humanllm.tasks.drafts import Draft, Knobs, Refusal
from humanllm.tasks.history import GENRES, WRITTEN, opening, show
from humanllm.tasks.people import Person

NEEDS = ("user", "topic")
FORMS = ("history_topic", "history_continue", "style_topic", "style_continue")
SECTIONS = {form: frozenset({"genre", *form.replace("continue", "opening").split("_")}) for form in FORMS}


def drafts(person: Person, knobs: Knobs) -> Iterator[Draft | Refusal]:
    """One for each text of the later part, its form drawn among those that the person's data allow."""
    topics = {record: row for row in person.products["topic"] for record in row["record_ids"]}
    for target in person.targets(WRITTEN):
        yield _draft(person, target, topics.get(target["id"]), knobs)


def _draft(person: Person, target: Row, topic: Row | None, knobs: Knobs) -> Draft | Refusal:
    tokens = estimate(target["clean_text"])
    if tokens < knobs.min_tokens:
        return Refusal(target, "too_short")
    if tokens > knobs.max_tokens:
        return Refusal(target, "too_long")
    style, earlier = person.about("style", target["time"]), person.before(target["time"], WRITTEN)
    possible = {
        "history": bool(earlier),
        "style": isinstance(style, dict),
        "topic": topic is not None,
        "continue": len(target["clean_text"].split()) > 2,
    }
    rng = draw(knobs.seed, "writing_imitation", target["id"])
    form = next((form for form in rng.sample(FORMS, 4) if all(possible[part] for part in form.split("_"))), None)
    if form is None:
        return Refusal(target, "no_history" if not (possible["history"] or possible["style"]) else "no_topic")
    draft = Draft(target, form, {"genre": GENRES[target["kind"]]}, target["clean_text"])
    if form.startswith("history"):
        draft.history = earlier[-rng.randint(1, knobs.history_records) :]
        draft.fields["history"], draft.cuts = show(draft.history, knobs.history_words)
    elif isinstance(style, dict):
        draft.about = [style]
        draft.fields["style"] = style["content"]["style"]
    if form.endswith("topic") and topic:
        draft.made_of = [topic]
        draft.fields["topic"] = topic["content"]["topic"]
    else:
        draft.fields["opening"], draft.answer = opening(target["clean_text"])
    return draft
