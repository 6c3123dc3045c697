"""trace_sample as a command, on a run of one person made by hand."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from humanllm.files import write_json
from humanllm.lineage import ACCOUNTS
from humanllm.prompts import load_prompt
from humanllm.readers import KINDS
from humanllm.tables import FILTERED, SAMPLE, write_rows
from task_data import product, record, user_products, write_clean, write_products

PERSONA = Path(__file__).resolve().parents[2] / "scripts/prompts/synthesis/persona.md"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Three posts in a dump, two of them clean, a persona of the first and a question of the second."""
    dump = tmp_path / "RS_2023-01.jsonl"
    posts = [{"id": f"p{number}", "author": "anna", "selftext": f"raw {number}"} for number in range(1, 4)]
    dump.write_text("".join(json.dumps(post) + "\n" for post in posts))
    results = tmp_path / "results"
    rows = [{"id": f"reddit:submissions:{number}", "dump": "RS", "row": number - 1} for number in (1, 4)]
    write_rows(results / "filtered/reddit/RS.parquet", [rows[0], rows[1] | {"row": 2}], FILTERED)
    write_json(results / "filtered/reddit/RS.stats.json", {"kind": "submissions", "path": str(dump)})
    write_clean(results / "clean/reddit/0.parquet", [record(1, "Tomatoes."), record(4, "Beans."), record(5, "Peas.")])
    persona = user_products(synth_prompt=load_prompt(PERSONA).hash, judge_scores={"overall": 9})[:1]
    write_products(results / "genome/user/reddit.parquet", persona)
    question = product("action", 4, {"answer": "Beans."}, ["reddit:submissions:4"], synth_prompt="an older one")
    write_products(results / "genome/social_qa/reddit.parquet", [question])
    sample = {"id": "social_qa:persona_action:1", "source": "reddit", "bucket": 0, "answer": "Beans."}
    sample |= {"record_ids": ["reddit:submissions:4"], "product_ids": [question["id"], persona[0]["id"]]}
    write_rows(results / "tasks/social_qa/reddit.parquet", [sample], SAMPLE)
    return results


def run(results: Path, name: str) -> Result:
    return CliRunner().invoke(importlib.import_module("trace_sample").main, [name, f"--results={results}"])


def test_a_sample_is_followed_back_to_its_raw_lines(results: Path) -> None:
    done = run(results, "social_qa:persona_action:1")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["sample"]["answer"] == "Beans."
    products = {row["kind"]: row for row in told["products"]}
    assert products["persona"]["synth_prompt"]["file"].endswith("scripts/prompts/synthesis/persona.md")
    assert products["action"]["synth_prompt"] == {"hash": "an older one", "file": None}
    assert [(row["id"], row["clean_text"]) for row in told["records"]] == [
        ("reddit:submissions:4", "Beans."),
        ("reddit:submissions:1", "Tomatoes."),
    ]
    raw = told["records"][0]["raw"]
    assert (raw["dump"], raw["row"], raw["fields"]["selftext"]) == ("RS", 2, "raw 3")
    assert "author" not in raw["fields"], "the account beside its hash would undo the hashing"


def test_no_kind_of_dump_tells_the_account() -> None:
    """Every column that the readers take for the writer's name."""
    assert ACCOUNTS.keys() == KINDS.keys()
    for kind, reader in KINDS.items():
        name = reader.draft(Path("AskMen-0.jsonl"))["name"]
        assert set(name.meta.root_names()) <= set(ACCOUNTS[kind])


def test_a_half_is_followed_by_its_record(results: Path) -> None:
    told = json.loads(run(results, "raw:halves:reddit:submissions:4").output)
    assert told["sample"] == {"id": "raw:halves:reddit:submissions:4"}
    (record,) = told["records"]
    assert (record["clean_text"], record["raw"]["fields"]["selftext"]) == ("Beans.", "raw 3")
    done = run(results, "raw:halves:reddit:submissions:9")
    assert done.stderr.startswith("Error: no record reddit:submissions:9 under ")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)


def test_a_general_instruction_is_named_by_file_and_row(results: Path) -> None:
    told = json.loads(run(results, "general:smoltalk:0-train-00000:17").output)
    assert told["records"] == []
    assert told["note"] == (
        "row 17 of train-00000.parquet, file 0 of ablations.gen.smoltalk.files; no user's data stand behind it"
    )
    done = run(results, "general:smoltalk")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "a general one is called general:<set>:<number>-<file>:<row>" in done.stderr


def test_a_dump_that_is_gone_leaves_its_name_and_row(results: Path) -> None:
    (results.parent / "RS_2023-01.jsonl").unlink()
    raw = json.loads(run(results, "social_qa:persona_action:1").output)["records"][0]["raw"]
    assert (raw["row"], raw["fields"]) == (2, None)


@pytest.mark.parametrize("name", ["social_qa:persona_action:2", "../../etc", "x"])
def test_an_unknown_sample_is_one_line(results: Path, name: str) -> None:
    done = run(results, name)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"Error: no sample {name} under ")
