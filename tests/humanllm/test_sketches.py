from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanllm.kcore import CORE
from humanllm.likeness import CHANCE, HASHES
from humanllm.sketches import BANDS, SKETCH, Hashes, exact, folded, grams, signatures, sketch_texts
from humanllm.staying import Staying
from humanllm.tables import read_rows
from record_data import filtered, words, write

ROOT = Path(__file__).resolve().parents[2]


def hashes_of(*texts: str) -> list[set[int]]:
    """The gram hashes of each text."""
    folds = folded(pl.Series(texts, dtype=pl.String))
    found, at = grams(folds, Hashes(folds).whole())
    return [set(found[start:end].tolist()) for start, end in pairwise(at)]


def plain_grams(text: str) -> set[str]:
    """The same without any of the stage's code."""
    parts = re.findall(r"\w+", text.lower())
    return {" ".join(parts[start : start + 5]) for start in range(max(1, len(parts) - 4))}


@given(st.lists(st.text(alphabet="ab ,.é\n", max_size=40), min_size=1, max_size=5))
def test_two_texts_share_a_gram_hash_when_they_share_the_gram(texts: list[str]) -> None:
    with_words = [text for text in texts if re.search(r"\w", text)]
    hashed = hashes_of(*with_words) if with_words else []
    for one, own in zip(with_words, hashed, strict=True):
        assert len(own) == len(plain_grams(one))
        for other, theirs in zip(with_words, hashed, strict=True):
            assert len(own & theirs) == len(plain_grams(one) & plain_grams(other))


@given(st.lists(st.text(alphabet="aB \n\té", max_size=8), min_size=1))
def test_texts_are_the_same_but_for_case_and_space(texts: list[str]) -> None:
    codes = exact(pl.Series(texts, dtype=pl.String)).tolist()
    plain = [" ".join(text.lower().split()) for text in texts]
    for one, code in zip(plain, codes, strict=True):
        assert [other == one for other in plain] == [other == code for other in codes]


def test_a_text_without_words_is_known_by_itself() -> None:
    smile, frown, again = hashes_of(":-)", ":-(", ":-)")
    assert smile == again != frown


@pytest.mark.parametrize("length", [8, 40, 300])
def test_equal_hashes_estimate_the_jaccard(length: int) -> None:
    errors = []
    for number in range(60):
        common = [f"w{number}x{place}" for place in range(length)]
        ends = [[f"{end}{number}y{place}" for place in range(1 + number * length // 200)] for end in "ab"]
        texts = [" ".join(common + end) for end in ends]
        one, other = (plain_grams(text) for text in texts)
        folds = folded(pl.Series(texts))
        bytes_of = signatures(*grams(folds, Hashes(folds).whole())).view(np.uint8)
        share = np.count_nonzero(bytes_of[0] == bytes_of[1]) / HASHES
        errors.append((share - CHANCE) / (1 - CHANCE) - len(one & other) / len(one | other))
    assert abs(np.mean(errors)) < 0.02
    assert np.std(errors) < 0.05


SAY = """
import sys; sys.path.insert(0, "scripts")
import polars as pl
from humanllm.sketches import *
folds = folded(pl.Series(["The  kettle in the SHED was so glad, and so was I.", "Écoute"]))
bands = signatures(*grams(folds, Hashes(folds).whole()))
print(hex(int(exact(folds)[0])), [hex(code) for code in bands[:, 3].tolist()])
"""


def test_no_process_and_no_hash_seed_changes_a_sketch() -> None:
    """The values themselves hold for every machine; a new version of rensa may change the second."""
    said = set()
    for seed, threads in (("0", "1"), ("7", "2")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "RAYON_NUM_THREADS": threads}
        said.add(subprocess.check_output([sys.executable, "-c", SAY], cwd=ROOT, env=environment, text=True))
    assert said == {"0x100c02527516e644 ['0x592328b962c13f65', '0xe30a865d907a5cf3']\n"}


def test_the_sketches_of_a_table(tmp_path: Path) -> None:
    rows = [filtered("a", text=words("end"), time=5, place=2), filtered("b", text="", title="A title")]
    table = write(tmp_path / "t", rows)
    assert sketch_texts(table, Staying(), tmp_path / "s", tmp_path / "s.json").kept == 2
    one, other = read_rows(tmp_path / "s", SKETCH)
    assert {name: one[name] for name in ("id_code", "user_code", "time", "place", "bucket")} == {
        name: rows[0][name] for name in ("id_code", "user_code", "time", "place", "bucket")
    }
    assert (one["length"], other["length"]) == (len(words("end")), 7)
    assert len({one[name] for name in BANDS}) == len(BANDS)


def test_reviews_outside_the_kcore_are_not_sketched(tmp_path: Path) -> None:
    rows = [filtered(name, kind="reviews", item_id="B1") for name in "ab"]
    core = write(tmp_path / "core", [{name: rows[1][name] for name in CORE.names}], CORE)
    tally = sketch_texts(write(tmp_path / "t", rows), Staying(core), tmp_path / "s", tmp_path / "s.json")
    assert tally.as_dict()["dropped"] == {"outside_kcore": 1}
    assert [row["id_code"] for row in read_rows(tmp_path / "s")] == [rows[1]["id_code"]]


def test_a_table_without_survivors_has_no_sketches(tmp_path: Path) -> None:
    core = write(tmp_path / "core", [{"bucket": 1, "id_code": 1, "item_code": 1}], CORE)
    table = write(tmp_path / "t", [filtered("a", kind="reviews", item_id="B1")])
    assert sketch_texts(table, Staying(core), tmp_path / "s", tmp_path / "s.json").taken == 1
    assert read_rows(tmp_path / "s", SKETCH) == []
