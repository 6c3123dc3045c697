"""A run in a dozen lines; a run without report says how to make one."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import finished_run
from humanllm.files import write_json
from humanllm.report.facts import gather
from summarize_run import main


def said(folder: Path, *without: str) -> list[str]:
    files = finished_run.write(folder / "files", without=without)
    write_json(
        folder / "report/facts.json",
        gather(finished_run.RUN, files, None, finished_run.measure(folder), folder / "index.html"),
    )
    done = CliRunner().invoke(main, ["--results", str(folder)])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_a_whole_run(tmp_path: Path) -> None:
    assert said(tmp_path) == [
        "results/test: blogger, reddit",
        "  records  200 in the dumps -> 120 past the rules -> 80 clean",
        "  made     24 of 34 products kept by the judge, 20 samples, 17 + 2 in train + test (full)",
        "  trained  tiny full: loss 7.500 -> 5.000 in 3 updates; merged with its base",
        "  scored   ToMBench: tiny-base 0.000, tiny-full-unmerged 0.375, tiny-full-merged 0.500 (chance 0.250)",
        "  scored   Profile writing: tiny-base 4.900, tiny-full-unmerged 6.900, tiny-full-merged 7.900",
        "  meaning  the stages work; rules, no model, were the teacher: the scores say nothing about the method",
        f"  look at  {tmp_path}/report/index.html",
        f"  and at   {tmp_path}/scores/<system>/<benchmark>.json, {tmp_path}/cards/",
    ]


def test_a_part_that_is_missing(tmp_path: Path) -> None:
    lines = said(tmp_path, "benchmarks", "applications", "models")
    assert (
        "  missing  no packing of tiny (full); no training of tiny (full); no merge of tiny (full);"
        " no scores of tombench; no grades of profile writing" in lines
    )
    assert not any(line.startswith(("  trained", "  scored")) for line in lines)


def test_no_report_yet(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--results", str(tmp_path)])
    assert done.exit_code == 1
    assert "has no report yet: run `snakemake report` first" in done.output
