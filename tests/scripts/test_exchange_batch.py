"""The commands on a real stage: exported, answered by the pretend server, imported; then the rule starts no engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from humanllm.settings import read_config
from humanllm.tables import RECORD, REWRITE, read_rows, write_rows
from openai_server import completion
from post_data import GARDEN, ROOT, record


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "results/records/blogger/0.parquet"
    table.parent.mkdir(parents=True)
    write_rows(table, [record(number, text) for number, text in enumerate(GARDEN, start=1)], RECORD)
    Path("overlay.yaml").write_text("teacher: gpt-4o\n")
    return table


def run(*arguments: object) -> Any:
    import exchange_batch

    return CliRunner().invoke(exchange_batch.main, [str(one) for one in (*arguments, "--configfile=overlay.yaml")])


def asking(stage: str) -> dict[str, str]:
    """What rules/systems.smk gives the rule."""
    config = read_config([ROOT / "config.yaml", Path("overlay.yaml")], ROOT / "rules/schemas/config.schema.yaml")
    model = {"name": "gpt-4o", **config["models"]["gpt-4o"]}
    facts = {"model": model, "sampling": config[stage]["sampling"], "seed": config["seed"]}
    asking = json.dumps(facts | {"language": config["filters"]["language"]})
    return {"asking": asking, "serving": json.dumps({"model": {}, **config["asking"]})}


def rewrite(records: Path) -> Any:
    import rewrite_text

    files = {name: f"rewritten.{name}" for name in ("output", "dead", "stats")}
    files |= {"records": str(records), "prompt": f"{ROOT}/scripts/prompts/rewrite/blogger.md"}
    files |= {"journal": "state/paper/replies/rewrite_text/blogger/0.jsonl", **asking("rewrite")}
    return CliRunner().invoke(rewrite_text.main, [f"--{name}={value}" for name, value in files.items()])


def test_a_stage_is_done_by_batch_files(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert "set the environment variable OPENAI_API_KEY" in rewrite(records).output, "the journal is empty"
    done = run("export", "rewrite_text", records, "--to=batch")
    assert done.output == "batch/batch-0001.jsonl: 5 requests to gpt-4o-2024-11-20\n"
    sent = [json.loads(line) for line in Path("batch/batch-0001.jsonl").read_text().splitlines()]
    answers = [
        {
            "custom_id": one["custom_id"],
            "response": {"status_code": 200, "body": completion(one["body"])},
            "error": None,
        }
        for one in sent
    ]
    Path("output.jsonl").write_text("".join(json.dumps(one) + "\n" for one in answers))
    done = run("import", "rewrite_text", records, "output.jsonl")
    journal = "state/paper/replies/rewrite_text/blogger/0.jsonl"
    said = f"{journal}: 5 replies taken, 0 requests refused for good, 0 there already, 0 still missing\n"
    assert done.output == said
    done = run("export", "rewrite_text", records, "--to=again")
    assert done.output == f"{journal} answers all that can be asked of {records} now: run the workflow\n"

    done = rewrite(records)
    assert (done.exit_code, done.stdout) == (0, "5 of 5 records rewritten, 0 dead, 0 not asked\n")
    texts = [json.loads(one["response"]["body"]["choices"][0]["message"]["content"])["text"] for one in answers]
    assert sorted(row["rewrite_text"] for row in read_rows(Path("rewritten.output"), REWRITE)) == sorted(texts)


def test_wrong_stages_and_models_are_named(records: Path) -> None:
    done = run("export", "rewrite", records, "--to=batch")
    assert (done.exit_code, done.output.split(";")[0]) == (1, "Error: no model stage 'rewrite'")
    Path("overlay.yaml").write_text("teacher: llama-3.3-70b\n")
    done = run("export", "rewrite_text", records, "--to=batch")
    assert done.output == "Error: llama-3.3-70b has the engine vllm: batch files are for openai\n"
    assert not Path("batch").exists()


def test_a_mistyped_table_leaves_nothing_behind(records: Path) -> None:
    (records.parent / "text.parquet").write_text("no table")
    Path("output.jsonl").write_text("")
    for name, said in (("9.parquet", "does not exist"), ("text.parquet", "cannot be read as a parquet table")):
        for command in (["export", "--to=batch"], ["import", "output.jsonl"]):
            done = run(command[0], "rewrite_text", records.parent / name, *command[1:])
            assert done.exit_code == 1
            assert f"{name} {said}" in done.output
    assert not Path("state").exists()
    assert not Path("batch").exists()
