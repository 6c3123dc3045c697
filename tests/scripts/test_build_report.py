"""The page of a whole run, of runs that lack a part, and of broken files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import finished_run
from build_report import main

TEMPLATE = Path(__file__).resolve().parents[2] / "scripts/templates/report.html.j2"


def build(folder: Path, files: dict[str, object], **changes: object) -> Result:
    arguments = ["--template", str(TEMPLATE), "--run", json.dumps(finished_run.RUN | changes)]
    arguments += ["--files", json.dumps(files), "--page", str(folder / "index.html")]
    arguments += ["--facts", str(folder / "facts.json"), "--funnel", str(folder / "funnel.json")]
    return CliRunner().invoke(main, arguments)


def text(folder: Path) -> str:
    """The page's words, white space as single blanks."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(words.split())


def test_a_whole_run_is_told_on_one_self_contained_page(tmp_path: Path) -> None:
    done = build(tmp_path, finished_run.write(tmp_path))
    assert done.exit_code == 0, done.output
    assert done.output == "report of 2 sources and 1 benchmarks\n"
    said = text(tmp_path)
    assert "No model was the teacher of this run" in said
    assert "records in the dumps 100 100 200" in said
    assert "synthesis user 20 17 3" in said
    assert "overall at least 9 and others at least 8 (persona); " in said
    assert "; overall at least 8 and others at least 7 (style), of 10" in said
    assert "persona 10 → 5 50.0 % 10 → 5 50.0 % 20 → 10 50.0 %" in said
    assert "style 7 → 7 100.0 %" in said
    assert "2 of 10 users were too long for one prompt and were summarised in 6 parts; 100 % of all posts" in said
    assert "profile generation 10 9 17 2" in said
    assert "Loss 7.500 in the first update, 5.000 in the last of 3 (-33 %)." in said
    assert "17 of 18 samples packed, the longest of 401 tokens; left out: too long 1; the sequences are 93 %" in said
    assert "tiny-full-merged 0.500" in said
    assert "tiny-full-merged against tiny-base +0.500" in said
    assert "tiny-full: merged 0.500, unmerged 0.375 on average, a difference of +0.125." in said
    assert "answers tiny-base/tombench 20 2" in said
    assert "rewriting 100 1,800 600 140" in said
    assert "This run has no" not in said
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/svg+xml;base64,') == 4  # two judge metrics, a loss curve, a benchmark
    links = re.findall(r'(?:src|href)="(?!data:|#)([^"]*)"', page)
    assert links == ["https://arxiv.org/abs/2601.15793"], "the page loads nothing"


def test_equal_facts_give_equal_bytes(tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        build(tmp_path / name, finished_run.write(tmp_path))
        pages.append((tmp_path / name / "index.html").read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("funnels", "This run has no funnel of blogger; no funnel of reddit."),
        ("sets", "This run has no training set."),
        ("models", "This run has no training of it."),
        ("benchmarks", "This run has no scores of tombench."),
        ("stages", "synthesis blogger user 20 3"),
    ],
)
def test_a_missing_part_is_said(tmp_path: Path, part: str, said: str) -> None:
    done = build(tmp_path, finished_run.write(tmp_path, without=(part,)))
    assert done.exit_code == 0, done.output
    assert said in text(tmp_path)


def test_a_run_without_anything_has_a_page_that_says_so(tmp_path: Path) -> None:
    nothing: dict[str, object] = {"funnels": {}, "sets": {}, "models": {}, "benchmarks": {}, "stages": {}}
    done = build(tmp_path, nothing)
    assert done.exit_code == 0, done.output
    assert "This run has no funnel; no report of the training set; no trained model; no scores." in text(tmp_path)
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert len(facts["missing"]) == 4


def test_names_are_escaped(tmp_path: Path) -> None:
    build(tmp_path, finished_run.write(tmp_path), name="<script>alert(1)</script>")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_broken_file_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    files = finished_run.write(tmp_path)
    Path(files["sets"]["full"]).write_text("{")
    done = build(tmp_path, files)
    assert done.exit_code == 1
    assert f"Error: {files['sets']['full']} is no JSON" in done.output
    assert not (tmp_path / "index.html").exists()


def test_models_that_did_the_work_need_no_notice(tmp_path: Path) -> None:
    build(tmp_path, finished_run.write(tmp_path), teacher=finished_run.RUN["judge"])
    assert "No model was" not in text(tmp_path)
