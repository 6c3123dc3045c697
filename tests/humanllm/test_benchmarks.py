from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmark_data import TEXTS, make_test_set, motive_file, tom_file, tom_line
from humanllm.benchmarks import build
from humanllm.benchmarks.items import letter_of
from humanllm.errors import InputError
from humanllm.sharegpt import as_line
from humanllm.stats import Tally
from humanllm.tables import DISTRACTOR, Row, write_rows
from humanllm.tasks import item_selection
from humanllm.tasks.drafts import Draft, Knobs, as_sample
from humanllm.tasks.people import Person
from humanllm.tasks.wordings import Wordings
from task_data import review

ROOT = Path(__file__).parents[2]
NAN = float("nan")


def made(benchmark: str, *files: Path, **knobs: Any) -> tuple[list[Row], Tally]:
    tally = Tally("build_benchmark")
    items, _ = build(benchmark, list(files), knobs, tally)
    tally.check()
    return items, tally


def test_motivebench_items_and_official_orders(tmp_path: Path) -> None:
    items, tally = made("motivebench", motive_file(tmp_path, ["ECF", "ABD"], "Blog"), orders=6)
    assert tally.kept == len(items) == 6
    first = items[0]
    assert first["id"] == "motivebench:Blogger:0:1"
    assert (first["column"], first["label"], first["cluster"]) == ("Blogger", "motivation", "Blogger:0")
    assert first["options"] == TEXTS
    assert [item["gold"] for item in items] == [4, 2, 5, 0, 1, 3]
    assert first["orders"][1] == [5, 4, 3, 2, 1, 0]
    assert first["orders"][2] == [2, 0, 5, 4, 3, 1]  # [3, 1, 6, 5, 4, 2] counted from 0
    places = [[order.index(gold) for order in first["orders"]] for gold in range(6)]
    assert all(sorted(place) == list(range(6)) for place in places)  # the six put every option everywhere once


def test_a_motivebench_item_that_cannot_be_asked_is_counted(tmp_path: Path) -> None:
    path = motive_file(tmp_path, ["ABC"])
    scenario = json.loads(path.read_text())[0]
    scenario["Correct Answer 1"], scenario["Options 2"] = "?", scenario["Options 2"][:5]
    scenario["Options 3"][4] = "E.  "
    path.write_text(json.dumps([scenario, scenario | {"idx": 1, "Correct Answer 1": "B. "}]))
    items, tally = made("motivebench", path, orders=1)
    assert [item["gold"] for item in items] == [1]
    assert tally.dropped == {"no_gold": 1, "not_six_options": 2, "blank_option": 2}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Other_questions.json", "[]", "tells no column"),
        ("Amazon_questions.json", "{]", "is not JSON"),
        ("Amazon_questions.json", '{"a": 1}', "no array of scenarios"),
        ("Amazon_questions.json", '[{"idx": 0}]', "lacks 'Motivation Reasoning Question'"),
        ("Amazon_questions.json", "[]", "has no item"),
    ],
)
def test_a_wrong_motivebench_file_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        made("motivebench", tmp_path / name, orders=6)


def test_motivebench_options_must_be_a_list(tmp_path: Path) -> None:
    path = motive_file(tmp_path, ["ABC"])
    scenario = json.loads(path.read_text())[0] | {"Options 1": 5}
    path.write_text(json.dumps([scenario]))
    with pytest.raises(InputError, match="scenario 0 has no list of options"):
        made("motivebench", path, orders=1)


def test_tombench_quirks(tmp_path: Path) -> None:
    lines = [
        tom_line("Belief: Second-order", "A. ", ["A. yes", "B. no"]),
        tom_line("Non-literal communication: Humor", "D", ["w", "x", "y", "z"], story="Bob jokes."),
        tom_line("Non-Literal Communication: Faux-pas ", "B", ["A good day", "B. bad day"]),
        tom_line("Emotion: Mixed", "A", ["same", "same", "other"]),
        tom_line("Emotion: Mixed", "D", ["yes", "no"]),
        tom_line("Emotion: Mixed", "A", ["yes", NAN]),
        tom_line("Emotion: Mixed", "C", ["yes", "  ", "no"]),
    ]
    path = tom_file(tmp_path, lines)
    assert "NaN" in path.read_text(encoding="utf-8")
    items, tally = made("tombench", path, language="en", orders=5)
    assert tally.dropped == {"no_gold": 1, "few_options": 1}
    assert [item["column"] for item in items] == ["Belief", *["Non-Literal Communication"] * 2, "Emotion", "Emotion"]
    assert [item["options"] for item in items] == [
        ["yes", "no"],
        ["w", "x", "y", "z"],
        ["A good day", "B. bad day"],  # a letter is taken off only if every option has its own
        ["same", "same", "other"],
        ["yes", "no"],
    ]
    assert [item["gold"] for item in items] == [0, 3, 1, 0, 1]
    assert items[2]["label"] == "Non-Literal Communication: Faux-pas "  # raw: the paper's reading counts it alone
    assert items[0]["question"] == "Ann waits.\n\nWhat does Ann think?"
    assert items[0]["id"] == "tombench:False Belief Task:1"
    assert all(len(item["orders"]) == 5 and sorted(item["orders"][0]) == sorted(item["orders"][4]) for item in items)


