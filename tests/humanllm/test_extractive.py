"""The rules of the extractive engine: what is cleaned, told, asked and graded."""

from __future__ import annotations

import json

import pytest

from humanllm.engines.base import ModelSpec, Request, Sampling, open_engine
from humanllm.engines.extractive import cleaning, judging, people, posts, questions, style
from humanllm.engines.extractive.text import Post, sentences, subjects
from humanllm.engines.extractive.voice import telling, third_person
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


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("We walked on, and our dog ran to us.", "They walked on, and their dog ran to them."),
        ("Today I stayed at home.", "Today they stayed at home."),
        ("I flew to the US with my mother.", None),  # no "them"
        ("Her friend and I went out.", None),
        ("They told me so.", None),
    ],
)
def test_within_a_stretch_a_group_may_speak(said: str, told: str | None) -> None:
    assert third_person(said, alone=False) == told
    assert third_person(said) is None


def test_a_stretch_begins_with_somebody_and_names_the_writer_once() -> None:
    assert telling(["It was fun.", "Wow.", "I went home.", "I was tired.", "I'm fine, lol."]) == [
        "The writer went home.",
        "They were tired.",
    ]


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
    (story,) = people.stories({"posts": HISTORY})["stories"]
    assert story["summary"] == "They decided to cut every spotted leaf and burn it in the old barrel."
    assert story["content"].startswith("The tomatoes grew well until the rain came")
    told = style.style({"posts": HISTORY})["style"]
    assert "They write medium-long sentences" in told
    assert 'Sentences often begin with "I"' in told


def test_too_little_for_a_product_is_nothing() -> None:
    empty = {"posts": "### 2023-04-01\nOk"}
    assert people.persona(empty) == {"persona": ""}
    assert style.style(empty) == {"style": ""}
    assert people.stories(empty) == {"stories": []}
    assert people.summary(empty) == {"summary": "Ok"}  # notes are never empty
    assert posts.scenario(empty) == {"background": "", "characters": [], "plots": ""}
    assert questions.action(empty) == questions.reason(empty) == questions.NOTHING
    one = {"posts": f"### 2023-04-01\n{GARDEN[0]}"}
    assert people.profile(one) == {"profile": ""}  # of fewer than 100 words
    assert "They are a school librarian" in people.persona(one)["persona"]


@pytest.mark.parametrize(
    "chatty",
    [
        "'Dearest Kim, Sometimes I feel there is a hole inside me.",
        "I like dis song, lol, and my frens like it too.",
        "I always buy THE 4 numbers.. and never win.",
        "Anyone who knows me knows that I love the rain.",  # told of others
        "I know that the card in this camera is less than right.",  # of the matter at hand
    ],
)
def test_a_persona_is_no_list_of_quotes(chatty: str) -> None:
    assert people.persona({"posts": f"### 2023-04-01\n{chatty} {chatty}"}) == {"persona": ""}


def test_a_question_is_asked_before_its_answer_is_told() -> None:
    asked = questions.reason(POST)
    assert asked == {
        "scenario": "The frost came early and the garden turned black overnight. The writer stood at the window with"
        " their coffee for a long time.",
        "question": 'The writer says: "I went out and pulled every plant before work." Why?',
        "answer": "Because I hate to look at ruins.",
    }
    assert questions.thought(POST)["answer"].startswith("I hope to build a small glass house")
    assert questions.action(POST)["question"] == "What does the writer do next?"


def test_a_question_names_what_it_asks_about_or_is_not_asked() -> None:
    """The thing stands in the scenario and in the answer."""
    before = "My sister bought a lamp for the hall last week. We put it on the old table by the door."
    asked = questions.thought({"posts": f"### 2023-04-01\n{before} I think the lamp looks like a lost balloon there."})
    assert asked["question"] == "What does the writer think about the lamp?"
    nothing = questions.thought(
        {"posts": f"### 2023-04-01\n{before} I think winter will never end around these hills."}
    )
    assert nothing == questions.NOTHING


def test_a_time_since_is_no_reason() -> None:
    before = "The house stood empty for years before they came. I painted the door and the fence in the spring."
    temporal = f"### 2023-04-01\n{before} I have slept badly since we moved into the old mill by the water."
    assert questions.reason({"posts": temporal}) == questions.NOTHING


