"""A stage's missing requests as OpenAI batch files, and their answers into its journal: half the price, within a day.

A line of a batch file, and one of OpenAI's output file; custom_id is the journal's key:
    {"custom_id": "9c1f...", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-4o-...", ...}}
    {"custom_id": "9c1f...", "response": {"status_code": 200, "body": {"choices": [...], ...}}, "error": null}
What a reply means is decided as in a job (asking.Series): one that does not parse is exported again with the next
attempt's seed and room. So export and import are repeated until nothing is left; then the rule starts no engine.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from humanllm.asking import Parse, Rules, Series
from humanllm.checks import read_reply as read_typed
from humanllm.engines.base import OVERFLOW, ModelSpec, Reply, Request
from humanllm.engines.openai_faults import error_in
from humanllm.engines.openai_forms import body_of, endpoint, known, read_reply, refusal, said, withheld
from humanllm.errors import InputError
from humanllm.files import publish_folder
from humanllm.journal import Journal, entries, key_of
from humanllm.progress import Progress
from humanllm.prompts import load_prompt

MOST_LINES, MOST_BYTES = 50_000, 200_000_000  # of one file: platform.openai.com/docs/api-reference/batch/create
FREE = ("generate_distractors", "answer_benchmark", "write_application")  # stages whose replies have no form
REFUSALS = (400, 413, 422)


@dataclass(frozen=True)
class Stage:
    """One stage over one table: who is asked what, what a good reply is, and where the replies lie."""

    spec: ModelSpec
    requests: Callable[[], Iterable[Request]]  # raises InputError at once on a wrong table
    parse: Parse[Any]
    rules: Rules
    seed: int
    journal: Path

    def series(self, journal: Journal) -> Series[Any]:
        return Series(journal, self.parse, self.rules, self.seed, Progress(None))


@dataclass
class Taken:
    """What an import did: replies kept, requests refused for good, replies that were there already, and the rest."""

    kept: int = 0
    refused: int = 0
    already: int = 0
    left: Counter[str] = field(default_factory=Counter)  # reason: how many stay missing


def journal_of(state: Path, stage: str, table: Path, product: str, system: str | None) -> Path:
    """The journal that the stage's rule gives to its job over `table`."""
    source, bucket, folder = table.parent.name, table.stem, state / "replies" / stage
    places = {
        "synthesize_product": f"{product}/{source}/{bucket}",
        "judge_product": f"{table.parent.parent.name}/{source}/{bucket}",
        "generate_distractors": f"{system}",
        "answer_benchmark": f"{system}/{bucket}",
        "write_application": f"{system}",
        "judge_application": bucket,
    }
    return folder / f"{places.get(stage, f'{source}/{bucket}')}.jsonl"


def rules_of(stage: str, knobs: Mapping[str, Any]) -> Rules:
    """When the stage asks again, by `asking` in the config."""
    return Rules(knobs["attempts"], knobs["max_dead_share"], accept_length=stage in FREE)


def parse_of(stage: str, prompts: Path, language: str | None) -> Parse[Any]:
    """How the stage reads a reply."""
    if stage in FREE:
        return lambda request, text: text
    prompt = functools.cache(lambda template: load_prompt(prompts / f"{template}.md"))
    return lambda request, text: read_typed(prompt(request.template), request, text, language)


def export(stage: Stage, folder: Path) -> list[Path]:
    """Write what the journal does not answer as batch files into a new folder. Raises InputError."""
    if stage.spec.engine != "openai":
        raise InputError(f"{stage.spec.name} has the engine {stage.spec.engine}: batch files are for openai")
    if folder.exists():
        raise InputError(
            f"{folder} is there already: import the answers to its files first; or delete it, if it was never sent"
        )
    requests = stage.requests()  # a wrong table ends here, before there is a journal
    with Journal(stage.journal, stage.spec) as journal:
        missing = stage.series(journal).missing(requests)
        if (first := next(missing, None)) is None:
            return []
        with publish_folder(folder) as temporary:
            _write(temporary, _lines(stage.spec, itertools.chain([first], missing)))
    return sorted(folder.iterdir())


