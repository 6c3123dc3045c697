"""Characters and background to plots (paper 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from humanllm.tasks.drafts import Draft, Knobs, Refusal
from humanllm.tasks.people import Person

NEEDS = ("scenario",)
SECTIONS = {"plots": frozenset({"background", "characters"})}


def drafts(person: Person, knobs: Knobs) -> Iterator[Draft | Refusal]:
    """One for each scenario."""
    for scenario in person.products["scenario"]:
        content = scenario["content"]
        characters = [f"- {one['name']}: {one['description']}" for one in content["characters"]]
        if not characters:
            yield Refusal(scenario, "no_characters")
            continue
        yield Draft(
            target=scenario,
            form="plots",
            fields={"background": content["background"], "characters": "\n".join(characters)},
            answer=content["plots"],
        )