def test_scenarios_name_the_people() -> None:
    found = posts.scenario({"posts": f"### 2023-04-04\n{GARDEN[3]}"})
    assert found["background"].startswith("Their sister came for the weekend")
    assert [person["name"] for person in found["characters"]] == ["the writer", "the writer's sister"]
    assert "gave her a basket" in found["plots"]
    assert judged_scenario(found)["completeness"] >= 9


BAD = {  # what was wrong with scenarios of the Blogger sample
    "a story in the first person": {
        "plots": "I walked along the rows. I gave her a basket. I told her to take it home."
    },
    "people described by a line of the story": {
        "characters": [{"name": "the writer", "description": 'They tell it: "Their sister came for the weekend."'}]
    },
    "nothing happens": {
        "plots": "The rows are long and green. It is a fine garden. So many tomatoes are on one plant!"
    },
    "gaps": {"background": "Their sister came.", "plots": "The writer gave her a basket. She chose the green ones."},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_bad_scenarios_fail(change: dict[str, object]) -> None:
    found = posts.scenario({"posts": f"### 2023-04-04\n{GARDEN[3]}"})
    assert judged_scenario(found | change)["completeness"] < 8


def judged_scenario(content: dict[str, object]) -> dict[str, int]:
    fields = {"posts": f"### 2023-04-04\n{GARDEN[3]}", "product": json.dumps(content)}
    grades: dict[str, int] = judging.judge_of("scenario")(fields)
    return grades


def test_questions_without_their_thing_and_scenarios_in_the_first_person_fail() -> None:
    asked = questions.reason(POST)
    for change in ({"question": "What does the writer think about it?"}, {"scenario": "I stood there. " * 8}):
        grades = judging.judge_of("reason")({**POST, "product": json.dumps(asked | change)})
        assert grades["relevance"] < 8


def test_a_topic_names_what_the_post_is_headed_by() -> None:
    review = {"posts": "### 2023-04-01 review of Oak Trowel, 4 of 5 stars\nVery fine\n\nI like the handle of oak."}
    assert posts.topic(review) == {"topic": "The writer reviews Oak Trowel. They like the handle of oak."}
    titled = {"posts": f"### 2023-04-01\nOur frost\n\n{GARDEN[4]}"}
    assert posts.topic(titled)["topic"].startswith('The post is headed "Our frost". They ')
    grades = judging.judge_of("topic")({**review, "product": json.dumps({"topic": "A post."})})
    assert grades["coverage"] == 1


def test_subjects_are_what_comes_back() -> None:
    assert subjects([Post("", text) for text in GARDEN], 2) == ["tomatoes", "garden"]


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
    asked = questions.reason(POST)
    told = asked | {"scenario": asked["scenario"] + " They hate to look at ruins."}
    grades = judging.judge_of("reason")({**POST, "product": json.dumps(told)})
    assert grades["concealment"] <= 3


def test_explicit_texts_are_harmful_and_single_words_are_not() -> None:
    assert cleaning.is_harmful("he was naked, i was moaning, my breasts and his erection touched")
    assert not cleaning.is_harmful("my breast cancer scan hurt, the nipple was sore, and i was naked and cold")


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.3, 4), (0.8, 9), (0.9, 10), (1.0, 10)])
def test_a_share_becomes_a_grade(share: float, expected: int) -> None:
    assert judging.grade(share) == expected


def test_it_refuses_what_it_has_no_rule_for() -> None:
    engine = open_engine(ModelSpec("extractive", "extractive", "rules", "1"))
    request = Request("a", [{"role": "user", "content": "Who?"}], Sampling(0.0, 5))
    with pytest.raises(InputError, match="no rule for free questions"):
        list(engine.replies(iter([request, None]).__next__))


def test_a_distractor_is_what_somebody_else_answered() -> None:
    from humanllm.engines.extractive import ANSWERS

    others = [f"Answer {number}." for number in range(9)]
    given = [ANSWERS["distractor"]({"name": f"demo-{number}:x", "others": others}) for number in range(7)]
    assert set(map(str, given)) <= set(others)
    assert len(set(map(str, given))) > 2, "systems draw on their own"
    assert ANSWERS["distractor"]({"name": "demo-1:x", "others": []}) == ""
