"""preview_prompts: the very prompts of a stage, with the key under which the journal has their replies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from humanllm.journal import entries
from planning_data import finished_sample, overlay
from post_data import GARDEN
from preview_prompts import main


def preview(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, f"--configfile={overlay(folder)}"])


def views(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


def test_the_prompts_of_a_table_are_printed(tmp_path: Path) -> None:
    results = finished_sample(tmp_path)
    done = preview(tmp_path, "rewrite_text", f"{results}/records/blogger/0.parquet", "-n", "2")
    assert done.exit_code == 0, done.output
    assert done.output.count("\n=== ") + done.output.startswith("=== ") == 2
    assert GARDEN[0] in done.output
    assert GARDEN[2] not in done.output
    assert "model extractive; template rewrite/blogger; form rewritten" in done.output
    assert "--- system: " in done.output
    assert "tokens (estimated)" in done.output


def test_the_key_is_the_one_that_the_journal_has(tmp_path: Path) -> None:
    results = finished_sample(tmp_path)
    stages = {
        "rewrite_text": ("records/blogger", "rewrite_text/blogger", 5),
        "score_quality": ("rewritten/blogger", "score_quality/blogger", 5),
        "synthesize_product": ("clean/blogger", "synthesize_product/user/blogger", 4),
    }
    for stage, (folder, replies, count) in stages.items():
        journal = tmp_path / "state/replies" / replies / "0.jsonl"
        table = f"{results}/{folder}/0.parquet"
        found = views(preview(tmp_path, stage, table, "-n", "99", "--json", f"--journal={journal}"))
        assert [view["key"] for view in found] == [entry["key"] for entry in entries(journal)]
        assert len(found) == count
        assert {view["journal"].split(",")[0] for view in found} == {"stop"}


def test_tokens_are_those_of_the_texts_and_of_the_template(tmp_path: Path) -> None:
    results = finished_sample(tmp_path)
    table = f"{results}/rewritten/blogger/0.parquet"
    (view,) = views(preview(tmp_path, "score_quality", table, "-n", "1", "--json"))
    texts = [len(message["content"].encode()) for message in view["messages"]]
    assert [message["tokens"] for message in view["messages"]] == [-(-size // 4) for size in texts]
    assert view["tokens"] == -(-sum(texts) // 4) + 2 * 8  # 8 around each message
    assert (view["form"], view["exact"], view["journal"]) == ("score", False, None)


def test_one_request_by_its_id_and_the_judge_with_its_records(tmp_path: Path) -> None:
    results = finished_sample(tmp_path)
    table, records = f"{results}/synthesized/topic/blogger/0.parquet", f"--records={results}/clean/blogger/0.parquet"
    every = views(preview(tmp_path, "judge_product", table, records, "-n", "99", "--json"))
    assert {view["form"] for view in every} == {"judge_topic"}
    (one,) = views(preview(tmp_path, "judge_product", table, records, f"--id={every[-1]['id']}", "--json"))
    assert one == every[-1]


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path) -> None:
    results = finished_sample(tmp_path)
    records = f"{results}/records/blogger/0.parquet"
    said = {
        ("rewrite", records): "Error: no model stage 'rewrite'; known: rewrite_text, score_quality",
        ("rewrite_text", "nowhere.parquet"): "Error: nowhere.parquet does not exist",
        ("score_quality", records): "Error: " + records + " lacks the column rewrite_text",
        ("rewrite_text", records, "--id=x"): f"Error: {records} gives rewrite_text no request x",
        ("judge_product", f"{results}/synthesized/user/blogger/0.parquet"): "Error: judge_product shows the posts",
        ("answer_benchmark", records): "Error: answer_benchmark asks many systems: name one with --system",
        ("synthesize_product", records, "--product=dream"): "Error: no product 'dream'",
    }
    for arguments, line in said.items():
        done = preview(tmp_path, *arguments)
        assert done.exit_code == 1
        assert line in done.output, done.output
        assert done.output.count("\n") == 1
