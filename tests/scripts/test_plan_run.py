"""plan_run: a sample of five posts scaled to other counts, with every figure in the JSON and a table for a person."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plan_run import main
from planning_data import finished_sample, overlay


def plan(folder: Path, *arguments: str, **more: object) -> Result:
    given = [f"--sample={folder}/results", f"--configfile={overlay(folder, **more)}", *arguments]
    return CliRunner().invoke(main, given)


def test_the_sample_is_scaled_to_the_counts(tmp_path: Path) -> None:
    finished_sample(tmp_path)
    (tmp_path / "counts.json").write_text('{"blogger": 1000}')
    done = plan(tmp_path, f"--counts={tmp_path}/counts.json", f"--json={tmp_path}/plan.json")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "plan.json").read_text())
    volumes = found["flow"][0]["volumes"]
    # 10 raw texts gave 6 filtered ones and 5 records of one person: 1000 give 600, 500 and 100
    assert {name: volumes[name] for name in ("raw", "filtered", "records", "users")} == {
        "raw": 1000,
        "filtered": 600,
        "records": 500,
        "users": 100,
    }
    calls = {(row["rule"], row["part"]): (row["calls"], row["jobs"]) for row in found["calls"]}
    assert calls["rewrite_text", ""] == calls["score_quality", ""] == (500, 1)
    assert calls["synthesize_product", "user"] == (400, 1)  # four of each person
    clean = json.loads((tmp_path / "results/clean/blogger/0.stats.json").read_text())
    good = 1 - sum(n for why, n in clean["dropped"].items() if why == "harmful" or why.startswith("quality_")) / 5
    (saved,) = found["score_first"]
    assert (saved["passing"], saved["calls_saved"]) == (pytest.approx(good), pytest.approx(500 * (1 - good)))
    assert volumes["clean"] == pytest.approx(500 * clean["kept"] / 5)
    assert "rewrite_text" in done.output
    assert "blogger: 10 raw texts, 5 records, 1 users sampled" in done.output
    assert "rough, for they rest on few: blogger on 5 records" in done.output


def test_what_the_journal_holds_is_counted_by_key(tmp_path: Path) -> None:
    finished_sample(tmp_path)
    (tmp_path / "state/replies/score_quality/blogger/0.jsonl.gz").unlink()
    done = plan(tmp_path, f"--state={tmp_path}/state", f"--json={tmp_path}/plan.json")
    assert done.exit_code == 0, done.output
    held = json.loads((tmp_path / "plan.json").read_text())["held"]
    found = {(one["rule"], one["part"]): (one["requests"], one["answered"]) for one in held}
    assert found["rewrite_text", ""] == (5, 5)
    assert found["score_quality", ""] == (5, 0)
    assert found["synthesize_product", "user"] == (4, 4)


def test_a_source_that_the_sample_lacks_is_named_and_not_invented(tmp_path: Path) -> None:
    finished_sample(tmp_path)
    both = {"active_sources": ["blogger", "twitter"]}
    done = plan(tmp_path, f"--json={tmp_path}/plan.json", **both)
    assert done.exit_code == 0, done.output
    assert "twitter: the sample has no records of it, so nothing is planned for it" in done.output
    assert [row["source"] for row in json.loads((tmp_path / "plan.json").read_text())["flow"]] == ["blogger"]
    done = plan(tmp_path, "--stand-in=twitter=blogger", f"--json={tmp_path}/plan.json", **both)
    assert "twitter takes the figures of blogger" in done.output
    found = json.loads((tmp_path / "plan.json").read_text())
    assert {row["source"]: row["volumes"]["raw"] for row in found["flow"]} == {
        "blogger": 681_000,
        "twitter": 88_084_000,
    }


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path) -> None:
    finished_sample(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "rates.yaml").write_text("gpus_a_node: 8\nmodels: {a: {prompt: 0}}\n")
    (tmp_path / "counts.json").write_text('{"myspace": 3}')
    said = {
        f"--sample={tmp_path}/empty": f"Error: {tmp_path}/empty holds no records to measure",
        "--counts=nothing": "Error: --counts nothing: give `paper`",
        f"--counts={tmp_path}/counts.json": "myspace is none of active_sources",
        f"--counts={tmp_path}/empty": "no dump of the active sources is ingested there",
        f"--rates={tmp_path}/rates.yaml": "models.a: every rate is a number above 0",
        "--stand-in=twitter": "Error: --stand-in twitter: give it as source=source",
        "--stand-in=blogger=": "Error: --stand-in blogger=: give it as source=source",
        "--stand-in=twitter=blogger": "--stand-in twitter=blogger: twitter is none of active_sources ['blogger']",
    }
    for argument, line in said.items():
        done = plan(tmp_path, argument)
        assert done.exit_code == 1, argument
        assert line in done.output, done.output
        assert done.output.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("counts", '{"blogger": -5}', "(blogger: raw is -5, and not a number from 0 up)"),
        ("counts", '{"blogger": {"records": NaN}}', "(blogger: records is nan, and not a number from 0 up)"),
        ("counts", '{"blogger": {"records": "many"}}', "could not convert string to float: 'many'"),
        ("rates", "gpus_a_node: x\nmodels: {}\n", "gpus_a_node is 'x', and not a whole number from 1 up"),
        ("rates", "gpus_a_node: 0\nmodels: {}\n", "gpus_a_node is 0, and not a whole number from 1 up"),
        ("rates", "gpus_a_node: 8\nmodels: [a]\n", "models is ['a'], and not a mapping of models to their rates"),
        ("rates", "gpus_a_node: 8\nmodels: {a: {prompt: .nan}}\n", "models.a: every rate is a number above 0"),
        ("rates", "gpus_a_node: 8\nmodels: {a: {load_minutes: -1}}\n", "and load_minutes is -1"),
    ],
)
def test_a_figure_that_is_none_is_named(tmp_path: Path, option: str, content: str, said: str) -> None:
    finished_sample(tmp_path)
    file = tmp_path / f"given.{option}"
    file.write_text(content)
    done = plan(tmp_path, f"--{option}={file}")
    assert (done.exit_code, done.output.count("\n")) == (1, 1), done.output
    assert str(file) in done.output
    assert said in done.output


def test_what_is_not_known_is_no_nought(tmp_path: Path) -> None:
    """A sample without tasks tells nothing of the training; without rates no hours are known."""
    finished_sample(tmp_path)
    done = plan(tmp_path, f"--state={tmp_path}/state", f"--json={tmp_path}/plan.json")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "plan.json").read_text())
    assert found["training"]
    figures = ("samples", "tokens", "hours", "gpu_hours", "wall_hours")
    assert {row[name] for row in found["training"] for name in figures} == {None}
    assert not {"sft", "packed"} & found["disk"].keys()
    assert "blogger: the sample has not reached the tasks: neither its training samples" in done.output
    assert found["total"]["gpu_hours"] is None  # the extractive engine has no rate
    assert "unknown GPU-hours, unknown hours one rule after another" in done.output
    assert "unknown GPU-hours are left" in done.output


def test_a_sum_that_lacks_something_says_so(tmp_path: Path) -> None:
    finished_sample(tmp_path)
    (tmp_path / "rates.yaml").write_text("gpus_a_node: 8\nmodels: {extractive: {prompt: 1, output: 1}}\n")
    engine = {"extractive": {"engine": "extractive", "path": "rules", "revision": "1", "gpus": 1}}
    done = plan(tmp_path, f"--rates={tmp_path}/rates.yaml", f"--json={tmp_path}/plan.json", models=engine)
    assert done.exit_code == 0, done.output
    total = json.loads((tmp_path / "plan.json").read_text())["total"]
    assert total["at_least"] == ["gpu_hours", "wall_hours"]  # those of the trainings are not known
    assert re.search(r"at least [\d,.]+ GPU-hours, at least [\d,.]+ hours one rule after another", done.output)
    assert "no hours for " in done.output
