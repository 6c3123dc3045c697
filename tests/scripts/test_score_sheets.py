"""score_sheets: from a sheet filled in a browser to the alpha that the library gives, and errors in one line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest

import lay_out_sheet
import score_sheets
from application_data import sheet_options
from benchmark_data import run
from humanllm.files import read_json

METRICS = ["contextual_relevance", "logical_consistency", "alignment_with_reference"]
# By rater, a row a sample as it is shown; 0: left open.
GRADES = {
    "anna": [[2, 8, 3], [7, 9, 8], [1, 5, 2], [8, 8, 8], [4, 3, 5], [9, 7, 10]],
    "Ben O'Neill, 2nd": [[3, 7, 3], [6, 9, 7], [2, 6, 1], [10, 8, 8], [0, 3, 4], [8, 7, 9]],
    "渡辺": [[2, 6, 4], [8, 7, 8], [1, 4, 2], [7, 9, 9], [5, 2, 5], [0, 0, 0]],
}


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    named, made = sheet_options(tmp_path)
    assert run(lay_out_sheet.main, *named, **made).exit_code == 0
    return tmp_path / "sheet.html"


def expected(place: int, level: Any) -> float:
    table = np.array([[row[place] or np.nan for row in rows] for rows in GRADES.values()], dtype=float)
    return float(krippendorff.alpha(table, level_of_measurement=level))


def fill_in(page: Any, rater: str, rows: list[list[int]], by_keys: bool) -> None:
    """As a person does: the first half, then the page is opened again, then the rest."""
    page.fill("#rater", rater)
    for number, row in enumerate(rows):
        if number == 3:
            page.reload()
            assert page.input_value("#rater") == rater, "progress is kept"
            assert page.inner_text("#state").startswith("3 of 6 graded")
        shown = page.locator("article:not([hidden])")
        assert shown.count() == 1
        assert shown.locator("h2").inner_text() == f"Sample {number + 1} of 6"
        for metric, grade in zip(METRICS, row, strict=True):
            scale = shown.locator(f'fieldset[data-metric="{metric}"]')
            if grade and by_keys:
                scale.locator("input").first.focus()
                page.keyboard.press(str(grade % 10))
            elif grade:
                scale.locator(f'label:has(input[value="{grade}"])').click()
        if number < 5:
            page.keyboard.press("Alt+ArrowRight") if by_keys else page.click("#next")


@pytest.mark.slow
def test_a_sheet_filled_in_a_browser_gives_the_alpha_that_the_library_gives(sheet: Path, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    returned = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for number, (rater, rows) in enumerate(GRADES.items()):
            width = 375 if number == 1 else 1280
            context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
            page = context.new_page()
            faults: list[str] = []
            page.on("console", lambda message, faults=faults: faults.append(message.text))
            page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
            page.goto(sheet.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, "no scrolling to the side"
            page.click("#save")
            assert "First give your name" in page.inner_text("#state")
            fill_in(page, rater, rows, by_keys=number != 1)
            with page.expect_download() as download:
                page.click("#save")
            returned.append(tmp_path / f"{number}-{download.value.suggested_filename}")
            download.value.save_as(returned[-1])
            assert faults == []
            context.close()
        browser.close()
    assert [path.name for path in returned] == [
        "0-human_explainer-anna.csv",
        "1-human_explainer-Ben_O_Neill_2nd.csv",
        "2-human_explainer-渡辺.csv",
    ]
    done = run(score_sheets.main, *returned, key=tmp_path / "key.json", json=tmp_path / "out.json", resamples=200)
    assert done.exit_code == 0, done.output
    found = read_json(tmp_path / "out.json")
    assert found["raters"] == sorted(GRADES)
    assert found["missing"] == {"anna": 0, "Ben O'Neill, 2nd": 1, "渡辺": 3}
    for place, metric in enumerate(METRICS):
        for level in ("ordinal", "interval"):
            assert found["agreement"][metric][level] == pytest.approx(expected(place, level), abs=1e-6)
    rows = read_json(tmp_path / "key.json")["rows"]
    for system, columns in found["systems"].items():
        own = [number for number, row in enumerate(rows.values()) if row["system"] == system]
        means = [np.mean([grades[n][0] for grades in GRADES.values() if grades[n][0]]) for n in own]
        assert columns[METRICS[0]]["mean"] == pytest.approx(np.mean(means), abs=1e-6)


def saved(sheet: Path, rater: str, rows: list[list[int]]) -> Path:
    """The CSV of a rater, as the sheet saves it."""
    key = read_json(sheet.with_name("key.json"))
    lines = [",".join(["sheet", "application", "rater", "sample", *METRICS])]
    for name, row in zip(key["rows"], rows, strict=True):
        lines.append(",".join([key["sheet"], key["application"], f'"{rater}"', name, *(str(x or "") for x in row)]))
    path = sheet.with_name(f"{rater}.csv")
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return path


def test_means_and_agreement_are_printed(sheet: Path) -> None:
    paths = [saved(sheet, rater, rows) for rater, rows in GRADES.items()]
    done = run(score_sheets.main, *paths, key=sheet.with_name("key.json"), resamples=200)
    assert done.exit_code == 0, done.output
    assert "3 raters, 6 samples" in done.output
    assert "grades not given: 1 of Ben O'Neill, 2nd, 3 of 渡辺" in done.output
    assert f"{expected(0, 'ordinal'):.2f}" in done.output
    assert "tiny-1.5b" in done.output


def test_a_sheet_of_another_run_is_one_line(sheet: Path) -> None:
    path = saved(sheet, "anna", GRADES["anna"])
    key = sheet.with_name("key.json")
    path.write_text(path.read_text().replace(read_json(key)["sheet"], "0123456789ab"))
    done = run(score_sheets.main, path, key=key)
    assert done.exit_code == 1
    assert "anna.csv line 2 is of the sheet 0123456789ab, the key is of" in done.stderr
