"""Batch files: what is missing goes out under the journal's keys, and answers come back as replies of a job would."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from humanllm import batches, sessions
from humanllm.asking import Rules
from humanllm.batches import Stage, Taken, export, journal_of, rules_of, take
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.errors import InputError
from humanllm.replies import MODELS, schema_of
from humanllm.sessions import Session
from openai_server import completion

SPEC = ModelSpec("gpt-4o", "openai", "gpt-4o-2024-11-20", "2024-11-20")
SCORE = schema_of(MODELS["score"])
SAMPLING = Sampling(0.3, 64)


def requests(count: int) -> list[Request]:
    return [
        Request(f"r{place}", [{"role": "user", "content": f"what I wrote in post {place}"}], SAMPLING, schema=SCORE)
        for place in range(count)
    ]


def parse(request: Request, text: str) -> Any:
    return MODELS["score"].model_validate_json(text)


def stage(folder: Path, count: int = 3, attempts: int = 2) -> Stage:
    rules = Rules(attempts, max_dead_share=1.0)
    return Stage(SPEC, lambda: requests(count), parse, rules, 7, folder / "state/x.jsonl")


def lines(*files: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


def answer(line: dict[str, Any], wrong: str | None = None) -> dict[str, Any]:
    """A line of the output file as OpenAI writes it."""
    response = {"status_code": 200, "request_id": "req_1", "body": completion(line["body"], wrong)}
    return {"id": "batch_req_1", "custom_id": line["custom_id"], "response": response, "error": None}


def failed(line: dict[str, Any], status: int, **error: Any) -> dict[str, Any]:
    response = {"status_code": status, "request_id": "req_1", "body": {"error": error}}
    return {"id": "batch_req_1", "custom_id": line["custom_id"], "response": response, "error": None}


def expired(line: dict[str, Any]) -> dict[str, Any]:
    error = {"code": "batch_expired", "message": "This request could not be executed in time."}
    return {"id": "batch_req_1", "custom_id": line["custom_id"], "response": None, "error": error}


def written(path: Path, *answers: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in answers))
    return path


def test_a_line_is_what_the_job_itself_would_ask(tmp_path: Path) -> None:
    (path,) = export(stage(tmp_path), tmp_path / "out")
    first = lines(path)[0]
    assert path.name == "batch-0001.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600, "prompts hold people's texts"
    assert (first["method"], first["url"], len(first["custom_id"])) == ("POST", "/v1/chat/completions", 32)
    body = first["body"]
    assert (body["model"], body["max_completion_tokens"]) == ("gpt-4o-2024-11-20", 64)
    assert body["messages"] == [{"role": "user", "content": "what I wrote in post 0"}]
    assert body["response_format"]["json_schema"]["schema"] == SCORE
    assert len({line["body"]["seed"] for line in lines(path)}) == 3


def test_answers_are_replayed_without_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stage(tmp_path)
    sent = lines(*export(made, tmp_path / "out"))
    output = written(tmp_path / "output.jsonl", *(answer(line) for line in reversed(sent)))
    assert take(made, [output]) == Taken(kept=3)
    assert take(made, [output]) == Taken(already=3)
    assert export(made, tmp_path / "again") == []
    monkeypatch.setattr(sessions, "open_engine", None)
    with Session(SPEC, made.journal, made.rules, 7) as session:
        asked = session.ask(requests(3), parse)
    assert (asked.asked, asked.replayed, sorted(asked.answers)) == (0, 3, ["r0", "r1", "r2"])


def test_what_did_not_do_is_exported_again_with_another_seed_and_more_room(tmp_path: Path) -> None:
    made = stage(tmp_path)
    sent = lines(*export(made, tmp_path / "out"))
    output = written(tmp_path / "output.jsonl", answer(sent[0]), answer(sent[1], "length"))
    errors = written(tmp_path / "errors.jsonl", expired(sent[2]))
    taken = take(made, [output, errors])
    assert (taken.kept, taken.left) == (2, {"This request could not be executed in time.; code batch_expired": 1})
    again = {line["body"]["messages"][0]["content"]: line for line in lines(*export(made, tmp_path / "again"))}
    assert sorted(again) == ["what I wrote in post 1", "what I wrote in post 2"]
    assert again["what I wrote in post 1"]["body"]["max_completion_tokens"] == 128
    assert again["what I wrote in post 1"]["body"]["seed"] != sent[1]["body"]["seed"]
    assert again["what I wrote in post 2"] == sent[2], "it was never answered"
    last = written(tmp_path / "last.jsonl", *(answer(line, "length") for line in again.values()))
    assert take(made, [last]).kept == 2
    (third,) = lines(*export(made, tmp_path / "third"))
    assert third["body"]["messages"][0]["content"] == "what I wrote in post 2", (
        "the other one is dead after two attempts"
    )


def test_refusals_are_for_good_where_others_were_answered(tmp_path: Path) -> None:
    made = stage(tmp_path, count=5)
    sent = lines(*export(made, tmp_path / "out"))
    errors = written(
        tmp_path / "errors.jsonl",
        failed(sent[0], 400, code="context_length_exceeded", message="too long"),
        failed(sent[1], 400, code="content_filter", message="filtered"),
        failed(sent[2], 400, code="odd", message="cannot read what I wrote in post 2"),
        failed(sent[3], 429, code="rate_limit_exceeded", message="slow down"),
    )
    assert take(made, [errors]) == Taken(
        refused=2, left={"HTTP 400: code odd": 1, "HTTP 429: slow down; code rate_limit_exceeded": 1}
    )
    output = written(tmp_path / "output.jsonl", answer(sent[4]))
    taken = take(made, [errors, output])
    assert (taken.kept, taken.refused, taken.already, taken.left.total()) == (1, 1, 2, 1)
    assert [line["custom_id"] for line in lines(*export(made, tmp_path / "again"))] == [sent[3]["custom_id"]]


def test_a_parameter_that_the_model_lacks_is_nobodys_fault(tmp_path: Path) -> None:
    made = stage(tmp_path, count=2)
    sent = lines(*export(made, tmp_path / "out"))
    refused = failed(sent[0], 400, code="unsupported_value", param="temperature", message="no such temperature")
    taken = take(made, [written(tmp_path / "output.jsonl", refused, answer(sent[1]))])
    assert (taken.kept, taken.refused) == (1, 0)
    assert list(taken.left) == ["HTTP 400: no such temperature; code unsupported_value; param temperature"]


def test_answers_to_something_else_are_refused_and_nothing_is_taken(tmp_path: Path) -> None:
    made = stage(tmp_path)
    sent = lines(*export(made, tmp_path / "out"))
    output = written(tmp_path / "output.jsonl", answer(sent[0]), answer(sent[1] | {"custom_id": "0" * 32}))
    with pytest.raises(InputError, match=f"1 of 2 answers .the first is {'0' * 32}. are to nothing that this stage"):
        take(made, [output])
    assert made.journal.read_bytes() == b""
    other = replace(made, spec=replace(SPEC, revision="another"))
    with pytest.raises(InputError, match="1 of 1 answers"):
        take(other, [written(tmp_path / "one.jsonl", answer(sent[0]))])


def test_broken_files_are_named_with_their_line(tmp_path: Path) -> None:
    made = stage(tmp_path)
    sent = lines(*export(made, tmp_path / "out"))
    output = tmp_path / "output.jsonl"
    output.write_text(json.dumps(answer(sent[0])) + '\n{"custom_id": "9c')
    with pytest.raises(InputError, match=f"{output}, line 2: no line of a batch's output file"):
        take(made, [output])
    with pytest.raises(InputError, match="cannot be read"):
        take(made, [tmp_path / "nowhere.jsonl"])


def test_an_answer_without_a_reply_stays_missing(tmp_path: Path) -> None:
    made = stage(tmp_path, count=1)
    sent = lines(*export(made, tmp_path / "out"))
    taken = take(made, [written(tmp_path / "output.jsonl", answer(sent[0], "no_choices"))])
    assert (taken.kept, taken.left) == (0, {"an answer without a reply in it": 1})


def test_files_hold_no_more_than_openai_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_LINES", 2)
    files = export(stage(tmp_path, count=5), tmp_path / "out")
    assert [len(lines(path)) for path in files] == [2, 2, 1]
    size = len(files[0].read_bytes())
    monkeypatch.setattr(batches, "MOST_LINES", 100)
    monkeypatch.setattr(batches, "MOST_BYTES", size)
    files = export(stage(tmp_path, count=5), tmp_path / "by_size")
    assert all(path.stat().st_size <= size for path in files)
    assert sum(len(lines(path)) for path in files) == 5


def test_an_export_is_not_made_twice_by_mistake(tmp_path: Path) -> None:
    export(stage(tmp_path), tmp_path / "out")
    with pytest.raises(InputError, match="is there already: import the answers"):
        export(stage(tmp_path), tmp_path / "out")
    served = replace(stage(tmp_path), spec=ModelSpec("big", "vllm", "owner/big", "main"))
    with pytest.raises(InputError, match="big has the engine vllm: batch files are for openai"):
        export(served, tmp_path / "other")


def test_free_replies_count_where_the_stage_takes_them_so() -> None:
    knobs = {"attempts": 3, "max_dead_share": 0.02}
    assert rules_of("answer_benchmark", knobs) == Rules(3, 0.02, accept_length=True)
    assert rules_of("rewrite_text", knobs) == Rules(3, 0.02)
    assert batches.parse_of("generate_distractors", Path(), "en")(requests(1)[0], "any text") == "any text"


@pytest.mark.parametrize(
    ("stage", "table", "found"),
    [
        ("rewrite_text", "results/records/blogger/3.parquet", "rewrite_text/blogger/3"),
        ("synthesize_product", "results/clean/blogger/3.parquet", "synthesize_product/topic/blogger/3"),
        ("judge_product", "results/synthesized/user/blogger/3.parquet", "judge_product/user/blogger/3"),
        ("generate_distractors", "results/sft/full/test.jsonl", "generate_distractors/gpt-4o"),
        ("answer_benchmark", "results/benchmarks/tombench.parquet", "answer_benchmark/gpt-4o/tombench"),
    ],
)
def test_the_journal_is_the_one_that_the_rule_gives(stage: str, table: str, found: str) -> None:
    journal = journal_of(Path("state"), stage, Path(table), "topic", "gpt-4o")
    assert journal == Path(f"state/replies/{found}.jsonl")
    words = {"{source}": "blogger", "{bucket}": "3", "{product}": "user" if "user" in table else "topic"}
    words |= {"{wildcards.system}": "gpt-4o", "{wildcards.benchmark}": "tombench", "{STATE}": "state"}
    rules = "".join(path.read_text() for path in Path(__file__).parents[2].glob("rules/*.smk"))
    rules = rules.replace("{{", "{").replace("}}", "}")
    for word, value in words.items():
        rules = rules.replace(word, value)
    assert f'f"{journal}"' in rules, "rules/*.smk lays the journal elsewhere: mend batches.journal_of"
