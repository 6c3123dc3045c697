"""Persona or profile, scenario and question to answer: what would this person do, think, why (paper 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from humanllm.draws import draw
from humanllm.tasks.drafts import Draft, Knobs, Refusal
from humanllm.tasks.people import Person

NEEDS = ("user", "social_qa")
KINDS = ("action", "thought", "reason")
ABOUT = ("persona", "profile")
SECTIONS = {about: frozenset({about, "scenario", "question"}) for about in ABOUT}


def drafts(person: Person, knobs: Knobs) -> Iterator[Draft | Refusal]:
    """One for each question: forms `persona_action` to `profile_reason`, persona or profile by a draw."""
    for kind in KINDS:
        for question in person.products[kind]:
            yield _draft(person, kind, question, knobs.seed)


def _draft(person: Person, kind: str, question: dict, seed: int) -> Draft | Refusal:
    order = draw(seed, "social_qa", question["id"]).sample(ABOUT, len(ABOUT))
    found = {about: person.about(about, question["time"]) for about in order}
    about = next((name for name in order if isinstance(found[name], dict)), None)
    if about is None:
        return Refusal(question, str(found["persona"]))
    content = question["content"]
    shown = found[about]
    assert isinstance(shown, dict)
    return Draft(
        target=question,
        form=f"{about}_{kind}",
        section=about,
        fields={
            about: shown["content"][about],
            "scenario": content["scenario"],
            "question": content["question"],
        },
        answer=content["answer"],
        about=[shown],
    )
