"""What a reply must be: the bounds that are checked, and the schemas that bind an engine."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from humanllm.replies import MODELS, Persona, Profile, Scenario, SocialQa, Stories, judgement, schema_of


def test_bounds_are_checked() -> None:
    assert Persona(persona="w " * 100).found()
    for model, text in ((Persona, {"persona": "w " * 101}), (Profile, {"profile": "w " * 401})):
        with pytest.raises(ValidationError):
            model.model_validate(text)
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
    assert SocialQa(scenario="s", question="q", answer="a").found()


def test_schemas_are_closed_and_without_references() -> None:
    for model in MODELS.values():
        text = json.dumps(schema_of(model))
        assert "$ref" not in text
        assert schema_of(model)["additionalProperties"] is False
        assert schema_of(model)["required"] == list(model.model_fields)
