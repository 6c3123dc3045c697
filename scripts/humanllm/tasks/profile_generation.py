"""Persona to profile: the short description of a person is to be written out (paper 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from humanllm.tasks.drafts import Draft, Knobs, Refusal
from humanllm.tasks.people import Person

NEEDS = ("user",)
SECTIONS = {"persona": frozenset({"persona"})}


def drafts(person: Person, knobs: Knobs) -> Iterator[Draft | Refusal]:
    """One for each profile. Both texts come from the same history, so no order in time is asked of them."""
    for profile in person.products["profile"]:
        personas = person.products["persona"]
        if not personas:
            yield Refusal(profile, "no_persona")
            continue
        yield Draft(
            target=profile,
            form="persona",
            fields={"persona": personas[0]["content"]["persona"]},
            answer=profile["content"]["profile"],
            made_of=personas[:1],
        )
