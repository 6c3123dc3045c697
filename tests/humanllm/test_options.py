from __future__ import annotations

import pytest

from humanllm.benchmarks.options import fault, like_one_of, tidied


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("She teaches.", "She teaches."),
        ("<think>\n\n</think>\n\nShe teaches.", "She teaches."),
        ("<think>She may", ""),
        ("Sure, here is the profile:\n\n**Work.** She teaches.\n\nNote: this is invented.", "Work. She teaches."),
        ("Here's what she would say:\nI called.", "I called."),
        ("Here is my dog. He is old:\n\nand grey.", "Here is my dog. He is old:\n\nand grey."),
        ("```text\nI called.\n```", "I called."),
        ("## Work\nShe teaches.\n\n\n\n# Home\nA cat.", "Work\nShe teaches.\n\nHome\nA cat."),
        ('"I called her."', "I called her."),
        ('"I called," she said, "twice."', '"I called," she said, "twice."'),
        ("2 ** 3 ** 4 and __init__", "2 ** 3 ** 4 and __init__"),
        ("Note that I called.", "Note that I called."),
        ("I called.\n\n(Note: invented by a model)", "I called."),
        ("Note: buy milk", "Note: buy milk"),
    ],
)
def test_an_answer_without_what_stands_around_it(text: str, tidy: str) -> None:
    assert tidied(text) == tidy


@pytest.mark.parametrize(
    "text",
    [
        "Okay so here's what happened today:\nwe went",
        "Sure thing, my list:\n\nmilk",
        "Out of milk.\nNote: buy some",
    ],
)
def test_a_persons_own_words_are_not_cut(text: str) -> None:
    assert tidied(text, by_model=False) == text
    assert tidied(text) != text


@pytest.mark.parametrize(
    ("text", "finish_reason", "why"),
    [
        ("I would call her.", "stop", None),
        ("I would call", "length", "cut_off"),
        ("", "stop", "blank"),
        ("I called her\ufffd back.", "stop", "broken"),
        ("I called her\x0c back.", "stop", "broken"),
        ("Called her.", "stop", "short"),
        ("I'm sorry, but I can't help with that.", "stop", "refusal"),
    ],
)
def test_why_an_answer_is_no_option(text: str, finish_reason: str, why: str | None) -> None:
    assert fault(text, finish_reason, "I called her at once.") == why


def test_beside_a_short_truth_a_short_answer_is_an_option() -> None:
    assert fault("Yes.", "stop", "No.") is None


def test_nearly_the_same_is_the_same() -> None:
    text = "I was glad that she came back to the house and that we talked until the lamps went on."
    assert like_one_of(text.upper().replace(" ", "  "), [text])
    assert like_one_of(text.replace("glad", "happy"), [text])
    assert not like_one_of("I was sad that she never came back, and I sold the house.", [text])
    assert not like_one_of("Yes.", ["No."])