def _lines(spec: ModelSpec, requests: Iterable[Request]) -> Iterator[bytes]:
    identity, url = spec.identity(), f"/v1{endpoint(spec)}"
    for request in requests:
        line = {"custom_id": key_of(request, identity), "method": "POST", "url": url, "body": body_of(spec, request)}
        yield json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _write(folder: Path, lines: Iterable[bytes]) -> None:
    """Files of at most MOST_LINES lines and MOST_BYTES bytes, for their owner alone: prompts hold people's texts."""
    number, count, size = 1, 0, 0
    for line in lines:
        if count == MOST_LINES or size + len(line) > MOST_BYTES:
            number, count, size = number + 1, 0, 0
        path = folder / f"batch-{number:04d}.jsonl"
        if not count:
            path.touch(mode=0o600)
        with path.open("ab") as file:
            file.write(line)
        count, size = count + 1, size + len(line)


def take(stage: Stage, files: Sequence[Path]) -> Taken:
    """Put the answers in OpenAI's output and error files into the journal. Raises InputError, then nothing is taken."""
    answers = _answers(files)
    identity, requests = stage.spec.identity(), stage.requests()
    with Journal(stage.journal, stage.spec) as journal:
        waiting: dict[str, Request] = {}
        for request in stage.series(journal).missing(requests):
            if (key := key_of(request, identity)) in answers:
                waiting[key] = request
        there = {entry["key"] for entry in entries(stage.journal)}
        _check_known(answers.keys() - waiting.keys() - there, len(answers))
        taken = Taken(already=len(answers.keys() - waiting.keys()))
        found = {key: _read(stage.spec, request, answers[key]) for key, request in waiting.items()}
        healthy = any(isinstance(one, Reply) and one.finish_reason in ("stop", "length") for one in found.values())
        for key, one in found.items():
            _settle(journal, waiting[key], one, healthy, taken)
    return taken


def _settle(journal: Journal, request: Request, found: Reply | Doubt | str, healthy: bool, taken: Taken) -> None:
    if isinstance(found, Doubt):
        found = found.reply if healthy else found.reason
    if isinstance(found, str):
        taken.left[found] += 1
        return
    journal.add(request, found)
    if found.finish_reason in ("stop", "length"):
        taken.kept += 1
    else:
        taken.refused += 1


@dataclass(frozen=True)
class Doubt:
    """A refusal that is the request's own fault only if others like it were answered."""

    reply: Reply
    reason: str


def _read(spec: ModelSpec, request: Request, line: dict[str, Any]) -> Reply | Doubt | str:
    """The reply in a line of the output; or why there is none."""
    response = line.get("response") or {}
    status, answer = response.get("status_code"), response.get("body")
    if status == 200:
        try:
            return read_reply(request, answer)
        except ValueError as broken:
            return str(broken)
    error, body = error_in(answer or line.get("error")), body_of(spec, request)
    reason = f"HTTP {status}: {said(error, body)}" if status else said(error, body)
    if (silent := withheld(request, error)) is not None:
        return silent
    kind = refusal(status, error, body) if status in REFUSALS else None
    if kind is None:
        return reason
    reply = Reply(request.id, "", kind)
    return reply if kind == OVERFLOW or known(error) else Doubt(reply, reason)


def _answers(files: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """{custom_id: its line}; an answer goes before an error."""
    found: dict[str, dict[str, Any]] = {}
    for path in files:
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror})") from error
        for number, line in enumerate(lines, 1):
            try:
                one = json.loads(line)
                if one["custom_id"] not in found or (one.get("response") or {}).get("status_code") == 200:
                    found[one["custom_id"]] = one
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InputError(
                    f"{path}, line {number}: no line of a batch's output file: download it again"
                ) from error
    return found


def _check_known(strange: Iterable[str], total: int) -> None:
    if names := sorted(strange):
        raise InputError(
            f"{len(names)} of {total} answers (the first is {names[0]}) are to nothing that this stage asks of this"
            " table: they belong to another table, model, prompt, sampling or seed; nothing was taken"
        )
