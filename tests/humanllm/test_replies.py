"""What a reply must be: the bounds that are checked, and the schemas that bind an engine."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from humanllm.replies import (
    MODELS,
    BadReply,
    Persona,
    Profile,
    Reply,
    Scenario,
    SocialQa,
    Stories,
    Story,
    Style,
    Summary,
    Topic,
    judgement,
    schema_of,
)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Persona(persona="w " * 100), None),
        (Persona(persona="w " * 101), "words"),
        (Profile(profile="w " * 99), "words"),
        (Profile(profile="w " * 100), None),
        (Profile(profile="w " * 401), "words"),
        (Profile(profile=" "), None),  # nothing found: dropped, not asked again
        (Style(style="w " * 29), "words"),
        (Style(style="w " * 30), None),
        (Topic(topic="w " * 61), "words"),
        (Summary(summary="w " * 2001), "words"),
        (Summary(summary=""), "empty"),
        (Stories(stories=[Story(summary="s", content="")]), "empty"),
        (Stories(stories=[Story(summary="s", content="w " * 401)]), "words"),
        (Stories(stories=[]), None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_lengths_are_checked_in_words(reply: Reply, reason: str | None) -> None:
    assert problem(reply) == reason


def problem(reply: Reply) -> str | None:
    try:
        reply.compare({})
    except BadReply as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Yes. I went home, by the late train!", "reveals"),  # in the scenario, in other case and punctuation
        ("I went home.", None),  # too short to tell anything by itself
        ("I went home by the early train.", None),
        ("Why did they wait so long", "reveals"),  # in the question
        (None, None),
    ],
)
def test_scenario_and_question_must_not_hold_the_answer(answer: str | None, reason: str | None) -> None:
    scenario = 'It was late; then "I went home by the late train" was all. I went home.'
    assert problem(SocialQa(scenario=scenario, question="Why did they wait so long?", answer=answer)) == reason


def test_the_form_is_checked() -> None:
    story = {"summary": "s", "content": "c"}
    with pytest.raises(ValidationError):
        Stories.model_validate({"stories": [story] * 21})
    with pytest.raises(ValidationError):
        judgement("topic").model_validate({"faithfulness": 11, "coverage": 8, "overall": 8})
    with pytest.raises(ValidationError):
        judgement("topic").model_validate({"faithfulness": 9, "overall": 8})


def test_nothing_found_is_told_apart() -> None:
    assert not SocialQa(scenario="", question=None, answer=None).found()
    assert not Stories(stories=[]).found()
    assert not Scenario(background="b", characters=[], plots="").found()
    assert not Persona(persona=" \n").found()
    assert SocialQa(scenario="s", question="q", answer="a").found()


def test_schemas_are_closed_and_without_references() -> None:
    for model in MODELS.values():
        text = json.dumps(schema_of(model))
        assert "$ref" not in text
        assert schema_of(model)["additionalProperties"] is False
        assert schema_of(model)["required"] == list(model.model_fields)
