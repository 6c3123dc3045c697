"""Sheets that come back: what is wrong with one is said by file and line; means and alpha are the library's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest

from humanllm.applications.returned import read_key, read_sheet, read_sheets, score_sheets
from humanllm.errors import InputError

METRICS = ["faithfulness", "realism", "coverage"]
KEY: dict[str, Any] = {
    "sheet": "abc",
    "application": "profile_writing",
    "metrics": METRICS,
    "rows": {
        name: {
            "item": f"i{number // 2}",
            "system": ("base", "tuned")[number % 2],
            "source": "reddit",
            "cluster": f"user{number // 2}",
            "judge": dict.fromkeys(METRICS, number + 1) if number < 5 else None,
        }
        for number, name in enumerate(["s1", "s2", "s3", "s4", "s5", "s6"])
    },
}
NAN = float("nan")
ANNA = [[2, 8, 3], [7, 9, 8], [1, 5, 2], [8, 8, 8], [4, 3, 5], [9, 7, 10]]
BEN = [[3, 7, 3], [6, 9, 7], [2, 6, 1], [9, 8, 8], [NAN, 3, 4], [8, 7, 9]]
CLEO = [[2, 6, 4], [8, 7, 8], [1, 4, 2], [7, 9, 9], [5, 2, 5], [NAN, NAN, NAN]]


def text(rater: str, grades: list[list[float]], sheet: str = "abc") -> str:
    """The CSV that the sheet saves."""
    lines = [",".join(["sheet", "application", "rater", "sample", *METRICS])]
    for name, row in zip(KEY["rows"], grades, strict=False):
        shown = ["" if np.isnan(grade) else str(int(grade)) for grade in row]
        lines.append(",".join([sheet, "profile_writing", f'"{rater}"', name, *shown]))
    return "\r\n".join(lines) + "\r\n"


def write(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    path = folder / f"{name}.csv"
    path.write_text(content, encoding=encoding, newline="")
    return path


def all_three(folder: Path) -> list[Path]:
    named = {"anna": ANNA, "ben": BEN, "cleo": CLEO}
    return [write(folder, rater, text(rater, grades)) for rater, grades in named.items()]


def test_alpha_is_the_librarys_and_missing_grades_are_counted(tmp_path: Path) -> None:
    found = score_sheets(KEY, read_sheets(all_three(tmp_path), KEY), seed=1, resamples=200)
    assert found["raters"] == ["anna", "ben", "cleo"]
    assert found["missing"] == {"anna": 0, "ben": 1, "cleo": 3}
    for place, metric in enumerate(METRICS):
        table = np.array([[row[place] for row in grades] for grades in (ANNA, BEN, CLEO)], dtype=float)
        for level in ("ordinal", "interval"):
            alpha = krippendorff.alpha(table, level_of_measurement=level)
            assert found["agreement"][metric][level] == pytest.approx(alpha, abs=1e-6)
        assert found["agreement"][metric]["samples_shared"] == 6
    assert found["agreement"]["faithfulness"]["grades"] == 16


def test_means_are_over_samples_whoever_graded_them(tmp_path: Path) -> None:
    found = score_sheets(KEY, read_sheets(all_three(tmp_path), KEY), seed=1, resamples=200)
    base = found["systems"]["base"]["faithfulness"]  # s1: 7/3, s3: 4/3, s5: 9/2
    assert base["mean"] == pytest.approx((7 / 3 + 4 / 3 + 4.5) / 3, abs=1e-6)
    assert (base["samples"], base["grades"], base["judge"]) == (3, 8, 3.0)
    assert base["low"] <= base["mean"] <= base["high"]
    tuned = found["systems"]["tuned"]
    assert tuned["coverage"]["judge"] == 3.0, "the judge has no grade of the sixth sample"
    means = [tuned[metric]["mean"] for metric in METRICS]
    assert tuned["average"]["mean"] == pytest.approx(sum(means) / 3, abs=1e-5)


def test_a_single_rater_has_means_and_no_alpha_and_so_have_raters_who_give_one_grade(tmp_path: Path) -> None:
    one = score_sheets(KEY, read_sheets([write(tmp_path, "a", text("anna", ANNA))], KEY), 1, 200)
    assert one["agreement"]["realism"]["ordinal"] is None
    assert one["systems"]["base"]["realism"]["mean"] == pytest.approx(16 / 3, abs=1e-6)
    sevens = [[7] * 3] * 6
    same = [write(tmp_path, rater, text(rater, sevens)) for rater in ("anna", "ben")]
    assert score_sheets(KEY, read_sheets(same, KEY), 1, 200)["agreement"]["realism"]["interval"] is None


def test_a_system_that_nobody_graded_has_no_mean(tmp_path: Path) -> None:
    half = [row if number % 2 == 0 else [NAN] * 3 for number, row in enumerate(ANNA)]
    found = score_sheets(KEY, read_sheets([write(tmp_path, "a", text("anna", half))], KEY), 1, 200)
    assert found["systems"]["tuned"]["average"] == {"mean": None, "low": None, "high": None}
    assert found["systems"]["tuned"]["realism"]["samples"] == 0


def test_a_sheet_that_went_through_a_spreadsheet_is_read(tmp_path: Path) -> None:
    changed = text("anna", ANNA).replace(",", ";").replace('"', "") + ";;;;;;\r\n"
    sheet = read_sheet(write(tmp_path, "a", changed, "utf-8-sig"), KEY)
    assert sheet.rater == "anna"
    assert sheet.grades["s6"] == {"faithfulness": 9, "realism": 7, "coverage": 10}


GOOD = text("anna", ANNA)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.replace("abc,", "xyz,"), r"a.csv line 2 is of the sheet xyz, the key is of abc: give the key of the run"),
        (GOOD.replace("s3,1,", "s3,11,"), r"a.csv line 4: faithfulness is '11', and not a whole number from 1 to 10"),
        (GOOD.replace("s3,1,", "s3,0,"), r"faithfulness is '0', and not"),
        (GOOD.replace("s3,1,", "s3,7.5,"), r"faithfulness is '7.5', and not"),
        (GOOD.replace("s3,1,", "s3,good,"), r"faithfulness is 'good', and not"),
        (GOOD.replace(",s3,", ",s9,"), r"a.csv line 4: the sheet has no sample 's9'"),
        (GOOD.replace(",s3,", ",s2,"), r"a.csv line 4: the sample s2 stands twice"),
        (GOOD.replace('"anna"', '""'), r"a.csv line 2 names no rater"),
        (GOOD.replace('"anna",s4', '"ben",s4'), r"line 5: the rater is 'ben', in other lines 'anna'"),
        (GOOD.replace("realism", "style"), r"a.csv lacks the columns realism: it is no sheet of profile_writing"),
        ("", r"a.csv lacks the columns sheet, application, rater"),
        (GOOD.partition("\n")[0], r"a.csv holds no sample"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_said_by_file_and_line(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_sheet(write(tmp_path, "a", content), KEY)


def test_one_rater_in_two_files_is_refused(tmp_path: Path) -> None:
    twice = [write(tmp_path, "a", GOOD), write(tmp_path, "b", text(" Anna", BEN))]
    with pytest.raises(InputError, match=r"b.csv and .*a.csv are both by the rater"):
        read_sheets(twice, KEY)


def test_another_file_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text('{"sheet": "abc"}')
    with pytest.raises(InputError, match="is no sheet's key"):
        read_key(tmp_path / "key.json")
    with pytest.raises(InputError, match="cannot be read as a sheet's key"):
        read_key(tmp_path / "none.json")
