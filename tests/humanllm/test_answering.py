from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.answering import Questions, chosen, requests
from humanllm.engines.base import Sampling

PROMPTS = Path(__file__).parents[2] / "scripts/prompts/benchmarks"
FOUR = ["To save money.", "To help her dog", "A walk in the park", "B vitamins"]
ITEM = {
    "id": "x",
    "question": "Why {{options}}?",
    "options": FOUR,
    "gold": 1,
    "orders": [[0, 1, 2, 3], [3, 1, 0, 2]],
}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A", 0),
        ("b", 1),
        (" C\n", 2),
        ("D.", 3),
        ("B)", 1),
        ("(B)", 1),
        ("[B]", 1),
        ("(b)", 1),
        ("**C**", 2),
        ('"D"', 3),
        ("[[A]]", 0),
        ("Not [[A]], rather [[C]].", 2),
        ("The answer is B", 1),
        ("The correct answer is (C).", 2),
        ("Answer: D", 3),
        ("answer: **B**", 1),
        ("Option C", 2),
        ("I think B", 1),
        ("I would choose A because it fits.", 0),
        ("B because the dog is ill", 1),
        ("A. To save money.", 0),
        ("B To help her dog", 1),
        ("Surely it is (D) here", 3),
        ("答案是B", 1),
        ("答案：C。", 2),  # noqa: RUF001
        ("选A", 0),
        ("to help her dog.", 1),
        ("A walk in the park", 2),  # an option's own words
        ("B vitamins", 3),
        ("A good question, she likes dogs", None),
        ("I am not sure", None),
        ("The answer is a matter of taste", None),
        ("Dogs are fine", None),
        ("E", None),
        ("The answer is F", None),
        ("The correct letter is C", 2),
        ("The letter of her answer: **D**", 3),
        (r"\boxed{B}", 1),
        (r"So it is A or C, hence $\boxed{\text{C}}$.", 2),
        (r"\boxed{(D) B vitamins}", 3),
        ("A, B", None),
        ("B and C", None),
        ("**A** / **B**", None),
        ("A和B", None),
        ("The answer is A or (B)", None),
        ("A and B may fit, but the answer is C", 2),
        ("B, because A is wrong", 1),
        ("B and nothing else", 1),
        ("B, I think", 1),
        ("(A) or (B)", None),
        ("both (C) and (D)", None),
        ("A-frame", None),
        ("", None),
        ("???", None),
    ],
)
def test_letters(text: str, place: int | None) -> None:
    assert chosen(text, FOUR) == place


@pytest.mark.parametrize("path", sorted(PROMPTS.glob("*.md")), ids=lambda path: path.stem)
def test_every_prompt_shows_the_question_and_the_options_in_order(path: Path) -> None:
    request = Questions(path).request(ITEM, 1, Sampling(0.7, 16), constrained=False)
    assert request.id == "x#1"
    assert request.choice is None
    assert [message["role"] for message in request.messages] == ["system", "user"]
    shown = request.messages[1]["content"]
    assert "A. B vitamins\nB. To help her dog\nC. To save money.\nD. A walk in the park" in shown
    assert "Why {{options}}?" in shown  # a text is never searched for fields
    assert "A, B, C, D" in shown


def test_constrained_answers_are_the_letters() -> None:
    request = Questions(PROMPTS / "in_domain.md").request(ITEM, 0, Sampling(0.7, 16), constrained=True)
    assert request.choice == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<think>\n\n</think>\n\nB", 1),
        ("<think>It may be A. The answer is A?</think> [[C]]", 2),
        ("<think>It may be A", None),
        ("", None),
    ],
)
def test_what_a_model_thinks_is_no_answer(text: str, place: int | None) -> None:
    assert chosen(text, FOUR) == place


def test_the_likelihood_is_asked_right_after_the_question_and_for_a_bare_letter() -> None:
    questions = Questions(PROMPTS / "tombench.md")
    free, likely, *_ = requests([ITEM], questions, Sampling(0.7, 16), constrained=False, likelihood=True)
    assert (free.id, likely.id) == ("x#0", "x#0:likelihood")
    assert (free.letters, likely.letters, likely.choice) == (None, ["A", "B", "C", "D"], None)
    assert likely.sampling == Sampling(1.0, 1)
    assert "[[A]]" in free.messages[1]["content"]
    assert "[[" not in likely.messages[1]["content"]
    same = Questions(PROMPTS / "motivebench.md")
    assert same.likelihood(ITEM, 1).messages == same.request(ITEM, 1, Sampling(0.7, 16), False).messages


@pytest.mark.parametrize(("name", "ending"), [("tombench", "Answer:"), ("tombench_zh", "答案：")])  # noqa: RUF001
def test_a_plain_prompt_ends_where_the_letter_goes(name: str, ending: str) -> None:
    questions = Questions(PROMPTS / f"{name}.md", chat=False)
    for request in requests([ITEM], questions, Sampling(0.7, 16), constrained=False, likelihood=True):
        assert request.messages[-1] == {"role": "assistant", "content": ending}
