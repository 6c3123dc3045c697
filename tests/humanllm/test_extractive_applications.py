"""The applications by rules: what is written selects from what is shown, and grades tell soup from sense."""

from __future__ import annotations

import json

import pytest

from application_data import item
from humanllm.applications.writing import write_requests
from humanllm.engines.base import ModelSpec, Sampling, open_engine
from humanllm.engines.extractive.applications import grader_of, likeness, same_manner, sense, share
from humanllm.replies import APPLICATIONS, MODELS
from post_data import GARDEN

POSTS = "\n\n".join(f"### 2023-04-0{day}\n{text}" for day, text in enumerate(GARDEN, start=1))
QUESTION = "Persona: They keep a garden. They pulled every plant.\n\nScenario: Frost came to the garden.\n\nWhy be sad?"
TASKS = {"profile_writing": POSTS, "human_explainer": QUESTION, "personalized_writing": POSTS}
SOUP = "lamp lamp) of wer lamp the lamp of lamp"


def said(application: str) -> str:
    """What the rules write to an item."""
    asked = list(write_requests([item(0, application, task=TASKS[application])], Sampling(0.7, 64), "rules"))
    (reply,) = open_engine(ModelSpec("rules", "extractive", "rules", "1")).replies(iter([*asked, None]).__next__)
    return reply.text


@pytest.mark.parametrize("application", APPLICATIONS)
def test_what_is_written_is_selected_from_what_is_shown(application: str) -> None:
    text = said(application)
    assert len(text.split()) > 3
    assert share(text, TASKS[application] + " person write because") > 0.8


def graded(application: str, text: str, reference: str, answer_first: bool = True) -> dict[str, int]:
    first, second = (text, reference) if answer_first else (reference, text)
    fields = {"task": TASKS[application], "first": first, "second": second}
    fields |= {"answer": "first", "reference": "second"} if answer_first else {"answer": "second", "reference": "first"}
    return grader_of(application)(fields)


@pytest.mark.parametrize("application", APPLICATIONS)
def test_grades_have_the_form_and_a_copy_of_the_reference_beats_soup(application: str) -> None:
    copy, soup = graded(application, GARDEN[1], GARDEN[1]), graded(application, SOUP, GARDEN[1])
    MODELS[f"grades_{application}"].model_validate_json(json.dumps(copy))
    assert all(copy[metric] >= soup[metric] for metric in copy)
    assert sum(copy.values()) >= sum(soup.values()) + 8
    assert graded(application, SOUP, GARDEN[1], answer_first=False) == soup, "the place changes nothing"


def test_shares_by_hand() -> None:
    assert share("tomatoes and beans", "I grow tomatoes.") == 0.5
    assert share("", "I grow tomatoes.") == 0.0
    assert likeness("tomatoes beans", "tomatoes corn") == pytest.approx(1 / 3 / 0.4)
    assert sense("") == 0.0
    assert sense("I went out to the garden.") == 1.0
    assert same_manner(GARDEN[0], GARDEN[0]) == sense(GARDEN[0])
