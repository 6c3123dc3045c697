"""The six tasks (paper 3.1): a person's records and products become prompts and answers.

A module a task, each with
    NEEDS       the products it reads
    SECTIONS    the sections of its prompt file and the fields that each must name
    drafts()    a Draft or a Refusal for every candidate of a person: none is passed over in silence
"""

from __future__ import annotations

from types import ModuleType

from humanllm.tasks import (
    item_selection,
    personalized_commenting,
    profile_generation,
    scenario_generation,
    social_qa,
    writing_imitation,
)

FAMILIES: dict[str, ModuleType] = {
    "profile_generation": profile_generation,
    "scenario_generation": scenario_generation,
    "social_qa": social_qa,
    "writing_imitation": writing_imitation,
    "personalized_commenting": personalized_commenting,
    "item_selection": item_selection,
}
