"""What the model stages ask for each record of a sample: calls, tokens, survivors, by source.

measured = measure_stage(sample, "rewrite_text", "", "blogger", config, prompts, limit=20000)
# Step(rule="rewrite_text", part="", source="blogger", buckets=(0,), of=1448, kept=1.0, output=402113, by_rules=True,
#      prompt=Line(calls=1448, characters=1598000, tokens=981204, slope=0.25), cached=Line(...))
The requests are made by the stages' own builders (humanllm.preview); nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from humanllm.planning.lengths import Line, Meter
from humanllm.planning.sample import Sample, rows_of
from humanllm.preview import model_of, stage_requests
from humanllm.products import KINDS
from humanllm.replies import as_json
from humanllm.settings import Config, merged
from humanllm.tables import Row, iterate_rows

READS = {  # the folder whose table a stage reads, by the order of work (rules/common.smk)
    "rewrite_first": {"rewrite_text": "records", "score_quality": "rewritten", "select_records": "scored"},
    "score_first": {"rewrite_text": "scored", "score_quality": "records", "select_records": "rewritten"},
}
WRITES = {"rewrite_text": "rewritten", "score_quality": "scored"}
PREFIX = {"rewrite_text": "rewrite", "score_quality": "score", "synthesize_product": "synth", "judge_product": "judge"}
PRODUCTS = tuple(KINDS)


@dataclass(frozen=True)
class Step:
    """A model stage over the sampled rows of one source (and product): `of` rows gave so much."""

    rule: str
    part: str  # the product; "" for the stages of cleaning
    source: str
    buckets: tuple[int, ...]  # of the sample that were measured
    of: int  # rows that it read there
    prompt: Line  # tokens by calls and characters
    cached: Line  # those of them that the prefix cache has
    output: float | None  # tokens of all replies; None: no reply was sampled
    kept: float | None  # rows that came out for each question; None: it has not run
    by_rules: bool  # the extractive engine wrote the replies: their lengths are no model's

    @property
    def calls(self) -> int:
        return self.prompt.calls


def folders(rule: str, part: str, order: str) -> tuple[str, str]:
    """The folders that a stage reads and writes."""
    if rule == "synthesize_product":
        return "clean", f"synthesized/{part}"
    if rule == "judge_product":
        return f"synthesized/{part}", f"judged/{part}"
    return READS[order][rule], WRITES[rule]


def steps(sample: Sample, source: str, config: Config, prompts: Path, limit: int) -> Iterator[Step]:
    """Every model stage that can be measured in `sample`, in the order of work."""
    order = config["cleaning"]["order"]
    first = ("rewrite_text", "score_quality") if order == "rewrite_first" else ("score_quality", "rewrite_text")
    parts = [(rule, "") for rule in first]
    parts += [(rule, product) for rule in ("synthesize_product", "judge_product") for product in PRODUCTS]
    for rule, part in parts:
        step = measure_stage(sample, rule, part, source, config, prompts, limit)
        if step is not None:
            yield step


def measure_stage(
    sample: Sample, rule: str, part: str, source: str, config: Config, prompts: Path, limit: int
) -> Step | None:
    """The stage over the sample's buckets up to `limit` rows, a bucket at least; None when it has nothing to read."""
    order = config["cleaning"]["order"]
    if rule == "score_quality" and order == "rewrite_first" and _scored_first(sample, source):
        order = "score_first"  # only some texts were rewritten: the posts themselves stand for them
    reads, writes = folders(rule, part, order)
    tables = _within(sample.tables(reads, source), limit)
    if not sum(rows_of(table) for table in tables.values()):
        return None
    asked = merged(config, {"cleaning": {"order": order}})
    meter = Meter(model_of(rule, config))
    prompts_seen: list[tuple[int, int, int]] = []  # characters, tokens, cached
    for bucket, table in tables.items():
        meter.begin()
        records = sample.tables("clean", source).get(bucket)
        for request in stage_requests(rule, table, asked, prompts, product=part, records=records):
            found = meter.take(request)
            prompts_seen.append((sum(map(len, request.fields.values())), found.tokens, found.cached))
    characters, tokens, cached = map(list, zip(*prompts_seen, strict=True)) if prompts_seen else ([], [], [])
    output, by_rules = _output(sample, rule, writes, source, list(tables), len(tokens), config, meter)
    done = sample.counts(writes, source)
    return Step(
        rule,
        part,
        source,
        tuple(tables),
        of=sum(map(rows_of, tables.values())),
        prompt=Line.through(characters, tokens),
        cached=Line.through(characters, cached),
        output=output,
        kept=done.kept / done.taken if done.taken else None,
        by_rules=by_rules,
    )


def _scored_first(sample: Sample, source: str) -> bool:
    return bool(sample.counts("rewritten", source).facts.get("not_asked"))


def _within(tables: dict[int, Path], limit: int) -> dict[int, Path]:
    """The first buckets, until they have `limit` rows together."""
    found: dict[int, Path] = {}
    rows = 0
    for bucket, path in tables.items():
        if rows >= limit:
            break
        found[bucket] = path
        rows += rows_of(path)
    return found


def _output(
    sample: Sample, rule: str, writes: str, source: str, buckets: list[int], calls: int, config: Config, meter: Meter
) -> tuple[float | None, bool]:
    """(tokens of the replies to `calls` calls, whether rules wrote them).

    A model's are those that the engine counted, its repeated attempts too; those of rules are the words it selected.
    """
    found = {bucket: path for bucket, path in sample.tables(writes, source).items() if bucket in buckets}
    named = (row[f"{PREFIX[rule]}_model"] for path in found.values() for row in iterate_rows(path))
    first = next((name for name in named if name is not None), None)  # null: a row that was not asked
    if first is None:
        return None, False
    model = config["models"].get(first, {})
    if model.get("engine") != "extractive":
        done = sample.counts(writes, source, found)
        answered = done.taken + done.facts.get("parents", {}).get("asked", 0) - done.facts.get("not_asked", 0)
        return calls * done.facts["tokens"]["output_tokens"] / max(answered, 1), False
    lengths = [meter.text(text) for path in found.values() for text in REPLIES[rule](iterate_rows(path))]
    return (calls * sum(lengths) / len(lengths) if lengths else None), True


def _rewritings(rows: Iterable[Row]) -> Iterator[str]:
    return (as_json({"text": row["rewrite_text"]}) for row in rows if row["rewrite_text"] is not None)


def _labels(rows: Iterable[Row]) -> Iterator[str]:
    labelled = (row for row in rows if row["score_quality"] is not None)
    return (as_json({"quality": row["score_quality"], "harmful": row["score_harmful"]}) for row in labelled)


REPLIES: dict[str, Callable[[Iterable[Row]], Iterator[str]]] = {
    "rewrite_text": _rewritings,
    "score_quality": _labels,
    "synthesize_product": lambda rows: (row["content"] for row in rows),
    "judge_product": lambda rows: (as_json(row["judge_scores"]) for row in rows),
}
