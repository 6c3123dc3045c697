"""Each task's drafts from people made by hand: what is asked, what is shown, what is refused and why."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from humanllm.tables import Row
from humanllm.tasks import FAMILIES
from humanllm.tasks.drafts import Draft, Knobs, Refusal, as_sample
from humanllm.tasks.history import cut, opening
from humanllm.tasks.people import Person, Products, read_people
from humanllm.tasks.wordings import Wordings
from task_data import DAY, product, record, user_products, words, write_clean, write_products

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = ROOT / "scripts/prompts/tasks"
KNOBS = Knobs(
    seed=1, history_records=2, history_words=10, min_tokens=20, max_tokens=1000, candidates=4, history_items=3
)


def person(records: list[Row], products: list[Row]) -> Person:
    anna = Person("anna", sorted(records, key=lambda row: row["time"]))
    for row in products:
        anna.products[row["kind"]].append(row | {"content": json.loads(row["content"])})
    return anna


def drafts(task: str, records: list[Row], products: list[Row] | None = None) -> list[Draft | Refusal]:
    return list(FAMILIES[task].drafts(person(records, products or []), KNOBS))


def only(task: str, records: list[Row], products: list[Row] | None = None) -> Draft:
    (found,) = drafts(task, records, products)
    assert isinstance(found, Draft)
    return found


def reasons(task: str, records: list[Row], products: list[Row] | None = None) -> list[str]:
    return [found.reason if isinstance(found, Refusal) else "kept" for found in drafts(task, records, products)]


@pytest.mark.parametrize("task", FAMILIES)
def test_every_task_has_its_prompts_with_several_wordings(task: str) -> None:
    wordings = Wordings(PROMPTS / f"{task}.md", FAMILIES[task].SECTIONS)
    assert all(len(found) >= 3 for found in wordings._wordings.values())


def test_no_prompt_file_is_left_over() -> None:
    assert {path.stem for path in PROMPTS.iterdir()} == set(FAMILIES)


def test_the_rules_give_each_task_the_products_it_needs() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "rules").glob("*.smk"))
    (table,) = re.findall(r"^TASK_PRODUCTS = (\{.*?^\})", text, flags=re.MULTILINE | re.DOTALL)
    assert ast.literal_eval(table) == {task: list(FAMILIES[task].NEEDS) for task in FAMILIES}


def test_profile_generation_asks_for_the_profile_of_a_persona() -> None:
    draft = only("profile_generation", [], user_products())
    assert (draft.form, draft.fields, draft.answer) == (
        "persona",
        {"persona": "Anna grows tomatoes."},
        "Anna, a gardener, ...",
    )
    assert reasons("profile_generation", [], user_products()[1:]) == ["no_persona"]
    assert reasons("profile_generation", [], user_products()[:1]) == []


def test_scenario_generation_asks_for_the_plots() -> None:
    content = {
        "background": "A dry bed.",
        "characters": [{"name": "Writer", "description": "A gardener."}, {"name": "Bo", "description": "Her son."}],
        "plots": "They water it.",
    }
    draft = only("scenario_generation", [], [product("scenario", 5, content, ["r5"])])
    assert draft.fields == {"background": "A dry bed.", "characters": "- Writer: A gardener.\n- Bo: Her son."}
    assert draft.answer == "They water it."
    empty = product("scenario", 5, content | {"characters": []}, ["r5"])
    assert reasons("scenario_generation", [], [empty]) == ["no_characters"]


def questions(number: int) -> list[Row]:
    content = {"scenario": "The bed was dry.", "question": "What did she do?", "answer": "She watered it."}
    return [product("action", day, content, [f"r{day}"]) for day in range(5, 5 + number)]


def test_social_qa_shows_persona_or_profile_by_a_draw() -> None:
    found = drafts("social_qa", [], [*questions(40), *user_products()])
    forms = Counter(draft.form for draft in found if isinstance(draft, Draft))
    assert forms.keys() == {"persona_action", "profile_action"}
    assert min(forms.values()) >= 10
    draft = next(draft for draft in found if isinstance(draft, Draft) and draft.form == "profile_action")
    assert draft.fields == {
        "profile": "Anna, a gardener, ...",
        "scenario": "The bed was dry.",
        "question": "What did she do?",
    }
    assert draft.section == "profile"


def test_social_qa_takes_what_there_is_and_refuses_what_is_not_older() -> None:
    one = questions(1)
    assert only("social_qa", [], [*one, user_products()[1]]).form == "profile_action"
    assert reasons("social_qa", [], one) == ["no_persona"]
    assert reasons("social_qa", [], [*one, *user_products(time=5 * DAY)]) == ["persona_not_before"]


def diary(targets: int = 1, count: int = 30) -> list[Row]:
    return [record(day, words(count, f"d{day}w")) for day in range(1, 4 + targets)]


def topics(days: range) -> list[Row]:
    return [product("topic", day, {"topic": "Tomatoes."}, [f"reddit:submissions:{day}"]) for day in days]


def test_writing_imitation_draws_all_four_forms_where_it_can() -> None:
    found = drafts("writing_imitation", diary(60), [*user_products(), *topics(range(4, 64))])
    forms = Counter(draft.form for draft in found if isinstance(draft, Draft))
    assert forms.keys() == {"history_topic", "history_continue", "style_topic", "style_continue"}
    assert forms.total() == 60
    assert min(forms.values()) >= 5


def test_writing_imitation_shows_the_latest_earlier_texts_cut_and_counted() -> None:
    draft = only("writing_imitation", diary())
    assert draft.form == "history_continue"
    assert draft.fields["genre"] == "Reddit post"
    assert draft.history[-1]["id"] == "reddit:submissions:3"
    assert draft.cuts == len(draft.history) <= 2
    last = draft.fields["history"].split("\n\n")[-1]
    assert last == f"[{len(draft.history)}] 1970-01-04, in AskGarden\n{words(10, 'd3w')} …"
    assert draft.fields["opening"] == words(10, "d4w")
    assert f"{draft.fields['opening']} {draft.answer}" == words(30, "d4w")


def test_writing_imitation_gives_a_topic_for_the_whole_text() -> None:
    found = drafts("writing_imitation", diary(20), [*user_products(), *topics(range(4, 24))])
    draft = next(draft for draft in found if isinstance(draft, Draft) and draft.form == "style_topic")
    assert draft.fields == {"genre": "Reddit post", "style": "Short sentences.", "topic": "Tomatoes."}
    assert draft.answer == draft.target["clean_text"]
    assert [row["kind"] for row in (*draft.made_of, *draft.about)] == ["topic", "style"]


def test_writing_imitation_refuses_with_a_reason() -> None:
    alone = [record(5, words(30))]
    assert reasons("writing_imitation", alone) == ["no_history"]
    assert reasons("writing_imitation", diary(count=14)) == ["too_short"]  # 14 words are 19 tokens
    assert reasons("writing_imitation", diary(count=15)) == ["kept"]
    assert reasons("writing_imitation", diary(count=751)) == ["too_long"]
    same_time = [record(5, words(30)), record(5, words(30), id="other")]
    assert reasons("writing_imitation", same_time) == ["no_history", "no_history"]
    assert reasons("writing_imitation", [record(5, words(30), kind="comments")]) == []


def comments(number: int, **last: object) -> list[Row]:
    more = {"kind": "comments", "parent_id": None}
    rows = [record(day, words(30), clean_parent=f"Post {day}?", **more) for day in range(1, number + 1)]
    rows[-1] |= last
    return rows


def test_personalized_commenting_shows_comments_with_their_posts() -> None:
    draft = only("personalized_commenting", comments(4))
    assert draft.fields["post"] == "Post 4?"
    assert "Post: Post 3?\nComment: word0 word1" in draft.fields["history"]
    assert draft.answer == words(30)
    assert draft.history[-1]["time"] == 3 * DAY


def test_personalized_commenting_never_shows_a_post_as_it_was_written() -> None:
    raw = comments(4, parent_text="Says Kim Lee of 12 Oak Lane", clean_parent=None)
    assert reasons("personalized_commenting", raw) == ["no_parent"]
    earlier = [*(row | {"clean_parent": None} for row in comments(3)), comments(4)[3]]
    draft = only("personalized_commenting", earlier)
    assert "Post: (the post is not known)\nComment: word0" in draft.fields["history"]


def test_personalized_commenting_names_the_posts_that_it_shows() -> None:
    rows = [row | {"parent_id": f"post{min(row['place'], 3)}"} for row in comments(4)]
    draft = only("personalized_commenting", rows)
    assert draft.posts == list(dict.fromkeys(["post3", *(row["parent_id"] for row in draft.history)]))


def test_personalized_commenting_refuses_with_a_reason() -> None:
    assert reasons("personalized_commenting", comments(4)[2:]) == ["few_comments"]
    assert reasons("personalized_commenting", comments(4, clean_parent=None)) == ["no_parent"]
    assert reasons("personalized_commenting", comments(4, clean_text="Short.")) == ["too_short"]
    late = [row | {"time": 9 * DAY, "clean_part": "target"} for row in comments(4)]
    assert reasons("personalized_commenting", late) == ["no_history"] * 4


def test_a_sample_names_its_sources_and_repeats() -> None:
    wordings = Wordings(PROMPTS / "writing_imitation.md", FAMILIES["writing_imitation"].SECTIONS)
    draft = only("writing_imitation", diary())
    sample = as_sample(draft, "writing_imitation", wordings, 1)
    assert sample == as_sample(only("writing_imitation", diary()), "writing_imitation", wordings, 1)
    assert sample["id"].startswith("writing_imitation:history_continue:")
    assert sample["record_ids"][0] == "reddit:submissions:4"
    assert (sample["time"], sample["history_until"]) == (4 * DAY, 3 * DAY)
    assert sample["options"] is sample["gold"] is None


def test_a_later_history_is_refused_loudly() -> None:
    wordings = Wordings(PROMPTS / "writing_imitation.md", FAMILIES["writing_imitation"].SECTIONS)
    draft = only("writing_imitation", diary())
    draft.history = [draft.target]
    with pytest.raises(AssertionError, match="not older"):
        as_sample(draft, "writing_imitation", wordings, 1)


def test_people_are_read_with_records_by_time_and_products(tmp_path: Path) -> None:
    clean = write_clean(tmp_path / "clean.parquet", [record(2, "b"), record(1, "a"), record(1, "c", user="bo")])
    products = write_products(tmp_path / "user.parquet", user_products())
    anna, bo = read_people(clean, Products([products]).of(0))
    assert [row["clean_text"] for row in anna.records] == ["a", "b"]
    assert anna.products["persona"][0]["content"] == {"persona": "Anna grows tomatoes."}
    assert (bo.user, bo.products) == ("bo", {})


def test_measures_of_a_text() -> None:
    assert cut(" one  two three", 2) == ("one  two …", True)
    assert cut("one two", 2) == ("one two", False)
    assert opening("a b c d e f g") == ("a b", "c d e f g")
