from __future__ import annotations

import numpy as np

from humanllm.ngrams import RunReader, shared, told
from task_data import words


def test_a_run_is_thirteen_words_whatever_their_case_and_punctuation() -> None:
    reader = RunReader()
    assert len(reader.runs(words(12))) == 0
    assert len(reader.runs(words(15))) == 3
    assert np.array_equal(reader.runs(words(13)), reader.runs(words(13).upper().replace(" ", ", ") + "!"))
    assert len(np.intersect1d(reader.runs(words(13)), reader.runs(" ".join(reversed(words(13).split()))))) == 0


def test_shared_runs_are_found_inside_longer_texts() -> None:
    reader = RunReader()
    known = reader.collect([words(20, "a"), words(5, "b"), words(14, "a")])
    assert len(known) == 8
    assert len(shared(reader.runs(f"so {words(14, 'a')} end"), known)) == 2
    assert len(shared(reader.runs(words(30, "c")), known)) == 0
    assert len(shared(reader.runs(words(30, "a")), reader.collect([]))) == 0


def test_an_answer_is_told_by_a_prompt_that_holds_all_its_words() -> None:
    assert told("I SAID: " + words(6), f"Then, 'i said {words(6)}'.")
    assert not told(words(8), words(8).replace("word7", "word77"))
    assert not told(words(7), words(9))
