"""The rules of the extractive engine: what is cleaned, told, asked and graded."""

from __future__ import annotations

import json

import pytest

from humanllm.engines.base import ModelSpec, Request, Sampling, open_engine
from humanllm.engines.extractive import cleaning, judging, people, posts
from humanllm.engines.extractive.text import sentences, subjects
from humanllm.engines.extractive.voice import third_person
from humanllm.errors import InputError
from post_data import GARDEN

HISTORY = "\n\n".join(f"### 2023-04-0{day} \n{text}" for day, text in enumerate(GARDEN, start=1))
POST = {"posts": f"### 2023-04-05\n{GARDEN[4]}"}


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<b>Hi</b> &amp;amp; bye<br />now", "Hi & bye\nnow"),
        ("I like [this page](http://a.b/c) **a lot**.", "I like this page a lot."),
        ("@bob @eve I agree with @kim about #gardening #fun #spring", "I agree with someone about gardening"),
        ("I saw urlLink this . Great!!!!!!!", "I saw this. Great!!!"),
        ("> quoted\n# Title\n* one\n***\nEDIT: typo", "quoted\nTitle\none"),
        ("Soooooooo good 😀 at 3 < 4", "Sooo good at 3 < 4"),
        ("I am kim.4@example.com, 212-555-0133", "I am someone@example.com, 555-0100"),
        ("Call 212-555-7788 or kim@mail.net", "Call 555-0100 or someone@example.com"),
        ("<script>x()</script>", ""),
    ],
)
def test_rewriting_cleans_and_masks(raw: str, clean: str) -> None:
    assert cleaning.clean(raw) == clean


@pytest.mark.parametrize(
    ("text", "quality", "harmful"),
    [
        (GARDEN[0], "high", False),
        (GARDEN[0] + " They all deserve to die.", "high", True),
        ("The shop sells lamps. The shop sells beds. " * 5, "low", False),
        ("BUY NOW", "low", False),
        ("", "low", False),
    ],
)
def test_scores_by_counts(text: str, quality: str, harmful: bool) -> None:
    assert cleaning.score({"post": text}) == {"quality": quality, "harmful": harmful}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("So I'm a nurse and I love my job.", "They're a nurse and they love their job."),
        ("I was never late, and I've kept myself busy.", "They were never late, and they've kept themselves busy."),
        ("I really am tired of it.", "They really are tired of it."),
        ("I came home and was tired.", None),
        ("We told them that I left.", None),
        ("My sister and I went out.", None),
        ("The garden was dry.", None),
        ("Was I wrong?", None),
    ],
)
def test_the_third_person_only_where_it_stays_right(said: str, told: str | None) -> None:
    assert third_person(said) == told


def test_sentences_end_where_they_end() -> None:
    text = 'Dr. Lee came at 5 p.m. on Monday. "Sit!" he said.\nI sat. It cost 3.50 dollars'
    assert sentences(text) == [
        "Dr. Lee came at 5 p.m. on Monday.",
        '"Sit!" he said.',
        "I sat.",
        "It cost 3.50 dollars",
    ]


def test_a_persona_is_told_from_the_posts() -> None:
    persona = people.persona({"posts": HISTORY})["persona"]
    assert persona.startswith("They write most of all about ")
    assert "They are a school librarian and they keep a small garden behind the house." in persona
    assert len(persona.split()) <= 100


def test_profile_stories_and_style_stay_within_their_bounds() -> None:
    profile = people.profile({"posts": HISTORY})["profile"]
    assert 100 <= len(profile.split()) <= 400
    assert "From 2023-04-01 to 2023-04-05 they wrote 5 posts." in profile
    told = people.stories({"posts": HISTORY})["stories"]
    assert len(told) == 2
    assert all(story["content"].split(".")[0] in HISTORY for story in told)
    style = people.style({"posts": HISTORY})["style"]
    assert "They write medium-long sentences" in style
    assert 'Sentences often begin with "I"' in style


def test_nothing_is_made_from_nothing() -> None:
    empty = {"posts": "### 2023-04-01\nOk"}
    assert people.persona(empty) == {"persona": ""}
    assert people.stories(empty) == {"stories": []}
    assert posts.scenario(empty) == {"background": "", "characters": [], "plots": ""}
    assert posts.action(empty) == posts.reason(empty) == posts.NOTHING


def test_a_question_is_asked_before_its_answer_is_told() -> None:
    asked = posts.reason(POST)
    assert asked == {
        "scenario": "The frost came early and the garden turned black overnight. They stood at the window with"
        " their coffee for a long time.",
        "question": 'The writer says: "Then I went out and pulled every plant before work." Why?',
        "answer": "Because I hate to look at ruins.",
    }
    assert posts.thought(POST)["answer"].startswith("I hope to build a small glass house")
    assert posts.action(POST)["question"] == "What did the writer do next?"


def test_scenarios_name_the_people() -> None:
    found = posts.scenario({"posts": f"### 2023-04-04\n{GARDEN[3]}"})
    assert [person["name"] for person in found["characters"]] == ["the writer", "the writer's sister"]
    assert found["background"].startswith("My sister came for the weekend")


def test_a_topic_names_what_the_post_is_headed_by() -> None:
    review = {"posts": "### 2023-04-01 review of Oak Trowel, 4 of 5 stars\nVery fine\n\nI like the handle of oak."}
    assert posts.topic(review) == {"topic": "The writer reviews Oak Trowel. They like the handle of oak."}
    titled = {"posts": f"### 2023-04-01\nOur frost\n\n{GARDEN[4]}"}
    assert posts.topic(titled)["topic"].startswith('The post is headed "Our frost". They ')
    grades = judging.judge_of("topic")({**review, "product": json.dumps({"topic": "A post."})})
    assert grades["coverage"] == 1


def test_subjects_are_what_comes_back() -> None:
    assert subjects(GARDEN, 2) == ["tomatoes", "garden"]


def test_the_judge_counts_what_the_source_has() -> None:
    judge = judging.judge_of("persona")
    good = people.persona({"posts": HISTORY})
    assert judge({"posts": HISTORY, "product": json.dumps(good)}) == {
        "faithfulness": 10,
        "specificity": 10,
        "overall": 10,
    }
    invented = {"persona": "They pilot huge aircraft over distant oceans while composing operas for royal elephants."}
    grades = judge({"posts": HISTORY, "product": json.dumps(invented)})
    assert grades["faithfulness"] == 1
    assert grades["overall"] <= 3


def test_the_judge_sees_an_answer_that_was_told_before() -> None:
    asked = posts.reason(POST)
    told = asked | {"scenario": asked["scenario"] + " They hate to look at ruins."}
    grades = judging.judge_of("reason")({**POST, "product": json.dumps(told)})
    assert grades["concealment"] <= 3


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.3, 4), (0.8, 9), (0.9, 10), (1.0, 10)])
def test_a_share_becomes_a_grade(share: float, expected: int) -> None:
    assert judging.grade(share) == expected


def test_it_refuses_what_it_has_no_rule_for() -> None:
    engine = open_engine(ModelSpec("extractive", "extractive", "rules", "1"))
    request = Request("a", [{"role": "user", "content": "Who?"}], Sampling(0.0, 5))
    with pytest.raises(InputError, match="no rule for free questions"):
        list(engine.replies(iter([request, None]).__next__))
