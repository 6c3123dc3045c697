"""The page of a whole run, of runs that lack a part, and of broken files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import finished_run
from finished_run import build
from humanllm.replies import APPLICATIONS
from humanllm.report.scores import tables


def text(folder: Path) -> str:
    """The page's words, white space as single blanks, dashes as hyphens."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(words.replace("\u2013", "-").split())


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
    assert "Left out by task: profile generation, 8 in all: too long 1." in said
    assert "ToMBench (the paper&#39;s Table 3)" in said
    assert "system Belief Emotion average tiny base 0.000 0.00 to 0.00" in said
    assert "full, merged 0.500" in said
    assert "Trained against the base system Belief Emotion average tiny full, unmerged +0.500" in said
    assert "Merged against unmerged system Belief Emotion average tiny full, merged +0.000" in said
    assert "+0.375 0.07 to 0.71 p 0.250 finds 0.578" in said
    assert "+0.500 0.00 to 0.80 p 1.000 finds none" in said
    assert "tiny-full-merged 0.0 % one order one order 0.500 0.500 0.500" in said  # readings: macro, micro, majority
    assert (
        "system A B tiny-base - 100 % 0.00 0 % tiny-full-unmerged - 62 % 0.38 38 %" in said
    )  # by the letter of the right option
    assert "Belief can be solved without reading: the longest option is right in 50 % of items (chance 25 %)." in said
    assert "Belief 4 25.0 % 50.0 % 10.0 % 75.0 % 40 to 90 % 6.5 3.0" in said
    assert "graded by owner/judge-7b (revision abc)" in said
    assert "full, merged 7.90 7.0 to 9.0 7.90" in said
    assert "tiny-base 10.0 % 3 2 61 +0.25 +0.20 -0.10 to 0.50" in said
    assert "1.50 hours of jobs, 12.00 GPU-hours" in said
    assert "rewriting 2 1.500 12.00 3,600 500" in said
    assert "answers tiny-base/tombench 20 2" in said
    assert "rewriting 100 1,800 600 140" in said
    assert "This run has no" not in said
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/svg+xml;base64,') == 5  # two judge metrics, a loss curve, two comparisons
    links = re.findall(r'(?:src|href)="(?!data:|#)([^"]*)"', page)
    assert links == ["https://arxiv.org/abs/2601.15793", "sheets/profile_writing.json"], "the page loads nothing"


def test_answers_without_grades_are_told_by_system_and_pair() -> None:
    comparison = finished_run.application()
    comparison["pairs"][0]["left_out"] = 3
    made = tables("profile_writing", comparison, finished_run.RUN, {})
    assert "Some answers, of one system 2, came without usable grades" in made["caption"]
    rows = [row for pairs in made["pairs"] for group in pairs["groups"] for row in group["rows"]]
    assert [row["against"] for row in rows] == ["tiny-base (items left out: 3)", "tiny-base (items left out: 2)"]


def test_the_tables_lie_beside_the_page(tmp_path: Path) -> None:
    build(tmp_path, finished_run.write(tmp_path))
    names = {path.name for path in (tmp_path / "tables").iterdir()}
    kinds = "funnel stages quality judge_scores training_set training scores differences clues calls costs dead_letters"
    assert names == {f"{name}.{end}" for name in kinds.split() for end in ("csv", "json")}
    scores = json.loads((tmp_path / "tables/scores.json").read_text())
    assert len(scores) == 3 * 3 + 3 * 2  # systems x columns of the benchmark and of the application
    assert scores[0] == {
        "benchmark": "tombench",
        "system": "tiny-base",
        "student": "tiny",
        "variant": None,
        "state": "base",
        "column": "Belief",
        "accuracy": 0.0,
        "low": 0.0,
        "high": 0.0,
        "chance": 0.25,
        "paper": None,
    }
    differences = (tmp_path / "tables/differences.csv").read_text().splitlines()
    assert differences[0] == "benchmark,system,against,why,column,left_out,difference,low,high,p,p_holm,mde"
    assert len(differences) == 1 + 3 * 3 + 2 * 2


def test_the_papers_figures_stand_beside_ours(tmp_path: Path) -> None:
    figures = tmp_path / "figures.csv"
    figures.write_text(
        "table,system,column,value\ntombench,tiny-base,Belief,0.61\ntombench,gpt-4o,average,0.7\n"
        "tombench,tiny-base,Emotion,\nfunnel,reddit,records in the dumps,47215000\nmotivebench,x,Amazon,0.5\n"
    )
    done = build(tmp_path, finished_run.write(tmp_path), "--paper", figures)
    assert done.exit_code == 0, done.output
    said = text(tmp_path)
    assert "base 0.000 0.00 to 0.00 paper 0.610 0.000" in said
    assert "in the paper alone gpt-4o - - 0.700" in said
    assert "paper: records in the dumps - 47,215,000 -" in said
    assert "fill in docs/paper_figures.csv" not in said


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("tombench,tiny-base,Belief,61.2", "61.2 is not between 0 and 1: write shares, not %"),
        ("tombench,tiny-base,Beleif,0.6", "no such column (known: Belief, Emotion, average)"),
        ("tomebench,tiny-base,Belief,0.6", "no table tomebench (known: funnel, human_explainer,"),
        ("tombench,tiny-base,Belief,high", "line 2: 'high' is no number"),
        ("tombench,tiny-base,0.6", "line 2: 3 fields, not 4"),
    ],
)
def test_a_wrong_figure_is_refused_by_its_place(tmp_path: Path, row: str, wrong: str) -> None:
    (tmp_path / "paper.csv").write_text(f"table,system,column,value\n{row}\n")
    done = build(tmp_path, finished_run.write(tmp_path), "--paper", tmp_path / "paper.csv")
    assert done.exit_code == 1
    assert wrong in done.output
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "index.html").exists()


def test_the_shipped_rows_for_the_papers_figures_fit(tmp_path: Path) -> None:
    shipped = Path(__file__).resolve().parents[2] / "docs/paper_figures.csv"
    done = build(tmp_path, finished_run.write(tmp_path), "--paper", shipped)
    assert done.exit_code == 0, done.output
    with shipped.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["value"] for row in rows} == {""}, "the project ships no figure of the paper"
    metrics = {row["column"] for row in rows if row["table"] == "human_explainer"}
    assert metrics == {*APPLICATIONS["human_explainer"], "average"}


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
        ("applications", "This run has no graded applications."),
        ("clues", "This run has no check of tombench for clues."),
        ("sheets", "This run has no sheet for people's grades."),
        ("stages", "synthesis blogger user 20 3"),
    ],
)
def test_a_missing_part_is_said(tmp_path: Path, part: str, said: str) -> None:
    done = build(tmp_path, finished_run.write(tmp_path, without=(part,)))
    assert done.exit_code == 0, done.output
    assert said in text(tmp_path)


def test_a_run_without_anything_has_a_page_that_says_so(tmp_path: Path) -> None:
    parts = ["funnels", "sets", "models", "benchmarks", "applications", "clues", "sheets", "stages"]
    done = build(tmp_path, {part: {} for part in parts}, "--measured", tmp_path / "nowhere")
    assert done.exit_code == 0, done.output
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert facts["missing"] == [
        "funnel",
        "report of the training set",
        "trained model",
        "scores",
        "grades",
        "measured times of jobs",
    ]
    said = text(tmp_path)
    assert "This run lacks 6 parts." in said
    for part in facts["missing"]:
        assert f"This run has no {part}." in said


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