def test_tombench_in_chinese_has_the_same_clusters(tmp_path: Path) -> None:
    path = tom_file(
        tmp_path, [tom_line("Belief: b", "B", ["yes", "no"]), tom_line("Belief: b", "B", ["x", "y"], "Ann.")]
    )
    english, _ = made("tombench", path, language="en", orders=1)
    chinese, _ = made("tombench", path, language="zh", orders=1)
    assert chinese[0]["options"] == ["是", "不是"]
    assert chinese[0]["question"] == "安在等。\n\n安在想什么？"  # noqa: RUF001
    assert len({item["cluster"] for item in english + chinese}) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (tom_line("Courage: x", "A", ["a", "b"]), "ability 'Courage: x' is of no known category; known: Emotion"),
        ('{"STORY": "s"}', "line 1 lacks"),
        ("[1]", "line 1 is no object"),
        ("{", "line 1 is not JSON"),
    ],
)
def test_a_wrong_tombench_line_is_refused(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        made("tombench", tom_file(tmp_path, [line]), language="en", orders=1)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    files = [tom_file(tmp_path / part, [tom_line("Belief: b", "A", ["a", "b"])]) for part in ("x", "y")]
    with pytest.raises(InputError, match="two items tombench:False Belief Task:1"):
        made("tombench", *files, language="en", orders=1)


def distractors(path: Path, texts: dict[str, str]) -> Path:
    rows = [{"id": name, "system": path.stem, "text": text, "finish_reason": "stop"} for name, text in texts.items()]
    write_rows(path, rows, DISTRACTOR)
    return path


def in_domain(*files: Path, tasks: list[str], **more: int) -> tuple[list[Row], Tally]:
    knobs = {"items_per_task": 10, "options": 3, "orders": 2, "seed": 1} | more
    return made("in_domain", *files, tasks=tasks, **knobs)


def test_in_domain_options_are_the_truth_and_others_answers(tmp_path: Path) -> None:
    test = make_test_set(tmp_path, ["social_qa", "personalized_commenting"], each=3)
    ids = [f"social_qa:form:{number}" for number in range(3)]
    saying = {ids[0]: "One more time.", ids[1]: "THE  truth of social_qa 1.", ids[2]: "I called x."}
    one = distractors(tmp_path / "one.parquet", saying)
    two = distractors(tmp_path / "two.parquet", {ids[0]: " Two more times. ", ids[1]: "  ", ids[2]: "I called y."})
    three = distractors(tmp_path / "three.parquet", {ids[0]: "Three more times.", ids[2]: "I CALLED X."})
    items, tally = in_domain(test, one, two, three, tasks=["social_qa", "personalized_commenting"][:1])
    assert tally.as_dict()["dropped"] == {"no_benchmark_task": 3, "few_options": 1}
    assert [item["id"] for item in items] == [ids[0], ids[2]]
    assert items[0]["options"] == ["The truth of social_qa 0.", "One more time.", "Two more times."]  # three at most
    assert items[1]["options"] == ["The truth of social_qa 2.", "I called x.", "I called y."]
    assert tally.noted == {"like_another": 2, "blank": 1}
    assert [item["gold"] for item in items] == [0, 0]
    assert items[0]["column"] == "social_qa"
    assert items[0]["cluster"] == "user0"
    assert items[0]["question"] == "Do social_qa 0."


def test_item_selection_brings_its_options_and_loses_its_own_list(tmp_path: Path) -> None:
    items, tally = in_domain(make_test_set(tmp_path, ["item_selection"]), tasks=["item_selection"], items_per_task=2)
    assert tally.as_dict()["dropped"] == {"over_items_per_task": 1}
    assert len(items[0]["options"]) == 20
    assert items[0]["gold"] == 3
    assert items[0]["question"] == "Choose:\n\n(the options are listed below)"
    assert sorted(items[0]["orders"][1]) == list(range(20))


class Shelf:
    """Gives candidates as the list of items does."""

    def negatives(self, user: str, category: str, gold: str, count: int, rng: Any) -> list[str]:
        return [f"Other {place}: {{{{x}}}}" for place in range(count)]


def test_a_sample_as_the_tasks_make_it_is_read(tmp_path: Path) -> None:
    person = Person("anna", [review(1, 1, clean_part="history"), review(5, 5)])
    knobs = Knobs(1, 5, 300, 20, 1000, candidates=20, history_items=30, items=Shelf())  # type: ignore[arg-type]
    (draft,) = item_selection.drafts(person, knobs)
    assert isinstance(draft, Draft)
    wordings = Wordings(ROOT / "scripts/prompts/tasks/item_selection.md", item_selection.SECTIONS)
    line = as_line(as_sample(draft, "item_selection", wordings, seed=1), test=True)
    (tmp_path / "test.jsonl").write_text(json.dumps(line) + "\n")
    (item,), _ = in_domain(tmp_path / "test.jsonl", tasks=["item_selection"])
    assert item["options"][item["gold"]] == "Book 5"
    assert "Book 1" in item["question"]
    assert "Book 5" not in item["question"]
    assert "(the options are listed below)" in item["question"]


def test_a_task_with_no_samples_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no item of social_qa: a task with no samples cannot be scored"):
        in_domain(make_test_set(tmp_path, ["item_selection"]), tasks=["item_selection", "social_qa"])
    with pytest.raises(InputError, match="in_domain has no item"):
        in_domain(make_test_set(tmp_path, ["social_qa"]), tasks=["social_qa"])


def test_the_same_seed_draws_the_same_samples(tmp_path: Path) -> None:
    test = make_test_set(tmp_path, ["item_selection"], each=9)
    drawn = [
        [item["id"] for item in in_domain(test, tasks=["item_selection"], items_per_task=4, seed=seed)[0]]
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("answer", "letter"), [("B", "B"), ("A. ", "A"), (" c", "C"), ("D)", "D"), ("", None), ("?", None), ("And", None)]
)
def test_gold_letters(answer: str, letter: str | None) -> None:
    assert letter_of(answer) == letter
